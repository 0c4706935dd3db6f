package io.gamay.segment.forward;

import io.gamay.segment.format.IntegerLayout;

/** Counts the bytes that {@link IntegersWriter} would write. One thread. */
public final class IntegersSizer {

  private final IntegerGroup group = new IntegerGroup();
  private final long[] values = new long[IntegerLayout.GROUP_VALUES];
  private int held;
  private long count;
  private long payloadBytes;

  public void add(long value) {
    values[held++] = value;
    if (held == values.length) {
      closeGroup();
    }
  }

  /** Adds {@code source[0, length)}. */
  public void addAll(long[] source, int length) {
    for (int index = 0; index < length; index++) {
      add(source[index]);
    }
  }

  /** Size of a block of the values added so far, which are then complete. */
  public long lengthBytes() {
    closeGroup();
    return payloadBytes + IntegerLayout.fixedBytes(count);
  }

  private void closeGroup() {
    if (held == 0) {
      return;
    }
    group.plan(values, held);
    payloadBytes += group.payloadBytes();
    count += held;
    held = 0;
  }
}
