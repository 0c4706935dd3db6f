package io.gamay.controller.web;

import io.gamay.cluster.report.ConsumingReport;
import io.gamay.cluster.report.QuarantinedRecord;
import io.gamay.cluster.report.SegmentSize;
import io.gamay.cluster.view.ClusterView;
import io.gamay.cluster.view.ClusterView.TableView;
import io.gamay.controller.web.ServerQuestions.Answer;
import io.gamay.segment.ledger.LedgerCounts;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Mono;

/** What servers know of a table: sizes, consumption, quarantine. */
@RestController
final class ServerReportsController {

  private static final int UNKNOWN = -1;

  private final ViewTables tables;
  private final ServerQuestions servers;

  ServerReportsController(Supplier<ClusterView> view, ServerQuestions servers) {
    this.tables = new ViewTables(view);
    this.servers = servers;
  }

  record TableSize(
      String tableName,
      long reportedSizeInBytes,
      long estimatedSizeInBytes,
      long reportedSizePerReplicaInBytes,
      long evictedSizeInBytes,
      @Nullable SegmentSizes offlineSegments,
      SegmentSizes realtimeSegments) {}

  record SegmentSizes(
      long reportedSizeInBytes,
      long estimatedSizeInBytes,
      int missingSegments,
      long reportedSizePerReplicaInBytes,
      Map<String, SizeOfSegment> segments) {}

  record SizeOfSegment(
      long reportedSizeInBytes,
      long estimatedSizeInBytes,
      long maxReportedSizePerReplicaInBytes,
      Map<String, SizeOnServer> serverInfo) {}

  /**
   * @param evictedSizeInBytes of a file that the server has not on its disk now, as others needed
   *     its room; more than Pinot tells
   */
  record SizeOnServer(String segmentName, long diskSizeInBytes, long evictedSizeInBytes) {}

  @GetMapping("/tables/{table}/size")
  Mono<TableSize> size(@PathVariable String table) {
    TableView view = tables.require(table);
    return servers
        .ask(view.tableId(), "sizes", SegmentSize[].class)
        .map(answers -> size(view, answers));
  }

  private static TableSize size(TableView table, List<Answer<SegmentSize>> answers) {
    Map<String, Map<String, SegmentSize>> reported = new HashMap<>();
    for (Answer<SegmentSize> answer : answers) {
      for (SegmentSize size : answer.items().orElse(List.of())) {
        reported
            .computeIfAbsent(size.segment(), segment -> new TreeMap<>())
            .put(answer.server(), size);
      }
    }
    Map<String, SizeOfSegment> segments = new TreeMap<>();
    ViewTables.segments(table)
        .filter(segment -> segment.metadata().stored().isPresent())
        .forEach(
            segment -> {
              String name = segment.metadata().name().toString();
              segments.put(
                  name,
                  sizeOfSegment(
                      name,
                      segment.assignment().wanted().keySet(),
                      reported.getOrDefault(name, Map.of())));
            });
    long total =
        segments.values().stream().mapToLong(s -> Math.max(0, s.reportedSizeInBytes())).sum();
    long estimated =
        segments.values().stream().mapToLong(s -> Math.max(0, s.estimatedSizeInBytes())).sum();
    long perReplica =
        segments.values().stream()
            .mapToLong(s -> Math.max(0, s.maxReportedSizePerReplicaInBytes()))
            .sum();
    long evicted =
        segments.values().stream()
            .flatMap(segment -> segment.serverInfo().values().stream())
            .mapToLong(SizeOnServer::evictedSizeInBytes)
            .sum();
    int missing =
        (int) segments.values().stream().filter(s -> s.reportedSizeInBytes() == UNKNOWN).count();
    SegmentSizes realtime = new SegmentSizes(total, estimated, missing, perReplica, segments);
    return new TableSize(
        table.config().name(), total, estimated, perReplica, evicted, null, realtime);
  }

  /** What was evicted takes no disk, and counts as a replica's size all the same. */
  private static SizeOfSegment sizeOfSegment(
      String name, Iterable<String> wanted, Map<String, SegmentSize> reported) {
    Map<String, SizeOnServer> byServer = new TreeMap<>();
    int silent = 0;
    for (String server : wanted) {
      SegmentSize size = reported.getOrDefault(server, SegmentSize.onDisk(name, UNKNOWN));
      silent += size.diskSizeBytes() == UNKNOWN ? 1 : 0;
      byServer.put(
          server, new SizeOnServer(name, size.diskSizeBytes(), size.evictedBytes().orElse(0)));
    }
    long sum = reported.values().stream().mapToLong(SegmentSize::diskSizeBytes).sum();
    long max =
        reported.values().stream()
            .mapToLong(size -> size.diskSizeBytes() + size.evictedBytes().orElse(0))
            .max()
            .orElse(UNKNOWN);
    boolean isUnknown = reported.isEmpty();
    return new SizeOfSegment(
        isUnknown ? UNKNOWN : sum, isUnknown ? UNKNOWN : sum + silent * max, max, byServer);
  }

  record ConsumingSegments(
      int serversFailingToRespond,
      int serversUnparsableRespond,
      Map<String, List<ConsumingInfo>> _segmentToConsumingInfoMap) {}

  /**
   * @param segmentState the server's own name for what it does; more than Pinot tells
   * @param ledger what became of the offsets from the segment's start to the current one
   */
  record ConsumingInfo(
      String serverName,
      String consumerState,
      long lastConsumedTimestamp,
      Map<String, String> partitionToOffsetMap,
      PartitionOffsetInfo partitionOffsetInfo,
      String segmentState,
      String reason,
      int docCount,
      LedgerCounts ledger) {}

  record PartitionOffsetInfo(
      Map<String, String> currentOffsetsMap,
      Map<String, String> latestUpstreamOffsetMap,
      Map<String, String> recordsLagMap,
      Map<String, String> availabilityLagMsMap) {}

  @GetMapping("/tables/{table}/consumingSegmentsInfo")
  Mono<ConsumingSegments> consuming(@PathVariable String table) {
    TableView view = tables.require(table);
    return servers
        .ask(view.tableId(), "consuming", ConsumingReport[].class)
        .map(ServerReportsController::consuming);
  }

  private static ConsumingSegments consuming(List<Answer<ConsumingReport>> answers) {
    Map<String, List<ConsumingInfo>> bySegment = new TreeMap<>();
    for (Answer<ConsumingReport> answer : answers) {
      for (ConsumingReport report : answer.items().orElse(List.of())) {
        bySegment
            .computeIfAbsent(report.segment(), segment -> new ArrayList<>())
            .add(consumingInfo(answer.server(), report));
      }
    }
    int silent = (int) answers.stream().filter(answer -> answer.items().isEmpty()).count();
    return new ConsumingSegments(silent, 0, bySegment);
  }

  private static ConsumingInfo consumingInfo(String server, ConsumingReport report) {
    String partition = Integer.toString(report.partition());
    String current = Long.toString(report.currentOffset());
    boolean isEndKnown = report.latestOffset() >= 0;
    Map<String, String> latest =
        isEndKnown ? Map.of(partition, Long.toString(report.latestOffset())) : Map.of();
    Map<String, String> lag =
        isEndKnown
            ? Map.of(
                partition,
                Long.toString(Math.max(0, report.latestOffset() - report.currentOffset())))
            : Map.of(partition, "UNKNOWN");
    return new ConsumingInfo(
        server,
        report.reason().isEmpty() ? "CONSUMING" : "NOT_CONSUMING",
        report.lastConsumedMillis(),
        Map.of(partition, current),
        new PartitionOffsetInfo(
            Map.of(partition, current), latest, lag, Map.of(partition, "UNKNOWN")),
        report.state(),
        report.reason(),
        report.docCount(),
        report.ledger());
  }

  /**
   * @param serversFailingToRespond servers whose samples are not in here
   */
  record Quarantine(List<String> serversFailingToRespond, List<QuarantinedRecord> records) {}

  /** Samples of records that are not rows, by partition and offset, replicas once. */
  @GetMapping("/tables/{table}/quarantine")
  Mono<Quarantine> quarantine(
      @PathVariable String table, @RequestParam(defaultValue = "100") int limit) {
    TableView view = tables.require(table);
    int bounded = Math.clamp(limit, 1, 10_000);
    return servers
        .ask(view.tableId(), "quarantine?limit=" + bounded, QuarantinedRecord[].class)
        .map(answers -> quarantine(answers, bounded));
  }

  private record Place(int partition, long offset) {}

  private static Quarantine quarantine(List<Answer<QuarantinedRecord>> answers, int limit) {
    Map<Place, QuarantinedRecord> records =
        new TreeMap<>(Comparator.comparingInt(Place::partition).thenComparingLong(Place::offset));
    List<String> silent = new ArrayList<>();
    for (Answer<QuarantinedRecord> answer : answers) {
      if (answer.items().isEmpty()) {
        silent.add(answer.server());
      }
      for (QuarantinedRecord record : answer.items().orElse(List.of())) {
        records.putIfAbsent(new Place(record.partition(), record.offset()), record);
      }
    }
    return new Quarantine(silent, records.values().stream().limit(limit).toList());
  }
}
