package io.gamay.controller.commit;

import io.gamay.cluster.commit.CommitReport;
import io.gamay.cluster.segment.CommitAttempt;
import io.gamay.cluster.segment.SegmentMetadata;
import io.gamay.cluster.segment.SegmentName;
import io.gamay.cluster.segment.SegmentState;
import io.gamay.cluster.segment.StoredCopy;
import io.gamay.segment.ledger.LedgerCounts;
import io.gamay.segment.ledger.OffsetRange;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A server as the protocol sees it: which offsets it has read, which segments it has sealed. What
 * it read is lost when it crashes; sealed files stay.
 */
final class SimulatedServer {

  static final int THRESHOLD = 4;

  final String id;
  boolean isUp = true;
  private final SimulatedWorld world;
  private final Map<SegmentName, BitSet> files = new HashMap<>();
  private BitSet read = new BitSet();
  private int position;

  SimulatedServer(String id, SimulatedWorld world) {
    this.id = id;
    this.world = world;
  }

  void crash() {
    isUp = false;
    read = new BitSet();
    position = -1;
  }

  void restart() {
    isUp = true;
    position = -1;
  }

  /** One poll: past what retention took, or one record on. */
  void poll() {
    if (position < 0) {
      position = restartPosition();
    }
    position = Math.max(position, world.logStart);
    if (position < world.logEnd) {
      read.set(position++);
    }
  }

  private int restartPosition() {
    for (SegmentMetadata segment : world.segments()) {
      boolean isHeld = segment.state() == SegmentState.ONLINE || files.containsKey(segment.name());
      if (!isHeld) {
        return (int) segment.startOffset();
      }
    }
    throw new IllegalStateException("no consuming segment");
  }

  /** What it has to say of every segment that is not ONLINE, after doing its work for it. */
  List<CommitReport> reports() {
    List<CommitReport> reports = new ArrayList<>();
    if (position < 0) {
      return reports;
    }
    for (SegmentMetadata segment : world.segments()) {
      switch (segment.state()) {
        case CONSUMING -> {
          if (position - segment.startOffset() >= THRESHOLD) {
            reports.add(consumed(segment));
          }
        }
        case COMMITTING -> reports.add(committing(segment));
        case ONLINE -> {}
      }
    }
    return reports;
  }

  /** How many offsets of the segment's range it holds, in memory or sealed. */
  int held(SegmentMetadata segment) {
    BitSet file = files.get(segment.name());
    return (file != null ? file : inRange(segment, readUpTo(segment))).cardinality();
  }

  private CommitReport consumed(SegmentMetadata segment) {
    boolean hasFile = files.containsKey(segment.name());
    int upTo = hasFile ? (int) segment.endOffset().orElseThrow() : readUpTo(segment);
    return new CommitReport.Consumed(
        id,
        SimulatedWorld.TABLE_ID,
        segment.name(),
        hasFile ? upTo : Math.max(position, segment.startOffset()),
        missing(segment, upTo),
        0,
        CommitReport.StopReason.ROW_LIMIT);
  }

  private CommitReport committing(SegmentMetadata segment) {
    CommitAttempt attempt = segment.attempt().orElseThrow();
    long end = segment.endOffset().orElseThrow();
    boolean canSeal = files.containsKey(segment.name()) || position >= end;
    if (!attempt.committer().equals(id) || !canSeal) {
      return consumed(segment);
    }
    BitSet file = files.computeIfAbsent(segment.name(), name -> inRange(segment, (int) end));
    return upload(segment, attempt.number(), file);
  }

  private CommitReport upload(SegmentMetadata segment, int attempt, BitSet file) {
    String key = CommitStateMachine.objectKey(SimulatedWorld.TABLE_ID, segment.name(), attempt);
    int crc = file.hashCode();
    Integer found = world.objects.putIfAbsent(key, crc);
    boolean isBurnt = world.isDeepStoreFlaky() || (found != null && found != crc);
    if (isBurnt) {
      return new CommitReport.Failed(
          id, SimulatedWorld.TABLE_ID, segment.name(), attempt, "the name is burnt");
    }
    List<OffsetRange> missing = missing(segment, (int) segment.endOffset().orElseThrow());
    LedgerCounts ledger = ledger(segment, file);
    StoredCopy copy =
        new StoredCopy(key, crc, 1, (int) ledger.indexed(), ledger, List.of(), Map.of());
    return new CommitReport.Committed(
        id, SimulatedWorld.TABLE_ID, segment.name(), attempt, copy, missing);
  }

  /** Every seventh record is bad, every eleventh is a control record. */
  private static LedgerCounts ledger(SegmentMetadata segment, BitSet file) {
    long rejected = file.stream().filter(offset -> offset % 7 == 0).count();
    long absent = file.stream().filter(o -> o % 11 == 0 && o % 7 != 0).count();
    long indexed = file.cardinality() - rejected - absent;
    long lost = segment.offsets().size() - file.cardinality();
    return new LedgerCounts(indexed, 0, rejected, absent, lost);
  }

  private List<OffsetRange> missing(SegmentMetadata segment, int upTo) {
    BitSet file = files.get(segment.name());
    BitSet held = file != null ? file : read;
    List<OffsetRange> missing = new ArrayList<>();
    for (int offset = (int) segment.startOffset(); offset < upTo; offset++) {
      if (!held.get(offset)) {
        missing.add(new OffsetRange(offset, offset + 1));
      }
    }
    return missing;
  }

  private int readUpTo(SegmentMetadata segment) {
    int end = (int) segment.endOffset().orElse(Integer.MAX_VALUE);
    return Math.min(Math.max(position, 0), end);
  }

  private BitSet inRange(SegmentMetadata segment, int upTo) {
    BitSet range = new BitSet();
    int start = (int) segment.startOffset();
    if (upTo > start) {
      range.set(start, upTo);
      range.and(read);
    }
    return range;
  }
}
