package io.gamay.ingest.consume;

import io.gamay.cluster.table.FlushThresholds;
import io.gamay.cluster.table.StreamConfig;
import io.gamay.cluster.table.TableConfig;
import io.gamay.ingest.stream.StreamBatch;
import io.gamay.segment.ledger.OffsetLedger;
import io.gamay.segment.ledger.RejectedRecord;
import io.gamay.segment.ledger.RejectionReason;
import io.gamay.segment.row.RowBatch;
import io.gamay.segment.schema.ColumnSpec;
import io.gamay.segment.schema.DataType;
import io.gamay.segment.schema.IndexDecisions;
import io.gamay.segment.schema.TableSchema;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/** A table of one LONG and one STRING column; a record is a number, anything else is rejected. */
final class Fixtures {

  static final String TABLE = "trips";
  static final String TABLE_ID = "trips-1";

  private Fixtures() {}

  static TableSchema schema(int version) {
    return new TableSchema(
        TABLE,
        version,
        List.of(
            ColumnSpec.dimension("number", DataType.LONG),
            ColumnSpec.dimension("text", DataType.STRING)));
  }

  static TableConfig config(int version, OptionalLong segmentRows, Duration age) {
    return new TableConfig(
        TABLE,
        version,
        "{}",
        Optional.empty(),
        1,
        Optional.empty(),
        "DefaultTenant",
        "DefaultTenant",
        false,
        Set.of(),
        Set.of(),
        List.of(),
        new StreamConfig(
            "trips",
            "unused:1",
            new StreamConfig.StartOffset.Smallest(),
            StreamConfig.Decoder.JSON,
            true,
            Map.of(),
            Duration.ofMillis(100)),
        new FlushThresholds(segmentRows, OptionalLong.empty(), 1 << 20, age),
        Optional.empty());
  }

  /** Limited by the size of the file. */
  static TableConfig sizedConfig(long segmentSizeBytes, long initialRows) {
    TableConfig config = config(1, OptionalLong.empty(), Duration.ofDays(1));
    return new TableConfig(
        TABLE,
        1,
        config.json(),
        config.timeColumn(),
        config.replication(),
        config.retention(),
        config.brokerTenant(),
        config.serverTenant(),
        config.nullHandling(),
        config.rawColumns(),
        config.invertedColumns(),
        config.transforms(),
        config.stream(),
        new FlushThresholds(
            OptionalLong.empty(),
            OptionalLong.empty(),
            segmentSizeBytes,
            Duration.ofDays(1),
            initialRows),
        Optional.empty());
  }

  static TableConfig withIndexes(TableConfig config, IndexDecisions indexes) {
    return new TableConfig(
        config.name(),
        config.version(),
        config.json(),
        config.timeColumn(),
        config.replication(),
        config.retention(),
        config.brokerTenant(),
        config.serverTenant(),
        config.nullHandling(),
        config.rawColumns(),
        indexes.invertedColumns(),
        indexes.rangeColumns(),
        indexes.bloomColumns(),
        config.transforms(),
        config.stream(),
        config.flush(),
        config.queryTimeout(),
        config.dictionaryColumns(),
        config.routing(),
        config.placement(),
        config.deletedRetention());
  }

  static boolean isGood(String record) {
    return record.chars().allMatch(Character::isDigit);
  }

  static BatchAssembler assembler(TableSchema schema) {
    RowBatch out = new RowBatch(schema);
    return (batch, ledger) -> {
      out.clear();
      for (int i = 0; i < batch.size(); i++) {
        batch.moveTo(i);
        if (batch.offset() >= ledger.position()) {
          ledger.absentTo(batch.offset());
          assemble(batch, ledger, out);
        }
      }
      if (batch.nextOffset() > ledger.position()) {
        ledger.absentTo(batch.nextOffset());
      }
      return out;
    };
  }

  private static void assemble(StreamBatch batch, OffsetLedger ledger, RowBatch out) {
    byte[] value =
        Arrays.copyOfRange(
            Objects.requireNonNull(batch.value()), batch.valueStart(), batch.valueEnd());
    String text = new String(value, StandardCharsets.UTF_8);
    if (!isGood(text)) {
      ledger.rejected(
          new RejectedRecord(
              batch.offset(), RejectionReason.MALFORMED, "not a number", value, value.length));
      return;
    }
    out.column(0).appendLong(Long.parseLong(text));
    out.column(1).appendBytes(value, 0, value.length);
    out.endRow(batch.offset());
    ledger.indexed(batch.offset());
  }
}
