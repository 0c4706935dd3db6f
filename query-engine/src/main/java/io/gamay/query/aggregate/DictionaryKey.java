package io.gamay.query.aggregate;

import io.gamay.query.evaluate.Block;
import io.gamay.query.evaluate.DictionaryValues;
import io.gamay.query.evaluate.SegmentLeaves;
import io.gamay.query.explain.Amount;
import io.gamay.query.explain.Clause;
import io.gamay.query.merge.GroupKey;
import io.gamay.query.plan.TypedExpression.ColumnReference;
import io.gamay.query.structure.SharedValues;
import io.gamay.query.vector.Vector;
import io.gamay.segment.read.ColumnReader;
import io.gamay.segment.read.DictionaryReader;
import io.gamay.segment.read.DocIdBlock;
import java.util.Optional;
import java.util.function.Supplier;

/** A single-value column with a dictionary: its digits are the dictIds, behind one for NULL. */
final class DictionaryKey implements DenseKey {

  private final BlockDictIds ids;
  private final DictionaryReader dictionary;
  private final Supplier<Optional<SharedValues>> shared;
  private final Optional<DictIds> withNulls;
  private final int[] digits;

  private DictionaryKey(
      BlockDictIds ids,
      DictionaryReader dictionary,
      Supplier<Optional<SharedValues>> shared,
      Optional<DictIds> withNulls) {
    this.ids = ids;
    this.dictionary = dictionary;
    this.shared = shared;
    this.withNulls = withNulls;
    this.digits = new int[withNulls.isPresent() ? DocIdBlock.MAX_DOCS : 0];
  }

  /**
   * Empty where the column is raw or of lists, or two dictIds may stand for one value.
   *
   * @param ofGroups whether it becomes a key of groups, whose values are numbered across segments
   */
  static Optional<DenseKey> of(
      ColumnReference reference, boolean ofGroups, SegmentLeaves leaves, DenseColumns columns) {
    if (reference.type().isArray()) {
      return Optional.empty();
    }
    Optional<ColumnReader> reader = leaves.reader(reference);
    Optional<DictionaryReader> dictionary = reader.flatMap(ColumnReader::dictionary);
    if (dictionary.isEmpty() || DictionaryValues.mayHoldEqualValues(dictionary.get())) {
      return Optional.empty();
    }
    ColumnReader column = reader.orElseThrow();
    boolean hasNulls = reference.isNullable() && !column.nulls().isEmpty();
    return Optional.of(
        new DictionaryKey(
            columns.ids(reference.column(), column),
            dictionary.get(),
            () -> ofGroups ? leaves.shared(reference.column(), dictionary.get()) : Optional.empty(),
            hasNulls ? Optional.of(new DictIds(column, true)) : Optional.empty()));
  }

  @Override
  public int digits() {
    return dictionary.cardinality() + nulls();
  }

  private int nulls() {
    return withNulls.isPresent() ? 1 : 0;
  }

  @Override
  public int[] of(Block block) {
    if (withNulls.isEmpty()) {
      return ids.of(block);
    }
    DictIds nullable = withNulls.get();
    nullable.read(block);
    int count = block.count();
    for (int row = 0; row < count; row++) {
      digits[row] = nullable.ids()[row] + 1;
    }
    return digits;
  }

  @Override
  public GroupKey key(int[] groupDigits) {
    int[] dictIds = groupDigits;
    for (int index = 0; index < dictIds.length; index++) {
      dictIds[index] -= nulls();
    }
    Optional<SharedValues> numbering = shared.get();
    if (numbering.isPresent()) {
      int[] numberOf = numbering.get().numbersOf(dictionary);
      for (int index = 0; index < dictIds.length; index++) {
        dictIds[index] = dictIds[index] < 0 ? GroupKey.Numbered.NULL : numberOf[dictIds[index]];
      }
      return new GroupKey.Numbered(numbering.get(), dictIds, dictIds.length);
    }
    return new GroupKey.Values(values(dictIds));
  }

  /** A row for each dictId; -1 is NULL. */
  private Vector values(int[] dictIds) {
    int[] known = new int[dictIds.length];
    for (int index = 0; index < dictIds.length; index++) {
      known[index] = Math.max(0, dictIds[index]);
    }
    Vector values = DictionaryValues.read(dictionary, known, known.length);
    for (int index = 0; index < dictIds.length; index++) {
      if (dictIds[index] < 0) {
        values.setNull(index);
      }
    }
    return values;
  }

  @Override
  public long sizeBytes() {
    return 4L * digits.length;
  }

  @Override
  public Clause how() {
    return Clause.of("key by dictIds: {}", Amount.each(digits()));
  }
}
