package io.gamay.query.aggregate;

import io.gamay.query.evaluate.Block;
import io.gamay.query.evaluate.DictionaryValues;
import io.gamay.query.evaluate.SegmentLeaves;
import io.gamay.query.merge.GroupKey;
import io.gamay.query.plan.TypedExpression;
import io.gamay.query.plan.TypedExpression.ColumnReference;
import io.gamay.query.structure.SharedValues;
import io.gamay.query.vector.Vector;
import io.gamay.segment.read.ColumnReader;
import io.gamay.segment.read.DictionaryReader;
import io.gamay.segment.read.DocIdBlock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Groups by columns with dictionaries, numbered without looking anything up: the group of a row is
 * its dictIds put together as the digits of one number. Most numbers may stand for no row. One
 * thread.
 */
final class DenseKeys {

  /** So many possible groups always, and more only beside as many rows. */
  private static final int ALWAYS = 1 << 16;

  private static final int MOST = 1 << 22;

  private final List<Key> keys;
  private final int groupCount;
  private final int[] groups = new int[DocIdBlock.MAX_DOCS];

  private DenseKeys(List<Key> keys, int groupCount) {
    this.keys = keys;
    this.groupCount = groupCount;
  }

  /**
   * @param digits that it can have: a NULL is the digit 0, if there are any
   */
  private record Key(
      BlockDictIds ids,
      DictionaryReader dictionary,
      Optional<SharedValues> shared,
      Optional<DictIds> withNulls,
      int digits) {}

  /** Empty where a key is no such column, or there are too many combinations. */
  static Optional<DenseKeys> of(
      List<TypedExpression> expressions, SegmentLeaves leaves, DenseColumns columns) {
    List<Key> keys = new ArrayList<>(expressions.size());
    int most = Math.clamp(leaves.segment().docCount(), ALWAYS, MOST);
    long product = 1;
    for (TypedExpression expression : expressions) {
      Optional<Key> key = key(expression, leaves, columns);
      if (key.isEmpty()) {
        return Optional.empty();
      }
      product *= key.get().digits();
      if (product > most) {
        return Optional.empty();
      }
      keys.add(key.get());
    }
    return Optional.of(new DenseKeys(keys, (int) product));
  }

  private static Optional<Key> key(
      TypedExpression expression, SegmentLeaves leaves, DenseColumns columns) {
    if (!(expression instanceof ColumnReference reference) || reference.type().isArray()) {
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
        new Key(
            columns.ids(reference.column(), column),
            dictionary.get(),
            leaves.shared(reference.column(), dictionary.get()),
            hasNulls ? Optional.of(new DictIds(column, true)) : Optional.empty(),
            dictionary.get().cardinality() + (hasNulls ? 1 : 0)));
  }

  /** Possible groups. */
  int groupCount() {
    return groupCount;
  }

  /** The group of each row of a block; to be read only, until the next block. */
  int[] of(Block block) {
    if (keys.size() == 1 && keys.getFirst().withNulls().isEmpty()) {
      return keys.getFirst().ids().of(block);
    }
    int count = block.count();
    for (int index = 0; index < keys.size(); index++) {
      Key key = keys.get(index);
      int[] ids;
      int add = 0;
      if (key.withNulls().isPresent()) {
        DictIds nullable = key.withNulls().get();
        nullable.read(block);
        ids = nullable.ids();
        add = 1;
      } else {
        ids = key.ids().of(block);
      }
      if (index == 0) {
        first(ids, add, count);
      } else {
        append(ids, add, key.digits(), count);
      }
    }
    return groups;
  }

  private void first(int[] ids, int add, int count) {
    for (int row = 0; row < count; row++) {
      groups[row] = ids[row] + add;
    }
  }

  private void append(int[] ids, int add, int digits, int count) {
    for (int row = 0; row < count; row++) {
      groups[row] = groups[row] * digits + ids[row] + add;
    }
  }

  /** Per key what it is for each of some groups. */
  List<GroupKey> of(int[] some) {
    List<GroupKey> all = new ArrayList<>(keys.size());
    int divisor = 1;
    for (int index = keys.size() - 1; index >= 0; index--) {
      Key key = keys.get(index);
      all.addFirst(of(key, some, divisor, keys.size() == 1));
      divisor *= key.digits();
    }
    return all;
  }

  private static GroupKey of(Key key, int[] some, int divisor, boolean isOnlyKey) {
    int nulls = key.withNulls().isPresent() ? 1 : 0;
    int[] ids = new int[some.length];
    if (isOnlyKey && nulls == 0) {
      System.arraycopy(some, 0, ids, 0, some.length);
    } else {
      for (int index = 0; index < some.length; index++) {
        ids[index] = some[index] / divisor % key.digits() - nulls;
      }
    }
    if (key.shared().isPresent()) {
      return numbered(key.shared().get(), key.dictionary(), ids);
    }
    return new GroupKey.Values(values(key.dictionary(), ids));
  }

  private static GroupKey numbered(SharedValues shared, DictionaryReader dictionary, int[] ids) {
    int[] numberOf = shared.numbersOf(dictionary);
    for (int index = 0; index < ids.length; index++) {
      ids[index] = ids[index] < 0 ? GroupKey.Numbered.NULL : numberOf[ids[index]];
    }
    return new GroupKey.Numbered(shared, ids, ids.length);
  }

  /** A row for each dictId; -1 is NULL. */
  private static Vector values(DictionaryReader dictionary, int[] ids) {
    int[] known = new int[ids.length];
    for (int index = 0; index < ids.length; index++) {
      known[index] = Math.max(0, ids[index]);
    }
    Vector values = DictionaryValues.read(dictionary, known, known.length);
    for (int index = 0; index < ids.length; index++) {
      if (ids[index] < 0) {
        values.setNull(index);
      }
    }
    return values;
  }

  long sizeBytes() {
    return 4L * groups.length;
  }
}
