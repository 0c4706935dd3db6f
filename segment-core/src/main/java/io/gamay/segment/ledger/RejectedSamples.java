package io.gamay.segment.ledger;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The first {@link RejectedRecord#MAX_SAMPLES_PER_SEGMENT} rejected records of a segment, each cut
 * to its limits, and beside them as many of the latest: the first ones of a successor that begins
 * somewhere behind. One writer; {@link #kept()} and {@link #keptCount()} are captured by views.
 */
final class RejectedSamples {

  static final int MAX_DETAIL_LENGTH = 500;

  private RejectedRecord[] kept = new RejectedRecord[8];
  private int keptCount;
  private final ArrayDeque<RejectedRecord> latest = new ArrayDeque<>();
  private long memoryBytes;

  /** Records [0, {@link #keptCount()}) never change. */
  RejectedRecord[] kept() {
    return kept;
  }

  int keptCount() {
    return keptCount;
  }

  long memoryBytes() {
    return memoryBytes;
  }

  void add(RejectedRecord rejected) {
    RejectedRecord record = withinLimits(rejected);
    memoryBytes += sizeOf(record);
    if (keptCount < RejectedRecord.MAX_SAMPLES_PER_SEGMENT) {
      if (keptCount == kept.length) {
        kept = Arrays.copyOf(kept, keptCount * 2);
      }
      kept[keptCount++] = record;
      return;
    }
    if (latest.size() == RejectedRecord.MAX_SAMPLES_PER_SEGMENT) {
      memoryBytes -= sizeOf(latest.remove());
    }
    latest.add(record);
  }

  /** What is held of the records from an offset on, in their order. */
  List<RejectedRecord> from(long offset) {
    List<RejectedRecord> found = new ArrayList<>();
    for (int i = 0; i < keptCount; i++) {
      if (kept[i].offset() >= offset) {
        found.add(kept[i]);
      }
    }
    for (RejectedRecord record : latest) {
      if (record.offset() >= offset) {
        found.add(record);
      }
    }
    return found;
  }

  private static RejectedRecord withinLimits(RejectedRecord record) {
    if (record.sample().length <= RejectedRecord.MAX_SAMPLE_BYTES
        && record.detail().length() <= MAX_DETAIL_LENGTH) {
      return record;
    }
    byte[] sample = record.sample();
    String detail = record.detail();
    return new RejectedRecord(
        record.offset(),
        record.reason(),
        detail.substring(0, Math.min(detail.length(), MAX_DETAIL_LENGTH)),
        Arrays.copyOf(sample, Math.min(sample.length, RejectedRecord.MAX_SAMPLE_BYTES)),
        record.recordSizeBytes());
  }

  private static long sizeOf(RejectedRecord record) {
    return record.sample().length + 2L * record.detail().length() + 64;
  }
}
