package io.gamay.segment.seal;

import io.gamay.segment.schema.Value;
import java.util.List;

/** A row as a naive model has it: for each column of the schema its values, and whether missing. */
public record TestRow(long offset, List<Cell> cells) {

  /**
   * @param values one for a single-value column; the default where {@code isNull}
   */
  public record Cell(List<Value> values, boolean isNull) {}
}
