package io.gamay.query.merge;

import io.gamay.segment.read.BytesBlock;
import org.jspecify.annotations.Nullable;

/** Byte strings as arrays of just their length, which are reused. One thread. */
final class ByteScratch {

  private static final int MAX_KEPT = 256;

  /** Stands for the empty byte string, which the library would leave out. */
  static final byte[] EMPTY_STRING = {
    (byte) 0xff, 0x65, 0x6d, 0x70, 0x74, 0x79, (byte) 0xfe, 0x73, 0x74, 0x72, 0x69, 0x6e, 0x67
  };

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
