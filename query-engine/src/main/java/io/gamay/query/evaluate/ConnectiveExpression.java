package io.gamay.query.evaluate;

import io.gamay.query.plan.ResultType;
import io.gamay.query.vector.Vector;
import io.gamay.segment.read.DocIdBlock;
import io.gamay.segment.schema.DataType;
import java.util.Arrays;
import java.util.List;

/**
 * AND or OR by three-valued logic. An operand is evaluated only for the rows that the operands
 * before it have not decided, so that an earlier one may guard a later one against failing.
 */
final class ConnectiveExpression extends BlockExpression {

  private final List<BlockExpression> operands;

  /** The value that decides: TRUE of an OR, FALSE of an AND. */
  private final int decisive;

  private final Subset open = new Subset();
  private final boolean[] decided = new boolean[DocIdBlock.MAX_DOCS];
  private final boolean[] metNull = new boolean[DocIdBlock.MAX_DOCS];

  ConnectiveExpression(List<BlockExpression> operands, boolean isOr) {
    super(ResultType.of(DataType.BOOLEAN));
    this.operands = operands;
    this.decisive = isOr ? 1 : 0;
  }

  @Override
  protected void compute(Block block, Vector out) {
    int count = block.count();
    Arrays.fill(decided, 0, count, false);
    Arrays.fill(metNull, 0, count, false);
    open.takeAll(block);
    for (BlockExpression operand : operands) {
      if (open.count() > 0) {
        open.take(block, decide(operand.evaluate(open.block())));
      }
    }
    out.resize(count);
    int[] flags = out.ints();
    for (int row = 0; row < count; row++) {
      flags[row] = decided[row] ? decisive : 1 - decisive;
    }
    for (int row = 0; row < count; row++) {
      if (metNull[row] && !decided[row]) {
        out.setNull(row);
      }
    }
  }

  /** Returns how many rows stay open; their positions come first. */
  private int decide(Vector values) {
    int[] positions = open.positions();
    int[] booleans = values.ints();
    int kept = 0;
    for (int index = 0; index < open.count(); index++) {
      int row = positions[index];
      boolean isNull = values.isNull(index);
      if (!isNull && booleans[index] == decisive) {
        decided[row] = true;
      } else {
        metNull[row] |= isNull;
        positions[kept++] = row;
      }
    }
    return kept;
  }
}
