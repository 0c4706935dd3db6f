package io.gamay.query.merge;

import io.gamay.segment.read.BytesBlock;
import org.jspecify.annotations.Nullable;

/** Byte strings as arrays of just their length, which are reused. One thread. */
final class ByteScratch {

  private static final int MAX_KEPT = 256;

  private final byte[] @Nullable [] kept = new byte[MAX_KEPT][];

  /** The bytes of a value, until the next call. */
  byte[] of(BytesBlock block, int value) {
    int from = block.start(value);
    int length = block.end(value) - from;
    byte[] array = ofLength(length);
    System.arraycopy(block.bytes(), from, array, 0, length);
    return array;
  }

  private byte[] ofLength(int length) {
    if (length >= MAX_KEPT) {
      return new byte[length];
    }
    byte[] array = kept[length];
    if (array == null) {
      array = new byte[length];
      kept[length] = array;
    }
    return array;
  }
}
