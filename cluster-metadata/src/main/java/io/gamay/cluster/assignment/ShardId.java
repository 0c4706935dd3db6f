package io.gamay.cluster.assignment;

import io.gamay.cluster.segment.SegmentName;

/**
 * A run of consecutive segments of one partition; the unit in which assignment is stored, and the
 * bucket of segment nodes.
 *
 * @param block sequence / {@link #SEGMENTS_PER_SHARD}
 */
public record ShardId(int partition, int block) {

  /** Keeps an assignment node far below ZooKeeper's limit of 1 MB. */
  public static final int SEGMENTS_PER_SHARD = 500;

  public static ShardId of(SegmentName segment) {
    return new ShardId(segment.partition(), segment.sequence() / SEGMENTS_PER_SHARD);
  }

  /**
   * @param text as {@link #toString()} writes it
   */
  public static ShardId parse(String text) {
    int dash = text.indexOf('-');
    return new ShardId(
        Integer.parseInt(text.substring(0, dash)), Integer.parseInt(text.substring(dash + 1)));
  }

  @Override
  public String toString() {
    return partition + "-" + block;
  }
}
