package io.gamay.segment.format;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Little-endian fields into a growing array: the footer and the blocks of kind RECORD. */
final class RecordOutput {

  private byte[] bytes = new byte[1024];
  private ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);

  void putByte(int value) {
    ensure(Byte.BYTES);
    buffer.put((byte) value);
  }

  void putBoolean(boolean value) {
    putByte(value ? 1 : 0);
  }

  void putInt(int value) {
    ensure(Integer.BYTES);
    buffer.putInt(value);
  }

  void putLong(long value) {
    ensure(Long.BYTES);
    buffer.putLong(value);
  }

  /** Length (4 bytes), then the bytes. */
  void putBytes(byte[] value) {
    putInt(value.length);
    ensure(value.length);
    buffer.put(value);
  }

  void putString(String value) {
    putBytes(value.getBytes(StandardCharsets.UTF_8));
  }

  byte[] toByteArray() {
    return Arrays.copyOf(bytes, buffer.position());
  }

  private void ensure(int length) {
    if (buffer.remaining() >= length) {
      return;
    }
    int position = buffer.position();
    bytes = Arrays.copyOf(bytes, Math.max(Math.addExact(position, length), bytes.length * 2));
    buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).position(position);
  }
}
