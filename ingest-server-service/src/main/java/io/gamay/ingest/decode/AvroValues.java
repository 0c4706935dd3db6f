package io.gamay.ingest.decode;

import io.gamay.ingest.decode.FieldWriter.Written;
import io.gamay.segment.row.ColumnBuffer;
import io.gamay.segment.schema.DataType;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Arrays;

/** Moves over Avro values: leaves them, or writes them to columns. One thread. */
final class AvroValues {

  /** Longer unscaled numbers of decimals have more digits than a column takes. */
  private static final int MAX_DECIMAL_BYTES = 4_200;

  /** Longer text is copied as a whole. */
  private static final int MAX_TEXT_IN_WORDS = 64;

  private final AvroInput input;
  private final AvroJson json;

  AvroValues(AvroInput input) {
    this.input = input;
    this.json = new AvroJson(input);
  }

  void skip(AvroType type) {
    switch (type.kind) {
      case NULL -> {}
      case BOOLEAN -> input.readBoolean();
      case INT -> input.readInt();
      case LONG -> input.readLong();
      case FLOAT -> input.readFixed(Float.BYTES);
      case DOUBLE -> input.readFixed(Double.BYTES);
      case STRING -> input.readBytes();
      case ENUM -> input.readPosition(type.names().length);
      case BYTES -> readBytes(type.size);
      case UNION -> skip(type.parts()[input.readPosition(type.parts().length)]);
      case LIST, MAP -> skipItems(type.item(), type.kind == AvroType.Kind.MAP);
      case RECORD -> {
        input.enter();
        for (AvroType field : type.parts()) {
          skip(field);
        }
        input.leave();
      }
    }
  }

  private void skipItems(AvroType item, boolean hasKeys) {
    input.enter();
    for (long count = input.readBlock(); count > 0; count = input.readBlock()) {
      for (long index = 0; index < count; index++) {
        if (hasKeys) {
          input.readBytes();
        }
        skip(item);
      }
    }
    input.leave();
  }

  /** Writes a value as a whole row of the column; the row is ended if there is a value. */
  Written writeRow(AvroType type, FieldWriter column) {
    AvroType chosen = type;
    while (chosen.kind == AvroType.Kind.UNION) {
      chosen = chosen.parts()[input.readPosition(chosen.parts().length)];
    }
    ColumnBuffer buffer = column.column();
    boolean isSingleValue = column.isSingleValue();
    boolean isList =
        chosen.kind == AvroType.Kind.LIST && (!isSingleValue || column.type() != DataType.JSON);
    Written written = isList ? writeElements(chosen.item(), column) : writeOne(chosen, column);
    if (!isSingleValue
        && (written == Written.VALUE || written == Written.MISSING)
        && buffer.hasOpenRow()) {
      buffer.endRow();
    }
    return written;
  }

  /** Elements that are null are left out; a single-value column takes the only element. */
  private Written writeElements(AvroType element, FieldWriter column) {
    boolean isSingleValue = column.isSingleValue();
    Written result = Written.MISSING;
    long elements = 0;
    input.enter();
    for (long count = input.readBlock(); count > 0; count = input.readBlock()) {
      for (long item = 0; item < count; item++) {
        if (isSingleValue && ++elements > 1) {
          skip(element);
          result = Written.WRONG_TYPE;
          continue;
        }
        Written written = writeOne(element, column);
        boolean isFailed = result == Written.WRONG_TYPE || result == Written.TOO_LONG;
        if (!isFailed && written != Written.MISSING) {
          result = written;
        }
      }
    }
    input.leave();
    return result;
  }

  private Written writeOne(AvroType type, FieldWriter column) {
    return switch (type.kind) {
      case STRING -> writeText(column);
      case INT -> writeWhole(input.readInt(), type, column);
      case LONG -> writeWhole(input.readLong(), type, column);
      case DOUBLE -> column.writeFloating(input.readDouble(), false);
      case FLOAT -> column.writeFloating(input.readFloat(), true);
      case NULL, BOOLEAN, ENUM, BYTES, UNION, LIST, MAP, RECORD -> writeOther(type, column);
    };
  }

  private Written writeOther(AvroType type, FieldWriter column) {
    return switch (type.kind) {
      case NULL -> Written.MISSING;
      case BOOLEAN -> column.writeBoolean(input.readBoolean());
      case ENUM -> {
        byte[] symbol = type.names()[input.readPosition(type.names().length)];
        yield column.writeString(symbol, 0, symbol.length);
      }
      case BYTES -> {
        readBytes(type.size);
        boolean isDecimal = type.scale != AvroType.NO_DECIMAL && column.type() != DataType.BYTES;
        yield isDecimal
            ? writeDecimal(type.scale, column)
            : column.writeBytes(input.source(), input.from(), input.position());
      }
      case UNION -> writeOne(type.parts()[input.readPosition(type.parts().length)], column);
      case LIST, MAP, RECORD -> writeJson(type, column);
      case STRING, INT, LONG, DOUBLE, FLOAT -> writeOne(type, column);
    };
  }

  /** ASCII goes to a STRING column in words, looked at on the way. */
  private Written writeText(FieldWriter column) {
    input.readBytes();
    byte[] source = input.source();
    int from = input.from();
    int length = input.position() - from;
    int whole = length & -Long.BYTES;
    boolean isShort =
        column.type() == DataType.STRING
            && length <= Math.min(MAX_TEXT_IN_WORDS, column.maxLength())
            && from + whole + Long.BYTES <= source.length;
    if (isShort) {
      ColumnBuffer buffer = column.column();
      byte[] target = buffer.reserveBytes(length);
      int to = buffer.reservedStart();
      long seen = 0;
      for (int at = 0; at < whole; at += Long.BYTES) {
        long word = ByteWords.get(source, from + at);
        seen |= word;
        ByteWords.set(target, to + at, word);
      }
      long last = ByteWords.get(source, from + whole);
      ByteWords.set(target, to + whole, last);
      seen |= last & (1L << (length - whole) * Byte.SIZE) - 1;
      if (ByteWords.isAscii(seen)) {
        buffer.appendReserved(length);
        return Written.VALUE;
      }
    }
    input.requireUtf8();
    return column.writeString(source, from, input.position());
  }

  private static Written writeWhole(long value, AvroType type, FieldWriter column) {
    boolean isMoment = type.time != AvroType.Time.NONE && column.type() == DataType.TIMESTAMP;
    return column.writeLong(isMoment ? type.time.toMillis(value) : value);
  }

  private Written writeJson(AvroType type, FieldWriter column) {
    DataType wanted = column.type();
    if (wanted != DataType.STRING && wanted != DataType.JSON) {
      skip(type);
      return Written.WRONG_TYPE;
    }
    json.read(type);
    return column.writeJson(json.bytes(), 0, json.length());
  }

  private Written writeDecimal(int scale, FieldWriter column) {
    int length = input.position() - input.from();
    if (length == 0 || length > MAX_DECIMAL_BYTES) {
      return Written.WRONG_TYPE;
    }
    return column.writeDecimalNumber(decimal(input, scale));
  }

  /** The decimal whose unscaled number was read last; it has at least one byte. */
  static BigDecimal decimal(AvroInput input, int scale) {
    byte[] unscaled = Arrays.copyOfRange(input.source(), input.from(), input.position());
    return new BigDecimal(new BigInteger(unscaled), scale);
  }

  private void readBytes(int fixedSize) {
    if (fixedSize < 0) {
      input.readBytes();
    } else {
      input.readFixed(fixedSize);
    }
  }
}
