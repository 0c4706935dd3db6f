package io.gamay.segment.ledger;

/**
 * Part of the closed runs of a ledger, and what was counted before it. A run is 4 bits of fate and
 * a length of which the first byte holds 3 bits and each further byte 7, lowest first, the high bit
 * saying that another byte follows. Written once, by the ledger's thread.
 */
final class FateChunk {

  static final int BYTES = 1024;

  private static final int MAX_RUN_BYTES = 10;

  final long start;
  private final long[] countsBefore;
  private final byte[] runs = new byte[BYTES];
  private int used;

  /**
   * @param countsBefore by fate, for all offsets below {@code start}; owned by this chunk
   */
  FateChunk(long start, long[] countsBefore) {
    this.start = start;
    this.countsBefore = countsBefore;
  }

  boolean hasRoom() {
    return used + MAX_RUN_BYTES <= BYTES;
  }

  int used() {
    return used;
  }

  byte[] runs() {
    return runs;
  }

  long[] copyCountsBefore() {
    return countsBefore.clone();
  }

  void add(int fate, long length) {
    long rest = length >>> 3;
    runs[used++] = (byte) (fate | (length & 7) << 4 | (rest == 0 ? 0 : 0x80));
    while (rest != 0) {
      long low = rest & 0x7F;
      rest >>>= 7;
      runs[used++] = (byte) (low | (rest == 0 ? 0 : 0x80));
    }
  }
}
