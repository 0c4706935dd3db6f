package io.gamay.ingest.decode;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * Avro values as JSON text without spaces: bytes and fixed as hexadecimal text, decimals as
 * numbers, enums as text, dates and times as the numbers that they are stored as, NaN and
 * infinities as text. One thread; the text is reused.
 */
final class AvroJson {

  /** Unscaled numbers longer than this are shown as bytes. */
  private static final int MAX_DECIMAL_BYTES = 4_200;

  private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);

  private final AvroInput input;
  private byte[] bytes = new byte[256];
  private int length;

  AvroJson(AvroInput input) {
    this.input = input;
  }

  /** The text is {@code bytes()[0, length())}, valid until the next value is read. */
  byte[] bytes() {
    return bytes;
  }

  int length() {
    return length;
  }

  /** Reads one value. */
  void read(AvroType type) {
    length = 0;
    append(type);
  }

  private void append(AvroType type) {
    switch (type.kind) {
      case NULL -> put("null");
      case BOOLEAN -> put(input.readBoolean() ? "true" : "false");
      case INT -> put(Integer.toString(input.readInt()));
      case LONG -> put(Long.toString(input.readLong()));
      case FLOAT -> {
        float value = input.readFloat();
        put(Float.toString(value), Float.isFinite(value));
      }
      case DOUBLE -> {
        double value = input.readDouble();
        put(Double.toString(value), Double.isFinite(value));
      }
      case STRING -> {
        input.readString();
        putQuoted(input.source(), input.from(), input.position());
      }
      case ENUM -> {
        byte[] symbol = type.names()[input.readPosition(type.names().length)];
        putQuoted(symbol, 0, symbol.length);
      }
      case BYTES -> appendBytes(type.size, type.scale);
      case UNION -> append(type.parts()[input.readPosition(type.parts().length)]);
      case LIST -> appendList(type.item());
      case MAP -> appendMap(type.item());
      case RECORD -> appendRecord(type);
    }
  }

  private void appendBytes(int size, int scale) {
    if (size < 0) {
      input.readBytes();
    } else {
      input.readFixed(size);
    }
    int count = input.position() - input.from();
    if (scale != AvroType.NO_DECIMAL && count > 0 && count <= MAX_DECIMAL_BYTES) {
      put(AvroValues.decimal(input, scale).toString());
      return;
    }
    put(HexFormat.of().formatHex(input.source(), input.from(), input.position()), false);
  }

  private void appendList(AvroType element) {
    input.enter();
    char separator = '[';
    for (long count = input.readBlock(); count > 0; count = input.readBlock()) {
      for (long item = 0; item < count; item++) {
        put(separator);
        append(element);
        separator = ',';
      }
    }
    if (separator == '[') {
      put('[');
    }
    put(']');
    input.leave();
  }

  private void appendMap(AvroType value) {
    input.enter();
    char separator = '{';
    for (long count = input.readBlock(); count > 0; count = input.readBlock()) {
      for (long item = 0; item < count; item++) {
        put(separator);
        input.readString();
        putQuoted(input.source(), input.from(), input.position());
        put(':');
        append(value);
        separator = ',';
      }
    }
    if (separator == '{') {
      put('{');
    }
    put('}');
    input.leave();
  }

  private void appendRecord(AvroType fields) {
    input.enter();
    put('{');
    for (int field = 0; field < fields.parts().length; field++) {
      if (field > 0) {
        put(',');
      }
      byte[] name = fields.names()[field];
      putQuoted(name, 0, name.length);
      put(':');
      append(fields.parts()[field]);
    }
    put('}');
    input.leave();
  }

  private void put(String text, boolean isBare) {
    if (isBare) {
      put(text);
      return;
    }
    put('"');
    put(text);
    put('"');
  }

  private void put(String ascii) {
    for (int i = 0; i < ascii.length(); i++) {
      put(ascii.charAt(i));
    }
  }

  private void putQuoted(byte[] source, int from, int to) {
    put('"');
    for (int i = from; i < to; i++) {
      byte c = source[i];
      if (c == '"' || c == '\\') {
        put('\\');
        put((char) c);
      } else if (c >= 0 && c < ' ') {
        put("\\u00");
        put((char) HEX[c >> 4]);
        put((char) HEX[c & 15]);
      } else {
        put((char) c);
      }
    }
    put('"');
  }

  /** Its lowest byte. */
  private void put(char c) {
    if (length == bytes.length) {
      bytes = Arrays.copyOf(bytes, length * 2);
    }
    bytes[length++] = (byte) c;
  }
}
