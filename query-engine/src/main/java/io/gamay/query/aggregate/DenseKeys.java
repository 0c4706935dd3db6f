package io.gamay.query.aggregate;

import io.gamay.query.evaluate.Block;
import io.gamay.query.evaluate.ExpressionCompiler;
import io.gamay.query.evaluate.SegmentLeaves;
import io.gamay.query.explain.Amount;
import io.gamay.query.explain.Clause;
import io.gamay.query.merge.GroupKey;
import io.gamay.query.plan.TypedExpression;
import io.gamay.query.plan.TypedExpression.ColumnReference;
import io.gamay.segment.read.DocIdBlock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Groups numbered by the digits of their keys, put together as one number: the first key's digit
 * counts most. Most numbers may stand for no row. One thread.
 */
final class DenseKeys {

  /** So many possible groups always, and more only beside as many rows. */
  private static final int ALWAYS = 1 << 16;

  private static final int MOST = 1 << 22;

  private final List<DenseKey> keys;
  private final int groupCount;
  private final int[] groups = new int[DocIdBlock.MAX_DOCS];

  private DenseKeys(List<DenseKey> keys, int groupCount) {
    this.keys = keys;
    this.groupCount = groupCount;
  }

  /**
   * Empty where a key is a list, or there are too many combinations.
   *
   * @param refusals takes the reason then
   */
  static Optional<DenseKeys> of(
      List<TypedExpression> expressions,
      SegmentLeaves leaves,
      ExpressionCompiler compiler,
      DenseColumns columns,
      List<Clause> refusals) {
    List<DenseKey> keys = new ArrayList<>(expressions.size());
    for (TypedExpression expression : expressions) {
      Optional<DenseKey> key =
          expression instanceof ColumnReference reference
              ? DictionaryKey.of(reference, true, leaves, columns)
              : DerivedKey.of(expression, leaves, columns)
                  .or(() -> NumberedKey.of(expression, compiler));
      if (key.isEmpty()) {
        refusals.add(
            Clause.of(
                "no arrays: key {} is a list or has no dictionary", Amount.each(keys.size() + 1)));
        return Optional.empty();
      }
      keys.add(key.get());
    }
    int most = Math.clamp(leaves.segment().docCount(), ALWAYS, MOST);
    Optional<DenseKeys> dense = of(keys, most);
    if (dense.isEmpty()) {
      refusals.add(
          Clause.of("no arrays: keys have more than {} combinations of values", Amount.each(most)));
    }
    return dense;
  }

  /** Combinations of columns with dictionaries, if they are at most so many. */
  static Optional<DenseKeys> ofColumns(
      List<ColumnReference> references, int most, SegmentLeaves leaves, DenseColumns columns) {
    List<DenseKey> keys = new ArrayList<>(references.size());
    for (ColumnReference reference : references) {
      Optional<DenseKey> key = DictionaryKey.of(reference, false, leaves, columns);
      if (key.isEmpty()) {
        return Optional.empty();
      }
      keys.add(key.get());
    }
    return of(keys, most);
  }

  private static Optional<DenseKeys> of(List<DenseKey> keys, int most) {
    long product = 1;
    for (DenseKey key : keys) {
      product *= key.digits();
      if (product > most) {
        return Optional.empty();
      }
    }
    return Optional.of(new DenseKeys(keys, (int) product));
  }

  /** Possible groups. */
  int groupCount() {
    return groupCount;
  }

  /** The group of each row of a block; to be read only, until the next block. */
  int[] of(Block block) {
    if (keys.size() == 1) {
      return keys.getFirst().of(block);
    }
    int count = block.count();
    System.arraycopy(keys.getFirst().of(block), 0, groups, 0, count);
    for (int index = 1; index < keys.size(); index++) {
      append(keys.get(index).of(block), keys.get(index).digits(), count);
    }
    return groups;
  }

  private void append(int[] digits, int base, int count) {
    for (int row = 0; row < count; row++) {
      groups[row] = groups[row] * base + digits[row];
    }
  }

  /** Per key what it is for each of some groups. */
  List<GroupKey> of(int[] some) {
    List<GroupKey> all = new ArrayList<>(keys.size());
    int divisor = 1;
    for (int index = keys.size() - 1; index >= 0; index--) {
      DenseKey key = keys.get(index);
      all.addFirst(key.key(keys.size() == 1 ? some.clone() : digits(some, divisor, key.digits())));
      divisor *= key.digits();
    }
    return all;
  }

  private static int[] digits(int[] some, int divisor, int base) {
    int[] digits = new int[some.length];
    for (int index = 0; index < some.length; index++) {
      digits[index] = some[index] / divisor % base;
    }
    return digits;
  }

  long sizeBytes() {
    return 4L * groups.length + keys.stream().mapToLong(DenseKey::sizeBytes).sum();
  }

  List<Clause> how() {
    return keys.stream().map(DenseKey::how).toList();
  }
}
