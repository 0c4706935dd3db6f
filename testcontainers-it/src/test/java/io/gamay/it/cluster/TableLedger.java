package io.gamay.it.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Comparator;
import java.util.List;
import tools.jackson.databind.JsonNode;

/**
 * What the controller says became of every offset of a table. The sums are made again here; its own
 * verdict is compared, not believed.
 */
public record TableLedger(boolean saysItCloses, List<Segment> segments) {
  public TableLedger {
    segments = List.copyOf(segments);
  }

  /**
   * How many offsets met which fate.
   *
   * @param isKnown false for a segment that is not committed yet
   */
  public record Counts(
      boolean isKnown, long indexed, long filtered, long rejected, long absent, long lost) {
    public static Counts of(JsonNode json) {
      return new Counts(
          json.isObject(),
          json.path("indexed").asLong(0),
          json.path("filtered").asLong(0),
          json.path("rejected").asLong(0),
          json.path("absent").asLong(0),
          json.path("lost").asLong(0));
    }

    public long total() {
      return indexed + filtered + rejected + absent + lost;
    }
  }

  /**
   * @param end -1 while it is not decided
   */
  public record Segment(
      int partition, String name, String state, long start, long end, Counts counts) {
    public boolean isOnline() {
      return state.equals("ONLINE");
    }
  }

  static TableLedger of(JsonNode json) {
    List<Segment> segments =
        json.path("partitions")
            .valueStream()
            .flatMap(
                partition ->
                    partition
                        .path("segments")
                        .valueStream()
                        .map(segment -> segment(partition.path("partition").asInt(), segment)))
            .sorted(Comparator.comparingInt(Segment::partition).thenComparingLong(Segment::start))
            .toList();
    return new TableLedger(json.path("closes").asBoolean(), segments);
  }

  private static Segment segment(int partition, JsonNode json) {
    return new Segment(
        partition,
        json.path("segment").asString(),
        json.path("state").asString(),
        json.path("startOffset").asLong(),
        json.path("endOffset").asLong(),
        Counts.of(json.path("counts")));
  }

  public long onlineCount() {
    return segments.stream().filter(Segment::isOnline).count();
  }

  public boolean isAnyCommitting() {
    return segments.stream().anyMatch(segment -> segment.state().equals("COMMITTING"));
  }

  /** The segments of one partition, by their start. */
  public List<Segment> partition(int partition) {
    return segments.stream().filter(segment -> segment.partition() == partition).toList();
  }

  /**
   * Fails unless each partition's segments tile its offsets from 0 on, each committed one accounts
   * for each of its offsets, nothing is lost, and exactly the last one has no end.
   */
  public void requireClosed(int partitionCount) {
    assertThat(saysItCloses).as("the controller's own verdict on %s", this).isTrue();
    for (int partition = 0; partition < partitionCount; partition++) {
      long expectedStart = 0;
      List<Segment> ofPartition = partition(partition);
      assertThat(ofPartition).as("segments of partition %d", partition).isNotEmpty();
      for (Segment segment : ofPartition) {
        assertThat(segment.start()).as("start of %s", segment).isEqualTo(expectedStart);
        boolean isLast = segment.equals(ofPartition.getLast());
        assertThat(segment.end() < 0).as("no end: %s", segment).isEqualTo(isLast);
        if (segment.isOnline()) {
          assertThat(segment.counts().total())
              .as("offsets accounted for by %s", segment)
              .isEqualTo(segment.end() - segment.start());
          assertThat(segment.counts().lost()).as("lost in %s", segment).isZero();
        }
        expectedStart = segment.end();
      }
    }
  }
}
