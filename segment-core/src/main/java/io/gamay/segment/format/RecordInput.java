package io.gamay.segment.format;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * Reads what {@link RecordOutput} wrote. Ends early with {@link java.nio.BufferUnderflowException},
 * refuses impossible lengths with {@link IllegalArgumentException}.
 */
final class RecordInput {

  private final ByteBuffer buffer;

  RecordInput(MemorySegment bytes) {
    this.buffer = bytes.asByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
  }

  int getByte() {
    return buffer.get() & 0xff;
  }

  boolean getBoolean() {
    int value = getByte();
    if (value > 1) {
      throw new IllegalArgumentException("not a boolean: " + value);
    }
    return value == 1;
  }

  int getInt() {
    return buffer.getInt();
  }

  long getLong() {
    return buffer.getLong();
  }

  /** A number of things that take at least one byte each. */
  int getCount() {
    int count = buffer.getInt();
    if (count < 0 || count > buffer.remaining()) {
      throw new IllegalArgumentException(
          "count %d with %d bytes left".formatted(count, buffer.remaining()));
    }
    return count;
  }

  byte[] getBytes() {
    byte[] value = new byte[getCount()];
    buffer.get(value);
    return value;
  }

  String getString() {
    return new String(getBytes(), StandardCharsets.UTF_8);
  }

  void expectEnd() {
    if (buffer.hasRemaining()) {
      throw new IllegalArgumentException(buffer.remaining() + " bytes behind the end");
    }
  }
}
