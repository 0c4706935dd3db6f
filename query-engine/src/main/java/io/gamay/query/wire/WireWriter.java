package io.gamay.query.wire;

import io.gamay.query.error.QueryErrorCode;
import io.gamay.query.error.QueryException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.zip.CRC32C;

/**
 * Writes one message.
 *
 * <p>Layout, little-endian: magic 4 B | version 2 B | body | CRC-32C of all before it 4 B. Integers
 * in the body are variable-length (7 bits a byte, lowest first) unless said; signed ones are
 * zigzag-coded; text and byte strings follow their length; an optional value follows 0 or 1; a list
 * follows its count.
 */
final class WireWriter {

  private static final int TRAILER_BYTES = Integer.BYTES;

  private final long maxBytes;
  private final String remedy;
  private byte[] bytes = new byte[512];
  private int length;
  private int depth;

  WireWriter(int magic, int version) {
    this(magic, version, Long.MAX_VALUE, "");
  }

  /**
   * @param maxBytes of the message
   * @param remedy what a client can do about a message that takes more
   */
  WireWriter(int magic, int version, long maxBytes, String remedy) {
    this.maxBytes = maxBytes;
    this.remedy = remedy;
    fixedInt(magic);
    ensure(Short.BYTES);
    bytes[length++] = (byte) version;
    bytes[length++] = (byte) (version >>> Byte.SIZE);
  }

  byte[] finish() {
    var _ = finishBuffer();
    return Arrays.copyOf(bytes, length);
  }

  /** The message where it was written; this writer is not used afterwards. */
  ByteBuffer finishBuffer() {
    CRC32C crc = new CRC32C();
    crc.update(bytes, 0, length);
    ensure(TRAILER_BYTES);
    fixedInt((int) crc.getValue());
    return ByteBuffer.wrap(bytes, 0, length);
  }

  void bool(boolean value) {
    ensure(1);
    bytes[length++] = (byte) (value ? 1 : 0);
  }

  /** By its name, which does not change when others are added. */
  void code(Enum<?> value) {
    text(value.name());
  }

  /** A number in [0, 255]. */
  void tag(int value) {
    ensure(1);
    bytes[length++] = (byte) value;
  }

  void fixedInt(int value) {
    ensure(Integer.BYTES);
    ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putInt(length, value);
    length += Integer.BYTES;
  }

  void fixedLong(long value) {
    ensure(Long.BYTES);
    ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putLong(length, value);
    length += Long.BYTES;
  }

  void real(double value) {
    fixedLong(Double.doubleToLongBits(value));
  }

  /** A count or length, not negative. */
  void count(int value) {
    unsigned(value);
  }

  /** Any long, taken as unsigned. */
  void unsigned(long value) {
    ensure(10);
    long rest = value;
    while ((rest & ~0x7fL) != 0) {
      bytes[length++] = (byte) (rest | 0x80);
      rest >>>= 7;
    }
    bytes[length++] = (byte) rest;
  }

  void signed(long value) {
    unsigned(value << 1 ^ value >> 63);
  }

  void bytes(byte[] source, int from, int end) {
    count(end - from);
    raw(source, from, end);
  }

  void raw(byte[] source, int from, int end) {
    ensure(end - from);
    System.arraycopy(source, from, bytes, length, end - from);
    length += end - from;
  }

  void text(String value) {
    byte[] utf8 = value.getBytes(StandardCharsets.UTF_8);
    bytes(utf8, 0, utf8.length);
  }

  <T> void optional(Optional<T> value, BiConsumer<WireWriter, T> writer) {
    bool(value.isPresent());
    value.ifPresent(present -> writer.accept(this, present));
  }

  <T> void list(List<T> values, BiConsumer<WireWriter, T> writer) {
    count(values.size());
    values.forEach(value -> writer.accept(this, value));
  }

  /**
   * To be called when an expression begins, with {@link #leave} when it ends.
   *
   * @throws QueryException if no reader would take it
   */
  void enter() {
    if (++depth > WireReader.MAX_DEPTH) {
      throw new QueryException(
          QueryErrorCode.QUERY_VALIDATION,
          "expression nested deeper than %d, where a row of operators counts as many levels as it"
                  .formatted(WireReader.MAX_DEPTH)
              + " has operators: put parts of it in parentheses, as in (a + b) + (c + d)");
    }
  }

  void leave() {
    depth--;
  }

  private void ensure(int more) {
    long needed = (long) length + more;
    if (needed > maxBytes || needed > Integer.MAX_VALUE - 8) {
      throw new QueryException(
          QueryErrorCode.SERVER_RESOURCE_LIMIT_EXCEEDED,
          "response of a server needs more than its limit of %d bytes: %s"
              .formatted(Math.min(maxBytes, Integer.MAX_VALUE - 8), remedy));
    }
    if (needed > bytes.length) {
      long doubled = Math.min(2L * bytes.length, Integer.MAX_VALUE - 8);
      bytes = Arrays.copyOf(bytes, (int) Math.max(needed, doubled));
    }
  }
}
