package io.gamay.ingest.consume;

import io.gamay.cluster.table.TableConfig;
import io.gamay.ingest.stream.StreamBatch;
import io.gamay.segment.ledger.OffsetLedger;
import io.gamay.segment.row.RowBatch;
import io.gamay.segment.schema.TableSchema;

/** Records to rows, for one schema and table-config version. One thread. */
@FunctionalInterface
public interface BatchAssembler {

  /**
   * Makes rows of a batch's records and writes the fate of every offset up to the batch's next
   * offset into the ledger.
   *
   * @return the rows that the ledger calls indexed; valid until the next call
   */
  RowBatch assemble(StreamBatch batch, OffsetLedger ledger);

  /** Makes assemblers. */
  @FunctionalInterface
  interface Factory {
    BatchAssembler create(TableSchema schema, TableConfig config);
  }
}
