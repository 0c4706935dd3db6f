package io.gamay.cluster.consumption;

import com.fasterxml.jackson.annotation.JsonAnyGetter;
import com.fasterxml.jackson.annotation.JsonAnySetter;
import io.gamay.cluster.consumption.PauseState.ReasonCode;
import io.gamay.cluster.segment.SegmentName;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Predicate;
import tools.jackson.databind.JsonNode;

/**
 * What stands for the consumption of one table. An order to end a segment names it by partition and
 * sequence: once the segment has ended, its successor is not meant, so that nothing has to be taken
 * back and doing it again does no harm.
 *
 * @param endThrough by partition, the sequence of the last segment that is to end with the rows it
 *     has
 * @param newestJob number of the newest job, 0 before the first
 * @param jobs what was asked for, the oldest first; old ones are forgotten
 * @param pause empty until consumption is first paused
 * @param skips segments that begin with offsets which are not to be read, and the first offset that
 *     is: what lies before it is recorded as lost
 * @param unknown what a newer process wrote besides: it is kept whoever changes the rest
 */
public record ConsumptionOrders(
    Map<Integer, Integer> endThrough,
    int newestJob,
    List<EndJob> jobs,
    Optional<PauseState> pause,
    Map<SegmentName, Long> skips,
    @JsonAnySetter @JsonAnyGetter Map<String, JsonNode> unknown) {

  public static final ConsumptionOrders NONE =
      new ConsumptionOrders(Map.of(), 0, List.of(), Optional.empty(), Map.of(), Map.of());

  /**
   * Segments of all remembered jobs together, but for the newest job, which is always remembered:
   * they take some 30 KB of the 256 KB that the table's node may have.
   */
  public static final int MAX_REMEMBERED = 2_000;

  /**
   * Of the 256 KB that the table's node may have, beside orders to end, downloads and start
   * offsets: enough for some 800 partitions of a table with a name of 30 letters.
   */
  public static final int MAX_SKIP_BYTES = 48 * 1024;

  /** Quotes, colon, comma and the digits of an offset. */
  private static final int SKIP_OVERHEAD_BYTES = 23;

  public ConsumptionOrders {
    endThrough = Map.copyOf(endThrough);
    jobs = List.copyOf(jobs);
    skips = Map.copyOf(skips);
    unknown = Map.copyOf(unknown);
  }

  public boolean isAskedToEnd(SegmentName segment) {
    return segment.sequence() <= endThrough.getOrDefault(segment.partition(), -1);
  }

  public boolean isPaused() {
    return pause.filter(PauseState::isPaused).isPresent();
  }

  /** Where a segment's offsets are read from, if that is not its start. */
  public OptionalLong skipTo(SegmentName segment) {
    Long to = skips.get(segment);
    return to == null ? OptionalLong.empty() : OptionalLong.of(to);
  }

  public Optional<EndJob> job(int number) {
    return jobs.stream().filter(job -> job.number() == number).findFirst();
  }

  /**
   * With a job, whose first batch is ordered at once. Where that are too many jobs, old ones are
   * forgotten: those that are ordered whole first, and of one that is not, all is ordered now.
   *
   * @param segments by partition, the sequence of its consuming segment
   */
  public ConsumptionOrders withJob(
      Map<Integer, Integer> segments, int batchSize, Duration batchTime, Instant now) {
    EndJob job =
        new EndJob(newestJob + 1, now, segments, batchSize, 0, now, batchTime).withNextBatch(now);
    List<EndJob> remembered = new ArrayList<>(jobs);
    Map<Integer, Integer> ending = new HashMap<>(job.newestBatch());
    while (!remembered.isEmpty() && segments(remembered) + segments.size() > MAX_REMEMBERED) {
      EndJob forgotten =
          remembered.stream().filter(EndJob::isOrdered).findFirst().orElse(remembered.getFirst());
      remembered.remove(forgotten);
      if (!forgotten.isOrdered()) {
        forgotten.segments().forEach((partition, last) -> ending.merge(partition, last, Math::max));
      }
    }
    remembered.add(job);
    return new ConsumptionOrders(farthest(ending), job.number(), remembered, pause, skips, unknown);
  }

  private static int segments(List<EndJob> jobs) {
    return jobs.stream().mapToInt(job -> job.segments().size()).sum();
  }

  /** With the next batch of a job ordered. */
  public ConsumptionOrders withNextBatch(int number, Instant now) {
    List<EndJob> next =
        jobs.stream().map(job -> job.number() == number ? job.withNextBatch(now) : job).toList();
    Map<Integer, Integer> batch =
        next.stream()
            .filter(job -> job.number() == number)
            .findFirst()
            .map(EndJob::newestBatch)
            .orElse(Map.of());
    return new ConsumptionOrders(farthest(batch), newestJob, next, pause, skips, unknown);
  }

  /**
   * @param ending by partition, the sequence of the consuming segment that has rows
   */
  public ConsumptionOrders paused(
      ReasonCode reason, String comment, Map<Integer, Integer> ending, Instant now) {
    return new ConsumptionOrders(
        farthest(ending),
        newestJob,
        jobs,
        Optional.of(new PauseState(true, reason, comment, now)),
        skips,
        unknown);
  }

  /**
   * Consumption goes on.
   *
   * @param consuming by partition, the sequence of its consuming segment, which is not to end now
   * @param skipTo consuming segments that do not begin at their start
   * @param isOpen whether a segment may still be consumed or committed: skips of others are
   *     forgotten
   * @throws IllegalStateException if the skips take more than {@link #MAX_SKIP_BYTES}
   */
  public ConsumptionOrders resumed(
      String comment,
      Map<Integer, Integer> consuming,
      Map<SegmentName, Long> skipTo,
      Predicate<SegmentName> isOpen,
      Instant now) {
    Map<Integer, Integer> through = new HashMap<>(endThrough);
    consuming.forEach(
        (partition, sequence) ->
            through.computeIfPresent(partition, (_, last) -> Math.min(last, sequence - 1)));
    Map<SegmentName, Long> standing = new HashMap<>(skips);
    standing.keySet().removeIf(isOpen.negate());
    standing.putAll(skipTo);
    if (!skipTo.isEmpty()) {
      checkSize(standing);
    }
    ReasonCode reason = pause.map(PauseState::reason).orElse(ReasonCode.ADMINISTRATIVE);
    return new ConsumptionOrders(
        through,
        newestJob,
        jobs,
        Optional.of(new PauseState(false, reason, comment, now)),
        standing,
        unknown);
  }

  private static void checkSize(Map<SegmentName, Long> skips) {
    int bytes =
        skips.keySet().stream()
            .mapToInt(segment -> segment.toString().length() + SKIP_OVERHEAD_BYTES)
            .sum();
    if (bytes > MAX_SKIP_BYTES) {
      throw new IllegalStateException(
          "offsets of %d segments would be skipped, which takes %d bytes of metadata, at most %d"
              .formatted(skips.size(), bytes, MAX_SKIP_BYTES));
    }
  }

  private Map<Integer, Integer> farthest(Map<Integer, Integer> ending) {
    Map<Integer, Integer> through = new HashMap<>(endThrough);
    ending.forEach((partition, sequence) -> through.merge(partition, sequence, Math::max));
    return through;
  }
}
