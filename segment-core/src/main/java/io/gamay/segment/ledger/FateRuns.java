package io.gamay.segment.ledger;

import java.util.Arrays;

/**
 * The fates of consecutive offsets as runs of equal ones. At most a byte per offset and a tenth for
 * the counts kept between; far less where runs are long. One writer; readers get a {@link
 * FateRunsView}.
 */
final class FateRuns {

  private final long start;
  private FateChunk[] chunks = new FateChunk[4];
  private int chunkCount;

  /** The run that may still grow: [openStart, position) of one fate. */
  private int openFate;

  private long openStart;
  private long position;

  /** By fate, for [start, openStart). */
  private final long[] closedCounts = new long[Fate.COUNT];

  FateRuns(long start) {
    this.start = start;
    this.openStart = start;
    this.position = start;
  }

  long position() {
    return position;
  }

  /** Gives the next {@code length} offsets a fate. */
  void add(int fate, long length) {
    if (length == 0) {
      return;
    }
    if (fate != openFate && position > openStart) {
      closeRun();
    }
    openFate = fate;
    position += length;
  }

  FateRunsView view() {
    int lastUsed = chunkCount == 0 ? 0 : chunks[chunkCount - 1].used();
    return new FateRunsView(
        start, chunks, chunkCount, lastUsed, openFate, openStart, position, closedCounts.clone());
  }

  long memoryBytes() {
    return (long) chunkCount * (FateChunk.BYTES + Fate.COUNT * Long.BYTES)
        + (long) chunks.length * Long.BYTES;
  }

  private void closeRun() {
    if (chunkCount == 0 || !chunks[chunkCount - 1].hasRoom()) {
      addChunk();
    }
    chunks[chunkCount - 1].add(openFate, position - openStart);
    closedCounts[openFate] += position - openStart;
    openStart = position;
  }

  private void addChunk() {
    if (chunkCount == chunks.length) {
      chunks = Arrays.copyOf(chunks, chunkCount * 2);
    }
    chunks[chunkCount++] = new FateChunk(openStart, closedCounts.clone());
  }
}
