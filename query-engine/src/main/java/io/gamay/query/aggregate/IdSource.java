package io.gamay.query.aggregate;

import io.gamay.query.evaluate.Block;
import io.gamay.query.evaluate.DictionaryValues;
import io.gamay.query.evaluate.SegmentLeaves;
import io.gamay.query.plan.TypedExpression;
import io.gamay.query.plan.TypedExpression.ColumnReference;
import io.gamay.query.vector.Vector;
import io.gamay.segment.read.ColumnReader;
import io.gamay.segment.read.DictionaryReader;
import java.util.List;
import java.util.Optional;

/** An argument whose value follows from a number that each row has. One thread. */
interface IdSource {

  /** All numbers are below. */
  int count();

  /** The number of each row; to be read only, until the next block. */
  int[] of(Block block);

  /** The values of numbers, a row each, NULL where the argument is. */
  Vector values(int[] ids);

  /** Empty for lists, and where values depend on more than a few columns with dictionaries. */
  static Optional<IdSource> of(
      TypedExpression argument, SegmentLeaves leaves, DenseColumns columns) {
    if (argument.type().isArray()) {
      return Optional.empty();
    }
    if (argument instanceof ColumnReference reference) {
      Optional<ColumnReader> reader = leaves.reader(reference);
      Optional<DictionaryReader> dictionary = reader.flatMap(ColumnReader::dictionary);
      boolean hasNulls =
          reference.isNullable() && reader.isPresent() && !reader.get().nulls().isEmpty();
      if (dictionary.isPresent() && !hasNulls) {
        return Optional.of(
            new OfColumn(columns.ids(reference.column(), reader.orElseThrow()), dictionary.get()));
      }
    }
    return Combinations.of(List.of(argument), leaves, columns)
        .map(combinations -> new OfCombinations(combinations, combinations.evaluate(argument)));
  }

  /** The dictIds of a column without NULLs. */
  record OfColumn(BlockDictIds ids, DictionaryReader dictionary) implements IdSource {
    @Override
    public int count() {
      return dictionary.cardinality();
    }

    @Override
    public int[] of(Block block) {
      return ids.of(block);
    }

    @Override
    public Vector values(int[] dictIds) {
      return DictionaryValues.read(dictionary, dictIds, dictIds.length);
    }
  }

  /**
   * @param all the value of each combination
   */
  record OfCombinations(Combinations combinations, Vector all) implements IdSource {
    @Override
    public int count() {
      return combinations.count();
    }

    @Override
    public int[] of(Block block) {
      return combinations.of(block);
    }

    @Override
    public Vector values(int[] ids) {
      Vector some = Vector.of(all.type());
      for (int id : ids) {
        some.appendRow(all, id);
      }
      return some;
    }
  }
}
