package io.gamay.query.aggregate;

import io.gamay.query.evaluate.Block;
import io.gamay.query.evaluate.BlockExpression;
import io.gamay.query.evaluate.ExpressionCompiler;
import io.gamay.query.evaluate.SegmentLeaves;
import io.gamay.query.evaluate.Totality;
import io.gamay.query.evaluate.VectorLeaves;
import io.gamay.query.merge.GroupKey;
import io.gamay.query.plan.Operands;
import io.gamay.query.plan.TypedExpression;
import io.gamay.query.plan.TypedExpression.ColumnReference;
import io.gamay.query.vector.Vector;
import io.gamay.segment.read.DocIdBlock;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * All combinations of the values of a few columns with dictionaries, numbered: what depends on
 * these columns alone is evaluated once for each of them instead of once for each row. One thread.
 */
final class Combinations {

  private static final int ALWAYS = 4096;

  /** So many rows must share the evaluation of one of many combinations. */
  private static final int ROWS_EACH = 8;

  private final List<ColumnReference> columns;
  private final DenseKeys keys;

  private Combinations(List<ColumnReference> columns, DenseKeys keys) {
    this.columns = columns;
    this.keys = keys;
  }

  /**
   * The combinations that expressions depend on. Empty where they read anything but a few columns
   * with dictionaries, or may fail for a combination that no row has.
   */
  static Optional<Combinations> of(
      Collection<? extends TypedExpression> expressions,
      SegmentLeaves leaves,
      DenseColumns columns) {
    Optional<List<ColumnReference>> read = Operands.columns(expressions);
    if (read.isEmpty()
        || read.get().isEmpty()
        || !expressions.stream().allMatch(Totality::isTotal)) {
      return Optional.empty();
    }
    int most = Math.max(ALWAYS, leaves.segment().docCount() / ROWS_EACH);
    return DenseKeys.ofColumns(read.get(), most, leaves, columns)
        .map(keys -> new Combinations(read.get(), keys));
  }

  int count() {
    return keys.groupCount();
  }

  /** The combination of each row; to be read only, until the next block. */
  int[] of(Block block) {
    return keys.of(block);
  }

  /** The value of an expression for each combination. */
  Vector evaluate(TypedExpression expression) {
    int[] all = new int[count()];
    for (int combination = 0; combination < all.length; combination++) {
      all[combination] = combination;
    }
    List<GroupKey> values = keys.of(all);
    Map<String, Vector> vectors = new HashMap<>();
    for (int column = 0; column < columns.size(); column++) {
      vectors.put(columns.get(column).column(), values.get(column).values());
    }
    BlockExpression compiled =
        new ExpressionCompiler(new VectorLeaves(vectors)).compile(expression);
    Vector result =
        new Vector(expression.type().element().storedType(), expression.type().isArray());
    Block block = new Block();
    for (int first = 0; first < all.length; first += DocIdBlock.MAX_DOCS) {
      block.setRange(first, Math.min(DocIdBlock.MAX_DOCS, all.length - first));
      Vector part = compiled.evaluate(block);
      for (int row = 0; row < block.count(); row++) {
        result.appendRow(part, row);
      }
    }
    return result;
  }
}
