package io.gamay.segment.ledger;

/** The fates of [start, end); does not change. Thread-safe. */
final class FateRunsView {

  private final long start;
  private final FateChunk[] chunks;
  private final int chunkCount;
  private final int lastUsed;
  private final int openFate;
  private final long openStart;
  private final long end;
  private final long[] closedCounts;

  FateRunsView(
      long start,
      FateChunk[] chunks,
      int chunkCount,
      int lastUsed,
      int openFate,
      long openStart,
      long end,
      long[] closedCounts) {
    this.start = start;
    this.chunks = chunks;
    this.chunkCount = chunkCount;
    this.lastUsed = lastUsed;
    this.openFate = openFate;
    this.openStart = openStart;
    this.end = end;
    this.closedCounts = closedCounts;
  }

  long start() {
    return start;
  }

  long end() {
    return end;
  }

  /** How many offsets of [start, bound) met each fate; {@code bound} is in [start, end]. */
  long[] countsBelow(long bound) {
    if (bound >= openStart) {
      long[] counts = closedCounts.clone();
      counts[openFate] += bound - openStart;
      return counts;
    }
    int chunk = chunkOf(bound);
    long[] counts = chunks[chunk].copyCountsBefore();
    Cursor run = new Cursor(chunk);
    while (run.next() && run.start() < bound) {
      counts[run.fate()] += Math.min(run.end(), bound) - run.start();
    }
    return counts;
  }

  /** The fate of an offset in [start, end). */
  int fateAt(long offset) {
    Cursor run = runsFrom(offset);
    run.next();
    return run.fate();
  }

  /** The runs from the one that holds {@code offset} on, the first cut there. */
  Cursor runsFrom(long offset) {
    Cursor run = new Cursor(offset >= openStart ? chunkCount : chunkOf(offset));
    run.skipBelow(offset);
    return run;
  }

  /** The last chunk that starts at or below an offset below {@code openStart}. */
  private int chunkOf(long offset) {
    int low = 0;
    int high = chunkCount - 1;
    while (low < high) {
      int middle = (low + high + 1) >>> 1;
      if (chunks[middle].start <= offset) {
        low = middle;
      } else {
        high = middle - 1;
      }
    }
    return low;
  }

  /** Walks over runs, before the first one when made. */
  final class Cursor {

    private int chunk;
    private int at;
    private long from;
    private long nextStart;
    private int fate;
    private long runStart;
    private long runEnd;

    /**
     * @param chunk where to begin; the number of chunks means the open run
     */
    private Cursor(int chunk) {
      this.chunk = chunk;
      this.nextStart = chunk < chunkCount ? chunks[chunk].start : openStart;
    }

    private void skipBelow(long offset) {
      from = offset;
    }

    /** Moves to the next run that is not all below the first offset asked for. */
    boolean next() {
      do {
        if (!read()) {
          return false;
        }
      } while (runEnd <= from);
      runStart = Math.max(runStart, from);
      return true;
    }

    int fate() {
      return fate;
    }

    long start() {
      return runStart;
    }

    long end() {
      return runEnd;
    }

    private boolean read() {
      if (chunk < chunkCount && at == used(chunk)) {
        chunk++;
        at = 0;
      }
      runStart = nextStart;
      if (chunk >= chunkCount) {
        fate = openFate;
        runEnd = end;
      } else {
        runEnd = runStart + readLength();
      }
      nextStart = runEnd;
      return runEnd > runStart;
    }

    private long readLength() {
      byte[] runs = chunks[chunk].runs();
      byte head = runs[at++];
      fate = head & 0xF;
      long length = (head & 0x70L) >>> 4;
      int shift = 3;
      while (head < 0) {
        head = runs[at++];
        length |= (head & 0x7FL) << shift;
        shift += 7;
      }
      return length;
    }

    private int used(int index) {
      return index == chunkCount - 1 ? lastUsed : chunks[index].used();
    }
  }
}
