package io.gamay.cluster.consumption;

import io.gamay.cluster.segment.SegmentName;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * Consuming segments that somebody asked to end, so many at a time.
 *
 * @param number unique within the table
 * @param segments by partition, the sequence of the segment that is meant
 * @param batchSize how many are ordered at a time, in the order of their partitions
 * @param ordered how many of them have been ordered so far
 * @param orderedAt when the newest batch was ordered
 * @param batchTime after which the next batch is ordered though segments of the one before are not
 *     committed
 */
public record EndJob(
    int number,
    Instant submittedAt,
    Map<Integer, Integer> segments,
    int batchSize,
    int ordered,
    Instant orderedAt,
    Duration batchTime) {

  public EndJob {
    segments = Map.copyOf(segments);
    if (batchSize < 1 || ordered < 0 || ordered > segments.size()) {
      throw new IllegalArgumentException(
          "job %d: %d of %d segments ordered, %d at a time"
              .formatted(number, ordered, segments.size(), batchSize));
    }
  }

  public boolean isAbout(SegmentName segment) {
    return segments.getOrDefault(segment.partition(), -1) == segment.sequence();
  }

  public boolean isOrdered() {
    return ordered == segments.size();
  }

  /** Those of the newest batch. */
  public Map<Integer, Integer> newestBatch() {
    int first = ordered == 0 ? 0 : (ordered - 1) / batchSize * batchSize;
    return slice(first, ordered);
  }

  EndJob withNextBatch(Instant now) {
    int next = (int) Math.min(segments.size(), (long) ordered + batchSize);
    return new EndJob(number, submittedAt, segments, batchSize, next, now, batchTime);
  }

  private Map<Integer, Integer> slice(int from, int to) {
    Map<Integer, Integer> slice = new LinkedHashMap<>();
    int position = 0;
    for (Map.Entry<Integer, Integer> segment : new TreeMap<>(segments).entrySet()) {
      if (position >= from && position < to) {
        slice.put(segment.getKey(), segment.getValue());
      }
      position++;
    }
    return slice;
  }
}
