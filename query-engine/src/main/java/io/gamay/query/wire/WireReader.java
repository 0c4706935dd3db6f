package io.gamay.query.wire;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.zip.CRC32C;

/**
 * Reads one message in the layout of {@link WireWriter}. Whatever the bytes are, what is allocated
 * is bounded by their number.
 */
final class WireReader {

  private static final int HEADER_BYTES = Integer.BYTES + Short.BYTES;
  private static final int TRAILER_BYTES = Integer.BYTES;

  /** Of expressions within expressions. */
  static final int MAX_DEPTH = 200;

  private final byte[] bytes;
  private final ByteBuffer buffer;
  private final int end;
  private int position;
  private int depth;

  /**
   * @throws WireFormatException if this is not a whole message of this kind and version
   */
  WireReader(byte[] message, int magic, int version) {
    bytes = message;
    buffer = ByteBuffer.wrap(message).order(ByteOrder.LITTLE_ENDIAN);
    if (message.length < HEADER_BYTES + TRAILER_BYTES) {
      throw new WireFormatException("message of %d bytes is too short".formatted(message.length));
    }
    if (buffer.getInt(0) != magic) {
      throw new WireFormatException(
          "unknown message kind %08x, expected %08x".formatted(buffer.getInt(0), magic));
    }
    int found = Short.toUnsignedInt(buffer.getShort(Integer.BYTES));
    if (found != version) {
      throw new WireFormatException(
          "message of version %d, only %d is known".formatted(found, version));
    }
    end = message.length - TRAILER_BYTES;
    CRC32C crc = new CRC32C();
    crc.update(message, 0, end);
    if ((int) crc.getValue() != buffer.getInt(end)) {
      throw new WireFormatException(
          "checksum mismatch in message of %d bytes: expected %08x, found %08x"
              .formatted(message.length, buffer.getInt(end), (int) crc.getValue()));
    }
    position = HEADER_BYTES;
  }

  void finish() {
    if (position != end) {
      throw new WireFormatException("%d bytes behind the message".formatted(end - position));
    }
  }

  boolean bool() {
    int value = tag();
    if (value > 1) {
      throw new WireFormatException("not a boolean: " + value);
    }
    return value == 1;
  }

  <E extends Enum<E>> E code(E[] values) {
    String name = text();
    for (E value : values) {
      if (value.name().equals(name)) {
        return value;
      }
    }
    throw new WireFormatException(
        "unknown %s %s".formatted(values[0].getDeclaringClass().getSimpleName(), name));
  }

  int tag() {
    need(1);
    return bytes[position++] & 0xff;
  }

  int fixedInt() {
    need(Integer.BYTES);
    position += Integer.BYTES;
    return buffer.getInt(position - Integer.BYTES);
  }

  long fixedLong() {
    need(Long.BYTES);
    position += Long.BYTES;
    return buffer.getLong(position - Long.BYTES);
  }

  double real() {
    return Double.longBitsToDouble(fixedLong());
  }

  /** How many things follow, each of at least so many bytes. */
  int count(int bytesEach) {
    long count = unsigned();
    if (count < 0 || count > (end - position) / Math.max(bytesEach, 1)) {
      throw new WireFormatException(
          "count %s at byte %d exceeds the message"
              .formatted(Long.toUnsignedString(count), position));
    }
    return (int) count;
  }

  long unsigned() {
    long value = 0;
    for (int shift = 0; shift < Long.SIZE; shift += 7) {
      int next = tag();
      value |= (next & 0x7fL) << shift;
      if (next < 0x80) {
        return value;
      }
    }
    throw new WireFormatException("integer of more than 10 bytes at byte " + position);
  }

  /** A number of things that is not bounded by the message, such as rows counted. */
  long counted() {
    long value = unsigned();
    if (value < 0) {
      throw new WireFormatException("negative count at byte " + position);
    }
    return value;
  }

  long signed() {
    long coded = unsigned();
    return coded >>> 1 ^ -(coded & 1);
  }

  int signedInt() {
    long value = signed();
    if (value != (int) value) {
      throw new WireFormatException("not an int: " + value);
    }
    return (int) value;
  }

  byte[] bytes() {
    int length = count(1);
    position += length;
    return Arrays.copyOfRange(bytes, position - length, position);
  }

  void raw(byte[] target, int at, int length) {
    need(length);
    System.arraycopy(bytes, position, target, at, length);
    position += length;
  }

  String text() {
    return new String(bytes(), StandardCharsets.UTF_8);
  }

  <T> Optional<T> optional(Function<WireReader, T> reader) {
    return bool() ? Optional.of(reader.apply(this)) : Optional.empty();
  }

  <T> List<T> list(Function<WireReader, T> reader) {
    int count = count(1);
    List<T> values = new ArrayList<>(Math.min(count, 1024));
    for (int index = 0; index < count; index++) {
      values.add(reader.apply(this));
    }
    return values;
  }

  /** Fails unless at least so many bytes are left. */
  void requireRest(long count) {
    if (count > end - position) {
      throw new WireFormatException("message ends within a value at byte " + position);
    }
  }

  /** To be called when an expression begins, with {@link #leave} when it ends. */
  void enter() {
    if (++depth > MAX_DEPTH) {
      throw new WireFormatException("expression nested deeper than " + MAX_DEPTH);
    }
  }

  void leave() {
    depth--;
  }

  private void need(int count) {
    requireRest(count);
  }
}
