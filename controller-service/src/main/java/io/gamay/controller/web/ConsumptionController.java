package io.gamay.controller.web;

import static io.gamay.controller.table.RequestRefusedException.Kind.CONFLICT;
import static io.gamay.controller.table.RequestRefusedException.Kind.INVALID;
import static io.gamay.controller.table.RequestRefusedException.Kind.NOT_FOUND;
import static io.gamay.controller.table.RequestRefusedException.Kind.UNAVAILABLE;
import static java.util.stream.Collectors.toMap;
import static java.util.stream.Collectors.toSet;

import io.gamay.cluster.consumption.ConsumptionOrders;
import io.gamay.cluster.consumption.EndJob;
import io.gamay.cluster.consumption.PauseState;
import io.gamay.cluster.consumption.PauseState.ReasonCode;
import io.gamay.cluster.layout.ClusterJson;
import io.gamay.cluster.layout.TableNode;
import io.gamay.cluster.report.ConsumingReport;
import io.gamay.cluster.segment.SegmentMetadata;
import io.gamay.cluster.segment.SegmentName;
import io.gamay.cluster.segment.SegmentState;
import io.gamay.cluster.table.StreamConfig.StartOffset;
import io.gamay.cluster.view.ClusterView;
import io.gamay.cluster.view.ClusterView.SegmentView;
import io.gamay.cluster.view.ClusterView.TableView;
import io.gamay.controller.stream.StreamCatalog;
import io.gamay.controller.table.ConsumptionDesk;
import io.gamay.controller.table.RequestRefusedException;
import io.gamay.controller.table.StorageQuotaKeeper;
import io.gamay.controller.web.ServerQuestions.Answer;
import io.swagger.v3.oas.annotations.Operation;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Mono;

/** Forced commits, pauses and resumptions, as Pinot's controller serves them. */
@RestController
final class ConsumptionController {

  private static final Pattern JOB_ID = Pattern.compile("([^~]+)~commit(\\d{1,9})");

  private final ViewTables tables;
  private final ConsumptionDesk desk;
  private final StreamCatalog streams;
  private final ServerQuestions servers;
  private final BlockingCalls blocking;
  private final InstantSource clock;

  ConsumptionController(
      Supplier<ClusterView> view,
      ConsumptionDesk desk,
      StreamCatalog streams,
      ServerQuestions servers,
      BlockingCalls blocking,
      InstantSource clock) {
    this.tables = new ViewTables(view);
    this.desk = desk;
    this.streams = streams;
    this.servers = servers;
    this.blocking = blocking;
    this.clock = clock;
  }

  // Forced commits

  /**
   * @param segmentsWithoutRows consuming segments that nothing was read into yet: there is nothing
   *     to commit, and they are not waited for
   */
  record ForceCommitSubmitted(
      String forceCommitStatus,
      String jobMetaZKWriteStatus,
      String forceCommitJobId,
      List<String> segmentsWithoutRows) {}

  @Operation(
      summary = "Commit what is consumed now",
      description =
          "Consuming segments, or those of some partitions, end with the rows they have; consumption"
              + " goes on in their successors. Segments without rows are left out.")
  @PostMapping("/tables/{table}/forceCommit")
  Mono<ForceCommitSubmitted> forceCommit(
      @PathVariable String table,
      @RequestParam Optional<String> partitions,
      @RequestParam Optional<String> segments,
      @RequestParam(defaultValue = "2147483647") int batchSize,
      @RequestParam(defaultValue = "5") int batchStatusCheckIntervalSec,
      @RequestParam(defaultValue = "180") int batchStatusCheckTimeoutSec) {
    requirePositive("batchSize", batchSize);
    requirePositive("batchStatusCheckIntervalSec", batchStatusCheckIntervalSec);
    requirePositive("batchStatusCheckTimeoutSec", batchStatusCheckTimeoutSec);
    TableView view = tables.require(table);
    Map<Integer, SegmentMetadata> asked = asked(view, partitions, segments);
    return reports(view)
        .flatMap(
            reports ->
                blocking.call(
                    () -> {
                      Map<Integer, Integer> ending = new HashMap<>();
                      Set<String> empty = new TreeSet<>();
                      Map<Integer, SegmentMetadata> withRows = withRows(view, reports);
                      asked.forEach(
                          (partition, segment) -> {
                            if (withRows.containsKey(partition)) {
                              ending.put(partition, segment.name().sequence());
                            } else {
                              empty.add(segment.name().toString());
                            }
                          });
                      TableNode ordered =
                          desk.forceCommit(
                              view.tableId(),
                              ending,
                              batchSize,
                              Duration.ofSeconds(batchStatusCheckTimeoutSec));
                      return new ForceCommitSubmitted(
                          "SUCCESS",
                          "SUCCESS",
                          view.tableId() + "~commit" + ordered.consumption().newestJob(),
                          List.copyOf(empty));
                    }));
  }

  private static void requirePositive(String parameter, int value) {
    if (value < 1) {
      throw new RequestRefusedException(
          INVALID, "%s: %d, expected 1 or more".formatted(parameter, value));
    }
  }

  /** The consuming segments that are meant, by partition. */
  private static Map<Integer, SegmentMetadata> asked(
      TableView table, Optional<String> partitions, Optional<String> segments) {
    Map<Integer, SegmentMetadata> consuming = consuming(table);
    Optional<String> byPartition = partitions.filter(text -> !text.isBlank());
    Optional<String> byName = segments.filter(text -> !text.isBlank());
    if (byPartition.isPresent() && byName.isPresent()) {
      throw new RequestRefusedException(
          INVALID, "Cannot specify both partitions and segments to commit: give one of them");
    }
    Map<Integer, SegmentMetadata> asked = new TreeMap<>();
    for (String text : list(byPartition)) {
      SegmentMetadata segment = consuming.get(partition(text));
      if (segment == null) {
        throw new RequestRefusedException(
            INVALID,
            "partitions: '%s' has no consuming segment; partitions that have one: %s"
                .formatted(text, consuming.keySet()));
      }
      asked.put(segment.name().partition(), segment);
    }
    for (String name : list(byName)) {
      SegmentMetadata segment =
          consuming.values().stream()
              .filter(candidate -> candidate.name().toString().equals(name))
              .findFirst()
              .orElseThrow(
                  () ->
                      new RequestRefusedException(
                          INVALID,
                          "segments: '%s' is not a consuming segment of table %s"
                              .formatted(name, table.config().nameWithType())));
      asked.put(segment.name().partition(), segment);
    }
    return byPartition.isEmpty() && byName.isEmpty() ? consuming : asked;
  }

  private static List<String> list(Optional<String> text) {
    return text.stream()
        .flatMap(given -> Stream.of(given.split(",")))
        .map(String::strip)
        .filter(item -> !item.isEmpty())
        .toList();
  }

  private static int partition(String text) {
    try {
      return Integer.parseInt(text);
    } catch (NumberFormatException notANumber) {
      throw new RequestRefusedException(
          INVALID, "partitions: '%s' is not a number; expected numbers, as 0,1".formatted(text));
    }
  }

  /**
   * All text as in Pinot, but for the last three.
   *
   * @param segmentsForceCommitted a JSON array
   * @param segmentsYetToBeCommitted those of them without a durable copy so far
   * @param segmentsWithoutRows those of them that nothing was read into yet: not waited for
   */
  record ForceCommitStatus(
      String jobId,
      String tableName,
      String jobType,
      String submissionTimeMs,
      String segmentsForceCommitted,
      List<String> segmentsYetToBeCommitted,
      int numberOfSegmentsYetToBeCommitted,
      List<String> segmentsWithoutRows) {}

  @Operation(summary = "How far a forced commit is")
  @GetMapping("/tables/forceCommitStatus/{jobId}")
  Mono<ForceCommitStatus> forceCommitStatus(@PathVariable String jobId) {
    Matcher matcher = JOB_ID.matcher(jobId);
    if (!matcher.matches()) {
      return Mono.error(noJob(jobId));
    }
    TableView view = tables.byId(matcher.group(1)).orElseThrow(() -> noJob(jobId));
    int number = Integer.parseInt(matcher.group(2));
    return blocking
        .call(() -> desk.job(view.tableId(), number).orElseThrow(() -> noJob(jobId)))
        .flatMap(job -> reports(view).map(reports -> status(jobId, view, job, reports)));
  }

  private static ForceCommitStatus status(
      String jobId, TableView view, EndJob job, Reports reports) {
    List<String> all = new ArrayList<>();
    List<String> open = new ArrayList<>();
    List<String> empty = new ArrayList<>();
    ViewTables.segments(view)
        .filter(segment -> job.isAbout(segment.metadata().name()))
        .forEach(
            segment -> {
              String name = segment.metadata().name().toString();
              SegmentState state = segment.metadata().state();
              all.add(name);
              if (state == SegmentState.CONSUMING && reports.isEmpty(segment)) {
                empty.add(name);
              } else if (state != SegmentState.ONLINE) {
                open.add(name);
              }
            });
    return new ForceCommitStatus(
        jobId,
        view.config().nameWithType(),
        "FORCE_COMMIT",
        Long.toString(job.submittedAt().toEpochMilli()),
        new String(ClusterJson.write(all), StandardCharsets.UTF_8),
        open,
        open.size(),
        empty);
  }

  private static RequestRefusedException noJob(String jobId) {
    return new RequestRefusedException(NOT_FOUND, "Failed to find controller job id: " + jobId);
  }

  // Pauses

  /**
   * @param consumingSegments those that are consumed; of a paused table, those with rows that are
   *     not committed yet
   * @param timestamp when it was paused or resumed last
   * @param indexOfInactiveTopics always empty: a table has one topic
   * @param notice what will become of it by itself, if that is not what was asked for; more than
   *     Pinot tells
   */
  record PauseStatus(
      boolean pauseFlag,
      List<String> consumingSegments,
      @Nullable String reasonCode,
      @Nullable String comment,
      @Nullable String timestamp,
      List<Integer> indexOfInactiveTopics,
      @Nullable String notice) {}

  @Operation(
      summary = "Stop consuming a table",
      description = "What was consumed so far is committed; queries go on.")
  @PostMapping("/tables/{table}/pauseConsumption")
  Mono<PauseStatus> pause(
      @PathVariable String table, @RequestParam(defaultValue = "") String comment) {
    TableView view = tables.require(table);
    return reports(view)
        .flatMap(
            reports ->
                blocking
                    .call(
                        () ->
                            desk.pause(
                                view.tableId(),
                                ReasonCode.ADMINISTRATIVE,
                                comment,
                                sequences(withRows(view, reports))))
                    .map(node -> pauseStatus(view, node.consumption(), reports)));
  }

  @Operation(
      summary = "Consume a paused table again",
      description =
          "consumeFrom: lastConsumed and smallest go on behind what is committed, or at the first"
              + " record that Kafka still has; largest skips what came meanwhile and records these"
              + " offsets as lost.")
  @PostMapping("/tables/{table}/resumeConsumption")
  Mono<PauseStatus> resume(
      @PathVariable String table,
      @RequestParam(defaultValue = "") String comment,
      @RequestParam(defaultValue = "lastConsumed") String consumeFrom) {
    TableView view = tables.require(table);
    boolean skips = isToSkip(consumeFrom);
    return reports(view)
        .flatMap(
            reports ->
                blocking
                    .call(
                        () -> {
                          Map<SegmentName, Long> skipTo = skips ? skipTo(view, reports) : Map.of();
                          return desk.resume(
                              view.tableId(),
                              comment,
                              sequences(consuming(view)),
                              skipTo,
                              isOpen(view));
                        })
                    .map(node -> pauseStatus(view, node.consumption(), reports)));
  }

  private static boolean isToSkip(String consumeFrom) {
    return switch (consumeFrom) {
      case "", "lastConsumed", "smallest" -> false;
      case "largest" -> true;
      default ->
          throw new RequestRefusedException(
              INVALID,
              "consumeFrom: '%s', expected lastConsumed, smallest or largest"
                  .formatted(consumeFrom));
    };
  }

  /** The ends of the partitions now. Rows that are here already are not skipped: they end first. */
  private Map<SegmentName, Long> skipTo(TableView view, Reports reports) {
    if (!view.consumption().isPaused()) {
      throw new RequestRefusedException(
          CONFLICT,
          "consumeFrom: largest skips records, and table %s is not paused: pause it first"
              .formatted(view.config().nameWithType()));
    }
    if (!reports.silentServers().isEmpty()) {
      throw new RequestRefusedException(
          UNAVAILABLE,
          "servers %s do not say what they hold that is not committed: try again"
              .formatted(reports.silentServers()));
    }
    Map<Integer, SegmentMetadata> uncommitted = withRows(view, reports);
    if (!uncommitted.isEmpty()) {
      throw new RequestRefusedException(
          CONFLICT,
          "the pause has not ended segments of partitions %s yet: try again when pauseStatus lists no consuming segment"
              .formatted(uncommitted.keySet()));
    }
    Map<Integer, SegmentMetadata> consuming = consuming(view);
    Map<Integer, Long> ends =
        streams.startOffsets(
            view.config().stream(), new StartOffset.Largest(), consuming.keySet(), clock.instant());
    Map<SegmentName, Long> skipTo = new HashMap<>();
    consuming.forEach(
        (partition, segment) -> {
          long end = ends.getOrDefault(partition, 0L);
          if (end > segment.startOffset()) {
            skipTo.put(segment.name(), end);
          }
        });
    return skipTo;
  }

  /** Those in the view that are not ONLINE, and those that are newer than it. */
  private static Predicate<SegmentName> isOpen(TableView view) {
    Set<SegmentName> open =
        ViewTables.segments(view)
            .map(segment -> segment.metadata())
            .filter(segment -> segment.state() != SegmentState.ONLINE)
            .map(SegmentMetadata::name)
            .collect(toSet());
    Map<Integer, Integer> last =
        ViewTables.segments(view)
            .map(segment -> segment.metadata().name())
            .collect(toMap(SegmentName::partition, SegmentName::sequence, Math::max));
    return name -> open.contains(name) || name.sequence() > last.getOrDefault(name.partition(), -1);
  }

  @Operation(summary = "Whether a table is paused, and what of it is not committed yet")
  @GetMapping("/tables/{table}/pauseStatus")
  Mono<PauseStatus> pauseStatus(@PathVariable String table) {
    TableView view = tables.require(table);
    return reports(view).map(reports -> pauseStatus(view, view.consumption(), reports));
  }

  private static PauseStatus pauseStatus(
      TableView view, ConsumptionOrders orders, Reports reports) {
    Map<Integer, SegmentMetadata> consuming =
        orders.isPaused() ? withRows(view, reports) : consuming(view);
    Optional<PauseState> said = orders.pause();
    return new PauseStatus(
        orders.isPaused(),
        consuming.values().stream().map(segment -> segment.name().toString()).toList(),
        said.map(pause -> pause.reason().name()).orElse(null),
        said.map(PauseState::comment).orElse(null),
        said.map(pause -> pause.since().toString()).orElse(null),
        List.of(),
        notice(view, orders));
  }

  private static @Nullable String notice(TableView view, ConsumptionOrders orders) {
    return StorageQuotaKeeper.isExceeded(view) && !orders.isPaused()
        ? "the table is paused again within seconds: %s; raise the quota first"
            .formatted(StorageQuotaKeeper.describe(view))
        : null;
  }

  // What is consumed

  /** By partition. */
  private static Map<Integer, SegmentMetadata> consuming(TableView table) {
    Map<Integer, SegmentMetadata> consuming = new TreeMap<>();
    ViewTables.segments(table)
        .map(segment -> segment.metadata())
        .filter(segment -> segment.state() == SegmentState.CONSUMING)
        .forEach(segment -> consuming.put(segment.name().partition(), segment));
    return consuming;
  }

  /** Consuming segments that have rows, or may have some as far as servers tell. */
  private static Map<Integer, SegmentMetadata> withRows(TableView table, Reports reports) {
    Map<Integer, SegmentMetadata> withRows = new TreeMap<>(consuming(table));
    ViewTables.segments(table)
        .filter(segment -> withRows.containsValue(segment.metadata()))
        .filter(reports::isEmpty)
        .forEach(segment -> withRows.remove(segment.metadata().name().partition()));
    return withRows;
  }

  private static Map<Integer, Integer> sequences(Map<Integer, SegmentMetadata> segments) {
    Map<Integer, Integer> sequences = new LinkedHashMap<>();
    segments.forEach((partition, segment) -> sequences.put(partition, segment.name().sequence()));
    return sequences;
  }

  private Mono<Reports> reports(TableView view) {
    return servers.ask(view.tableId(), "consuming", ConsumingReport[].class).map(Reports::of);
  }

  /**
   * @param positions of each segment on the servers that consume it
   * @param silentServers live ones that did not answer
   */
  private record Reports(Map<String, List<Long>> positions, List<String> silentServers) {

    static Reports of(List<Answer<ConsumingReport>> answers) {
      Map<String, List<Long>> positions = new HashMap<>();
      List<String> silent = new ArrayList<>();
      for (Answer<ConsumingReport> answer : answers) {
        if (answer.items().isEmpty()) {
          silent.add(answer.server());
        }
        for (ConsumingReport report : answer.items().orElse(List.of())) {
          positions
              .computeIfAbsent(report.segment(), _ -> new ArrayList<>())
              .add(report.currentOffset());
        }
      }
      return new Reports(positions, silent);
    }

    /**
     * Whether nothing was read into it: as many servers as it is assigned to say so. One that is
     * away may have answered for rows.
     */
    boolean isEmpty(SegmentView segment) {
      List<Long> told = positions.getOrDefault(segment.metadata().name().toString(), List.of());
      return !told.isEmpty()
          && told.size() >= segment.assignment().wanted().size()
          && told.stream().allMatch(position -> position <= segment.metadata().startOffset());
    }
  }
}
