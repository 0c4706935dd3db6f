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
import java.util.Set;

/**
 * What one request reads of one partition: everything from one view, leased as far as it is on this
 * disk. To be closed when nothing of it is read any more.
 *
 * @param segments in offset order
 * @param tail what answers for the tail, in offset order; empty if it is not asked for
 */
record PartitionReads(
    int partition,
    List<Part> segments,
    Optional<Tail> tail,
    List<String> missingSegments,
    long freshnessMillis,
    List<SegmentLease> leases)
    implements AutoCloseable {

  private static final int MAX_TRIES = 16;

  /** Rows of one segment that are asked for. */
  sealed interface Part {

    SegmentName name();

    /** Of a sealed segment; empty while rows may still come. */
    OptionalInt dataCrc();

    /** Rows below it are not asked for; 0 for all. */
    long fromOffset();

    /** Rows from it on are not asked for; {@link Long#MAX_VALUE} for all. */
    long endOffset();
  }

  /** A segment that is leased. */
  record Read(
      SegmentName name, OptionalInt dataCrc, SegmentReader reader, long fromOffset, long endOffset)
      implements Part {}

  /** A sealed segment whose file is to be fetched first. */
  record Late(SegmentName name, int crc, long fromOffset, long endOffset) implements Part {

    @Override
    public OptionalInt dataCrc() {
      return OptionalInt.of(crc);
    }

    Read with(SegmentReader reader) {
      return new Read(name, dataCrc(), reader, fromOffset, endOffset);
    }
  }

  /**
   * What answers for a tail.
   *
   * @param fromOffset that is asked for
   */
  record Tail(long fromOffset, List<TailPiece> pieces) {}

  /**
   * One segment of a tail.
   *
   * @param offsets that it accounts for
   * @param missing of these, what could not be read
   */
  record TailPiece(SegmentName name, OffsetRange offsets, List<OffsetRange> missing) {}

  /**
   * @param tail what is asked for of the tail, if anything
   * @param end rows from this offset on are not asked for, {@link Long#MAX_VALUE} for all: whether
   *     the segment in which it falls is consuming, about to be sealed, or sealed
   * @param use of the query, by which segments are kept on this disk
   * @throws IllegalStateException if segments come and go faster than they can be leased
   */
  static PartitionReads open(
      PartitionServing serving,
      List<SealedPart> sealed,
      Optional<TailPart> tail,
      long end,
      long use) {
    for (int attempt = 0; attempt < MAX_TRIES; attempt++) {
      Optional<PartitionReads> reads = tryOpen(serving, sealed, tail, end, use);
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

  /** Whether something answers for a tail that is asked for. */
  boolean hasTail() {
    return tail.isPresent() && !tail.get().pieces().isEmpty();
  }

  /**
   * Offsets that the tail accounts for: one range, or several where offsets within could not be
   * read.
   *
   * @param absent segments that did not come
   */
  List<TailCoverage> coverage(Set<SegmentName> absent) {
    List<TailCoverage> coverage = new ArrayList<>();
    tail.ifPresent(
        asked -> {
          for (TailPiece piece : asked.pieces()) {
            List<OffsetRange> missing =
                absent.contains(piece.name()) ? List.of(piece.offsets()) : piece.missing();
            cover(partition, asked.fromOffset(), piece.offsets(), missing, coverage);
          }
        });
    return coverage;
  }

  /** Empty if a segment of the view was released before it was leased: there is a newer view. */
  private static Optional<PartitionReads> tryOpen(
      PartitionServing serving,
      List<SealedPart> sealed,
      Optional<TailPart> tail,
      long end,
      long use) {
    long freshness = serving.freshnessMillis();
    PartitionView view = serving.view();
    List<Part> parts = new ArrayList<>();
    List<TailPiece> pieces = new ArrayList<>();
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
        } else {
          parts.add(part(served.get(), 0, end, use, leases).orElseThrow());
        }
      }
      if (tail.isPresent()) {
        long from = tail.get().fromOffset();
        for (ServedSegment served : view.tailFrom(from)) {
          if (served.start() >= end && served.start() > from) {
            break;
          }
          Optional<Part> part = part(served, served.start() < from ? from : 0, end, use, leases);
          if (part.isEmpty()) {
            return Optional.empty();
          }
          parts.add(part.get());
          pieces.add(
              new TailPiece(
                  served.name(), below(end, offsets(served, part.get())), served.missing()));
        }
      }
      isWhole = true;
    } finally {
      if (!isWhole) {
        leases.forEach(SegmentLease::close);
      }
    }
    return Optional.of(
        new PartitionReads(
            serving.partition(),
            parts,
            tail.map(asked -> new Tail(asked.fromOffset(), pieces)),
            missing,
            pieces.isEmpty() ? 0 : freshness,
            leases));
  }

  /** Empty if rows in memory were released before they were leased. */
  private static Optional<Part> part(
      ServedSegment served, long fromOffset, long end, long use, List<SegmentLease> leases) {
    Optional<SegmentLease> lease = served.isEvicted() ? Optional.empty() : served.holding().lease();
    if (lease.isPresent()) {
      leases.add(lease.get());
      served.holding().noteUse(use);
      SegmentReader reader = served.read();
      long last = reader.offsets().end() <= end ? Long.MAX_VALUE : end;
      return Optional.of(new Read(served.name(), served.dataCrc(), reader, fromOffset, last));
    }
    if (served.dataCrc().isEmpty()) {
      return Optional.empty();
    }
    long last = served.currentEnd() <= end ? Long.MAX_VALUE : end;
    return Optional.of(new Late(served.name(), served.dataCrc().getAsInt(), fromOffset, last));
  }

  private static OffsetRange offsets(ServedSegment served, Part part) {
    return switch (part) {
      case Read read -> read.reader().offsets();
      case Late _ -> new OffsetRange(served.start(), served.currentEnd());
    };
  }

  /** The offsets that a segment accounts for below an end. */
  private static OffsetRange below(long end, OffsetRange offsets) {
    return new OffsetRange(
        offsets.start(), Math.max(offsets.start(), Math.min(offsets.end(), end)));
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
