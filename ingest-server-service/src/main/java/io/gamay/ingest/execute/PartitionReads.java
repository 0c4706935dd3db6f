package io.gamay.ingest.execute;

import io.gamay.cluster.segment.SegmentName;
import io.gamay.ingest.hosting.PartitionServing;
import io.gamay.ingest.hosting.PartitionView;
import io.gamay.ingest.hosting.SegmentLease;
import io.gamay.ingest.hosting.ServedSegment;
import io.gamay.query.wire.ServerRequest.SealedPart;
import io.gamay.query.wire.ServerRequest.TailPart;
import io.gamay.query.wire.ServerResponse.TailCoverage;
import io.gamay.segment.ledger.OffsetRange;
import io.gamay.segment.read.SegmentReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What one request reads of one partition: everything from one view, leased. To be closed when
 * nothing of it is read any more.
 *
 * @param segments in offset order
 * @param coverage offsets that the tail accounts for: one range, or several where offsets within
 *     could not be read
 */
record PartitionReads(
    List<Read> segments,
    List<TailCoverage> coverage,
    List<String> missingSegments,
    long freshnessMillis,
    List<SegmentLease> leases)
    implements AutoCloseable {

  private static final int MAX_TRIES = 16;

  /**
   * @param dataCrc of a sealed segment; empty while rows may still come
   * @param fromOffset rows below it are not asked for; 0 for all
   * @param endOffset rows from it on are not asked for; {@link Long#MAX_VALUE} for all
   */
  record Read(
      SegmentName name,
      OptionalInt dataCrc,
      SegmentReader reader,
      long fromOffset,
      long endOffset) {}

  /**
   * @param tail what is asked for of the tail, if anything
   * @param end rows from this offset on are not asked for, {@link Long#MAX_VALUE} for all: whether
   *     the segment in which it falls is consuming, about to be sealed, or sealed
   * @throws IllegalStateException if segments come and go faster than they can be leased
   */
  static PartitionReads open(
      PartitionServing serving, List<SealedPart> sealed, Optional<TailPart> tail, long end) {
    for (int attempt = 0; attempt < MAX_TRIES; attempt++) {
      Optional<PartitionReads> reads = tryOpen(serving, sealed, tail, end);
      if (reads.isPresent()) {
        return reads.get();
      }
    }
    throw new IllegalStateException(
        "segments of partition %d cannot be leased".formatted(serving.partition()));
  }

  @Override
  public void close() {
    leases.forEach(SegmentLease::close);
  }

  /** Empty if a segment of the view was released before it was leased: there is a newer view. */
  private static Optional<PartitionReads> tryOpen(
      PartitionServing serving, List<SealedPart> sealed, Optional<TailPart> tail, long end) {
    long freshness = serving.freshnessMillis();
    PartitionView view = serving.view();
    List<Read> reads = new ArrayList<>();
    List<TailCoverage> coverage = new ArrayList<>();
    List<String> missing = new ArrayList<>();
    List<SegmentLease> leases = new ArrayList<>();
    boolean isWhole = false;
    try {
      for (SealedPart part : sealed) {
        Optional<ServedSegment> served =
            view.segment(SegmentName.parse(part.segmentName()))
                .filter(found -> found.dataCrc().equals(OptionalInt.of(part.dataCrc())));
        if (served.isEmpty()) {
          missing.add(part.segmentName());
        } else if (!lease(served.get(), leases)) {
          return Optional.empty();
        } else {
          reads.add(read(served.get(), served.get().read(), 0, end));
        }
      }
      if (tail.isPresent()) {
        long from = tail.get().fromOffset();
        for (ServedSegment served : view.tailFrom(from)) {
          if (served.start() >= end && served.start() > from) {
            break;
          }
          if (!lease(served, leases)) {
            return Optional.empty();
          }
          SegmentReader reader = served.read();
          reads.add(read(served, reader, served.start() < from ? from : 0, end));
          cover(serving.partition(), from, below(end, reader), served.missing(), coverage);
        }
      }
      isWhole = true;
    } finally {
      if (!isWhole) {
        leases.forEach(SegmentLease::close);
      }
    }
    return Optional.of(
        new PartitionReads(reads, coverage, missing, coverage.isEmpty() ? 0 : freshness, leases));
  }

  private static Read read(ServedSegment served, SegmentReader reader, long fromOffset, long end) {
    boolean isWhole = reader.offsets().end() <= end;
    return new Read(
        served.name(), served.dataCrc(), reader, fromOffset, isWhole ? Long.MAX_VALUE : end);
  }

  /** The offsets that a segment accounts for below an end. */
  private static OffsetRange below(long end, SegmentReader reader) {
    OffsetRange offsets = reader.offsets();
    return new OffsetRange(
        offsets.start(), Math.max(offsets.start(), Math.min(offsets.end(), end)));
  }

  private static boolean lease(ServedSegment served, List<SegmentLease> leases) {
    Optional<SegmentLease> lease = served.holding().lease();
    lease.ifPresent(leases::add);
    return lease.isPresent();
  }

  /** Adds a segment's offsets to what the tail covers so far, without those that it misses. */
  private static void cover(
      int partition,
      long from,
      OffsetRange offsets,
      List<OffsetRange> missing,
      List<TailCoverage> coverage) {
    long start = Math.max(from, offsets.start());
    for (OffsetRange hole : missing) {
      if (hole.end() > start && hole.start() < offsets.end()) {
        extend(partition, start, Math.max(start, hole.start()), coverage);
        start = Math.min(hole.end(), offsets.end());
      }
    }
    extend(partition, start, Math.max(start, offsets.end()), coverage);
  }

  /**
   * An empty range stays as the only one, or as the last one behind a hole: it says that the tail
   * has come so far without covering what lies before.
   */
  private static void extend(int partition, long start, long end, List<TailCoverage> coverage) {
    OffsetRange added = new OffsetRange(start, end);
    if (!coverage.isEmpty()) {
      OffsetRange last = coverage.getLast().covered();
      if (last.end() == start) {
        added = new OffsetRange(last.start(), end);
      }
      if (last.end() == start || last.isEmpty()) {
        coverage.removeLast();
      }
    }
    coverage.add(new TailCoverage(partition, added));
  }
}
