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

  private static final byte[] NOTHING = new byte[0];

  /** The record is {@code source[begin, end)}. */
  private byte[] source = NOTHING;

  private int begin;
  private int at;
  private int end;
  private long itemsLeft;
  private int depth;

  /** The last string or bytes: {@code source[from, at)}. */
  private int from;

  /** Begins with {@code bytes[recordFrom, recordTo)}. */
  void start(byte[] bytes, int recordFrom, int recordTo) {
    source = bytes;
    begin = recordFrom;
    end = recordTo;
    depth = 0;
    moveTo(recordFrom);
  }

  /** Lets go of the record. */
  void release() {
    start(NOTHING, 0, 0);
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
    itemsLeft = (long) end - begin + MAX_EMPTY_ITEMS;
  }

  /** How many bytes of the record come before a position. */
  int bytesBefore(int position) {
    return position - begin;
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
      throw malformed(at - 1, "no boolean: " + value);
    }
    return value == 1;
  }

  int readInt() {
    int began = at;
    long value = readLong();
    if (value != (int) value || at - began > MAX_INT_BYTES) {
      throw malformed(began, "not the encoding of an int: " + value);
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
    throw malformed(began, "number beyond a long");
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
      throw malformed(began, "negative length " + length);
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
      throw malformed(invalid, "not UTF-8");
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
        throw malformed(began, "count beyond a long");
      }
      count = -count;
      long size = readLong();
      if (size < 0) {
        throw malformed(began, "negative size " + size);
      }
      require(size);
    }
    itemsLeft -= count;
    if (itemsLeft < 0 || count < 0) {
      throw malformed(began, "%d items are more than the record can hold".formatted(count));
    }
    return count;
  }

  /** The position of a union's branch or an enum's symbol. */
  int readPosition(int count) {
    int began = at;
    long position = readLong();
    if (position < 0 || position >= count) {
      throw malformed(began, "position %d is outside of %d".formatted(position, count));
    }
    return (int) position;
  }

  /** Goes into a record, list or map. */
  void enter() {
    if (++depth > MAX_DEPTH) {
      throw malformed(at, "nested deeper than " + MAX_DEPTH);
    }
  }

  void leave() {
    depth--;
  }

  private byte readByte() {
    if (at >= end) {
      throw truncated();
    }
    return source[at++];
  }

  private void require(long bytes) {
    if (bytes > end - at) {
      throw truncated();
    }
  }

  private AvroSyntaxException malformed(int position, String what) {
    return AvroSyntaxException.malformed(bytesBefore(position), what);
  }

  private AvroSyntaxException truncated() {
    return AvroSyntaxException.truncated(bytesBefore(end));
  }
}
