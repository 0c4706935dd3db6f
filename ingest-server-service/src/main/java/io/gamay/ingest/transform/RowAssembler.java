package io.gamay.ingest.transform;

import io.gamay.cluster.table.TableConfig;
import io.gamay.ingest.decode.DecodeOutcome;
import io.gamay.ingest.decode.DecodeOutcome.DecodeFailure;
import io.gamay.ingest.decode.FieldWriter;
import io.gamay.ingest.decode.FieldWriter.Written;
import io.gamay.ingest.decode.RecordDecoder;
import io.gamay.ingest.stream.StreamBatch;
import io.gamay.segment.ledger.OffsetLedger;
import io.gamay.segment.ledger.RejectedRecord;
import io.gamay.segment.ledger.RejectionReason;
import io.gamay.segment.row.ColumnBuffer;
import io.gamay.segment.row.RowBatch;
import io.gamay.segment.schema.TableSchema;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;

/**
 * Makes rows of one schema and table-config version from the records of one partition. Values go
 * from the record's bytes straight into the batch's columns. One thread.
 */
public final class RowAssembler {

  private final TableSchema schema;
  private final RowBatch out;
  private final TransformPlan.Step[] steps;
  private final FieldWriter[] writers;

  /** The columns that no step fills: without a value in the record they are null. */
  private final ColumnBuffer[] fromRecord;

  private final RecordDecoder decoder;
  private final LongAdder detours;
  private long detoursCounted;

  /**
   * @param detours counts records that took longer to decode than records that look like the one
   *     before them
   * @throws IllegalArgumentException if the table's transforms do not fit the schema, or its
   *     stream's settings cannot be used here
   */
  public RowAssembler(TableSchema schema, TableConfig config, LongAdder detours) {
    this.schema = schema;
    this.detours = detours;
    this.out = new RowBatch(schema);
    TransformPlan plan = new TransformPlan(schema, config.transforms(), out.columns());
    this.steps = plan.steps().toArray(TransformPlan.Step[]::new);
    this.writers = plan.columns().stream().map(FieldWriter::new).toArray(FieldWriter[]::new);
    List<ColumnBuffer> computed =
        plan.steps().stream().map(step -> plan.columns().get(step.column())).toList();
    this.fromRecord =
        plan.columns().stream()
            .filter(column -> !computed.contains(column))
            .toArray(ColumnBuffer[]::new);
    this.decoder = DecoderChoice.of(config.stream().decoder(), schema, plan.fieldNames());
  }

  /**
   * Turns a batch's records into rows and writes the fate of every offset from the ledger's
   * position to the batch's {@link StreamBatch#nextOffset()} into the ledger: indexed, rejected
   * (with a sample), absent (a gap). Records below the ledger's position were dealt with before and
   * are passed over.
   *
   * @return the rows that the ledger now calls indexed, to be appended; valid until the next call
   */
  public RowBatch assemble(StreamBatch batch, OffsetLedger ledger) {
    out.clear();
    for (int column = schema.columns().size(); column < writers.length; column++) {
      writers[column].column().clear();
    }
    for (int index = 0; index < batch.size(); index++) {
      batch.moveTo(index);
      long offset = batch.offset();
      if (offset >= ledger.position()) {
        ledger.absentTo(offset);
        assemble(offset, batch, ledger);
      }
    }
    decoder.release();
    countDetours();
    if (batch.nextOffset() > ledger.position()) {
      ledger.absentTo(batch.nextOffset());
    }
    return out;
  }

  private void countDetours() {
    long detoured = decoder.detouredRecords();
    if (detoured != detoursCounted) {
      detours.add(detoured - detoursCounted);
      detoursCounted = detoured;
    }
  }

  private void assemble(long offset, StreamBatch batch, OffsetLedger ledger) {
    byte[] record = batch.value();
    if (record == null) {
      ledger.rejected(
          new RejectedRecord(
              offset, RejectionReason.TOMBSTONE, "the record has no value", new byte[0], 0));
      return;
    }
    int from = batch.valueStart();
    int to = batch.valueEnd();
    int row = out.rowCount();
    DecodeOutcome outcome = decoder.decode(record, from, to, writers);
    if (outcome instanceof DecodeFailure failure) {
      abandonRow(row);
      ledger.rejected(rejected(offset, failure.reason(), failure.detail(), record, from, to));
      return;
    }
    fillMissing(row);
    int failed = runSteps(row);
    if (failed >= 0) {
      abandonRow(row);
      ledger.rejected(
          rejected(
              offset, RejectionReason.TRANSFORM_FAILED, transformDetail(failed), record, from, to));
      return;
    }
    out.endRow(offset);
    ledger.indexed(offset);
  }

  private void fillMissing(int row) {
    for (ColumnBuffer column : fromRecord) {
      if (column.rowCount() == row) {
        column.appendNull();
      }
    }
  }

  /** Returns the column whose function failed, or -1. */
  private int runSteps(int row) {
    for (TransformPlan.Step step : steps) {
      FieldWriter target = writers[step.column()];
      if (target.column().rowCount() > row) {
        continue;
      }
      Written written = step.function().apply(row, target);
      switch (written) {
        case VALUE -> {
          if (target.column().hasOpenRow()) {
            target.column().endRow();
          }
        }
        case MISSING -> target.column().appendNull();
        case WRONG_TYPE, TOO_LONG -> {
          return step.column();
        }
      }
    }
    return -1;
  }

  private void abandonRow(int row) {
    for (FieldWriter writer : writers) {
      writer.column().truncate(row);
    }
  }

  private String transformDetail(int column) {
    return column < schema.columns().size()
        ? "the transform of column " + schema.columns().get(column).name() + " has no value"
        : "a nested call of a transform has no value";
  }

  /** With a sample of {@code record[from, to)}. */
  private static RejectedRecord rejected(
      long offset, RejectionReason reason, String detail, byte[] record, int from, int to) {
    int length = to - from;
    byte[] sample =
        Arrays.copyOfRange(record, from, from + Math.min(length, RejectedRecord.MAX_SAMPLE_BYTES));
    return new RejectedRecord(offset, reason, detail, sample, length);
  }
}
