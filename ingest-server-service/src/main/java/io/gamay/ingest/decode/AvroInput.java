package io.gamay.ingest.decode;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * A cursor over one record in Avro's binary encoding (Avro 1.12 specification, "Binary encoding").
 * No length or count is believed before it is compared with the bytes that are there. One thread.
 */
final class AvroInput {

  /** Records, lists and maps may lie in one another so deep. */
  static final int MAX_DEPTH = 512;

  /**
   * Items of lists and maps that a record may have beyond its number of bytes: some items have no
   * bytes, and a count is a few bytes.
   */
  private static final int MAX_EMPTY_ITEMS = 65_536;

  private static final int MAX_INT_BYTES = 5;

  private static final VarHandle INTS =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

  private byte[] source = new byte[0];
  private int at;
  private int end;
  private long itemsLeft;
  private int depth;

  /** The last string or bytes: {@code source[from, at)}. */
  private int from;

  void start(byte[] record, int begin) {
    source = record;
    end = record.length;
    depth = 0;
    moveTo(begin);
  }

  byte[] source() {
    return source;
  }

  int position() {
    return at;
  }

  /** Goes back to where a value began. */
  void moveTo(int position) {
    at = position;
    itemsLeft = (long) end + MAX_EMPTY_ITEMS;
  }

  int from() {
    return from;
  }

  boolean isAtEnd() {
    return at == end;
  }

  boolean readBoolean() {
    int value = readByte();
    if (value > 1 || value < 0) {
      throw AvroSyntaxException.malformed(at - 1, "no boolean: " + value);
    }
    return value == 1;
  }

  int readInt() {
    int began = at;
    long value = readLong();
    if (value != (int) value || at - began > MAX_INT_BYTES) {
      throw AvroSyntaxException.malformed(began, "not the encoding of an int: " + value);
    }
    return (int) value;
  }

  /** Zig-zag, seven bits a byte, lowest first. */
  long readLong() {
    int began = at;
    long encoded = 0;
    for (int shift = 0; shift < Long.SIZE; shift += 7) {
      byte b = readByte();
      encoded |= (b & 0x7FL) << shift;
      if (b >= 0) {
        if (shift == 63 && b > 1) {
          break;
        }
        return encoded >>> 1 ^ -(encoded & 1);
      }
    }
    throw AvroSyntaxException.malformed(began, "number beyond a long");
  }

  float readFloat() {
    require(Float.BYTES);
    float value = Float.intBitsToFloat((int) INTS.get(source, at));
    at += Float.BYTES;
    return value;
  }

  double readDouble() {
    require(Double.BYTES);
    double value = Double.longBitsToDouble(ByteWords.get(source, at));
    at += Double.BYTES;
    return value;
  }

  /** Moves over a string or bytes, which lie in [{@link #from()}, {@link #position()}). */
  void readBytes() {
    int began = at;
    long length = readLong();
    if (length < 0) {
      throw AvroSyntaxException.malformed(began, "negative length " + length);
    }
    readFixed(length);
  }

  /** Moves over so many bytes, which lie in [{@link #from()}, {@link #position()}). */
  void readFixed(long length) {
    require(length);
    from = at;
    at += (int) length;
  }

  /** Like {@link #readBytes}, of a string. */
  void readString() {
    readBytes();
    requireUtf8();
  }

  /** Checks what {@link #readBytes} moved over. */
  void requireUtf8() {
    int invalid = Utf8.firstInvalid(source, from, at);
    if (invalid < at) {
      throw AvroSyntaxException.malformed(invalid, "not UTF-8");
    }
  }

  /**
   * Begins a block of a list's or map's items.
   *
   * @return how many items follow; 0: there is no more block
   */
  long readBlock() {
    int began = at;
    long count = readLong();
    if (count < 0) {
      if (count == Long.MIN_VALUE) {
        throw AvroSyntaxException.malformed(began, "count beyond a long");
      }
      count = -count;
      long size = readLong();
      if (size < 0) {
        throw AvroSyntaxException.malformed(began, "negative size " + size);
      }
      require(size);
    }
    itemsLeft -= count;
    if (itemsLeft < 0 || count < 0) {
      throw AvroSyntaxException.malformed(
          began, "%d items are more than the record can hold".formatted(count));
    }
    return count;
  }

  /** The position of a union's branch or an enum's symbol. */
  int readPosition(int count) {
    int began = at;
    long position = readLong();
    if (position < 0 || position >= count) {
      throw AvroSyntaxException.malformed(
          began, "position %d is outside of %d".formatted(position, count));
    }
    return (int) position;
  }

  /** Goes into a record, list or map. */
  void enter() {
    if (++depth > MAX_DEPTH) {
      throw AvroSyntaxException.malformed(at, "nested deeper than " + MAX_DEPTH);
    }
  }

  void leave() {
    depth--;
  }

  private byte readByte() {
    if (at >= end) {
      throw AvroSyntaxException.truncated(end);
    }
    return source[at++];
  }

  private void require(long bytes) {
    if (bytes > end - at) {
      throw AvroSyntaxException.truncated(end);
    }
  }
}
