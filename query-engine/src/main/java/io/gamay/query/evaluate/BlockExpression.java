package io.gamay.query.evaluate;

import io.gamay.query.plan.ResultType;
import io.gamay.query.vector.Vector;
import org.jspecify.annotations.Nullable;

/**
 * A compiled expression: evaluates itself for all rows of a block into a vector that it owns and
 * reuses. The vector is valid until the expression is evaluated for another block. One thread.
 */
public abstract class BlockExpression {

  private final Vector result;
  private @Nullable Block lastBlock;
  private long lastVersion;

  protected BlockExpression(ResultType type) {
    result = new Vector(type.element().storedType(), type.isArray());
  }

  /** The values of the block's rows, in their order. */
  public final Vector evaluate(Block block) {
    if (lastBlock != block || lastVersion != block.version()) {
      // A failed evaluation leaves no result behind that could be taken for one.
      lastBlock = null;
      compute(block, result);
      lastBlock = block;
      lastVersion = block.version();
    }
    return result;
  }

  /** Fills {@code out}, which holds an earlier block's values, with a row per row of the block. */
  protected abstract void compute(Block block, Vector out);
}
