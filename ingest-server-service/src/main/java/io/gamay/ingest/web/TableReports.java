package io.gamay.ingest.web;

import io.gamay.cluster.report.ConsumingByTable;
import io.gamay.cluster.report.ConsumingReport;
import io.gamay.cluster.report.IndexReport;
import io.gamay.cluster.report.QuarantinedRecord;
import io.gamay.cluster.report.ReloadReport;
import io.gamay.cluster.report.SegmentMemory;
import io.gamay.cluster.report.SegmentSize;
import io.gamay.cluster.segment.SegmentName;
import io.gamay.ingest.hosting.PartitionFeed;
import io.gamay.ingest.hosting.PartitionServing;
import io.gamay.ingest.hosting.SegmentHost;
import io.gamay.ingest.hosting.SegmentLease;
import io.gamay.ingest.hosting.ServedSegment;
import io.gamay.segment.immutable.ImmutableSegment;
import io.gamay.segment.ledger.RejectedRecord;
import io.gamay.segment.mutable.MutableSegment;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Puts together what is known of a table's segments on this server. Thread-safe. */
public final class TableReports {

  private final SegmentHost host;

  public TableReports(SegmentHost host) {
    this.host = host;
  }

  List<ConsumingReport> consuming(String tableId) {
    return host.feedsOf(tableId).stream()
        .flatMap(feed -> feed.reports().stream())
        .sorted(Comparator.comparing(ConsumingReport::segment))
        .toList();
  }

  /** Of all tables. */
  ConsumingByTable consuming() {
    Map<String, List<ConsumingReport>> byTable = new HashMap<>();
    for (String tableId : host.tableIds()) {
      byTable.put(tableId, consuming(tableId));
    }
    byTable.values().removeIf(List::isEmpty);
    return new ConsumingByTable(byTable);
  }

  List<SegmentSize> sizes(String tableId) {
    List<SegmentSize> sizes = new ArrayList<>();
    for (PartitionServing serving : host.servingOf(tableId)) {
      for (ServedSegment served : serving.view().segments()) {
        switch (served.content()) {
          case ServedSegment.Content.Mutable _ -> {}
          case ServedSegment.Content.Sealed(ImmutableSegment file) ->
              sizes.add(SegmentSize.onDisk(served.name().toString(), file.sizeBytes()));
          case ServedSegment.Content.Evicted(int _, long sizeBytes) ->
              sizes.add(SegmentSize.evicted(served.name().toString(), sizeBytes));
        }
      }
    }
    sizes.sort(Comparator.comparing(SegmentSize::segment));
    return sizes;
  }

  /** Of the segments whose rows are in memory. */
  List<SegmentMemory> memory(String tableId) {
    List<SegmentMemory> memory = new ArrayList<>();
    for (PartitionServing serving : host.servingOf(tableId)) {
      for (ServedSegment served : serving.view().segments()) {
        if (served.content() instanceof ServedSegment.Content.Mutable(MutableSegment rows)) {
          memory.add(memoryOf(served.name(), rows));
        }
      }
    }
    memory.sort(Comparator.comparing(SegmentMemory::segment));
    return memory;
  }

  /** The writer goes on meanwhile: the sum is of the columns as they were read. */
  private static SegmentMemory memoryOf(SegmentName name, MutableSegment rows) {
    int docCount = rows.docCount();
    List<SegmentMemory.ColumnMemory> columns = new ArrayList<>();
    long sum = 0;
    for (Map.Entry<String, Long> column : rows.memoryBytesByColumn().entrySet()) {
      long bytes = column.getValue();
      columns.add(
          new SegmentMemory.ColumnMemory(
              column.getKey(), bytes, docCount == 0 ? 0 : (double) bytes / docCount));
      sum += bytes;
    }
    long unused = Math.max(0, rows.reservedBytes() - sum);
    return new SegmentMemory(name.toString(), name.partition(), docCount, sum, unused, columns);
  }

  List<IndexReport> indexes(String tableId) {
    return host.reports().indexes(tableId);
  }

  /** Compares what is wanted with what is, soon; tells how the indexes stood before. */
  List<IndexReport> reload(String tableId) {
    List<IndexReport> before = host.reports().indexes(tableId);
    host.reload();
    return before;
  }

  /** Tries again what is in ERROR; the segments that are. */
  List<String> reset(String tableId, Optional<SegmentName> segment) {
    return host.reset(tableId, segment);
  }

  /**
   * May look at files.
   *
   * @param segment one of them; empty: all
   */
  List<ReloadReport> reloaded(String tableId, Optional<SegmentName> segment) {
    return host.reports().reloads(tableId, segment);
  }

  /** Reads files that are on this disk; none is fetched for it. */
  List<QuarantinedRecord> quarantine(String tableId) {
    List<QuarantinedRecord> found = new ArrayList<>();
    for (PartitionServing serving : host.servingOf(tableId)) {
      for (ServedSegment served : serving.view().segments()) {
        if (served.content() instanceof ServedSegment.Content.Sealed(ImmutableSegment file)) {
          sealedQuarantine(served, file)
              .forEach(record -> found.add(toReport(served.name(), record)));
        }
      }
    }
    for (PartitionFeed feed : host.feedsOf(tableId)) {
      feed.ledgers()
          .forEach(
              (name, ledger) ->
                  ledger
                      .rejected(RejectedRecord.MAX_SAMPLES_PER_SEGMENT)
                      .forEach(record -> found.add(toReport(name, record))));
    }
    found.sort(
        Comparator.comparingInt(QuarantinedRecord::partition)
            .thenComparingLong(QuarantinedRecord::offset));
    return found;
  }

  private static List<RejectedRecord> sealedQuarantine(
      ServedSegment served, ImmutableSegment file) {
    Optional<SegmentLease> lease = served.holding().lease();
    if (lease.isEmpty()) {
      return List.of();
    }
    try (SegmentLease _ = lease.get()) {
      return file.quarantine();
    }
  }

  private static QuarantinedRecord toReport(SegmentName segment, RejectedRecord record) {
    Optional<String> text = textOf(record.sample());
    return new QuarantinedRecord(
        segment.toString(),
        segment.partition(),
        record.offset(),
        record.reason().name(),
        record.detail(),
        text.orElseGet(() -> Base64.getEncoder().encodeToString(record.sample())),
        text.isEmpty(),
        record.recordSizeBytes());
  }

  private static Optional<String> textOf(byte[] sample) {
    try {
      return Optional.of(
          StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(sample)).toString());
    } catch (CharacterCodingException e) {
      return Optional.empty();
    }
  }
}
