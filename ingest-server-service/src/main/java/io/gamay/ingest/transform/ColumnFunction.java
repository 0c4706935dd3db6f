package io.gamay.ingest.transform;

import io.gamay.ingest.decode.FieldWriter;
import io.gamay.ingest.decode.FieldWriter.Written;

/**
 * Computes one column's value of one row from columns that are complete up to that row.
 * Deterministic: never the wall clock.
 */
interface ColumnFunction {

  /**
   * Writes the value of row {@code row}.
   *
   * @return {@link Written#MISSING} if an argument is missing, {@link Written#WRONG_TYPE} if the
   *     function has no value for its arguments
   */
  Written apply(int row, FieldWriter target);
}
