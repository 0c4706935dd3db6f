package io.gamay.ingest.transform;

import io.gamay.ingest.decode.FieldWriter;
import io.gamay.ingest.decode.FieldWriter.Written;
import io.gamay.segment.row.ColumnBuffer;
import io.gamay.segment.schema.BigDecimalCodec;
import io.gamay.segment.schema.JodaTimePattern;
import io.gamay.segment.schema.StoredType;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.util.HexFormat;

/** The functions that compute columns. */
final class ColumnFunctions {

  private ColumnFunctions() {}

  /** A constant text, converted to the target's type. */
  static ColumnFunction constantText(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    return (row, target) -> target.writeString(bytes, 0, bytes.length);
  }

  static ColumnFunction constantLong(long value) {
    return (row, target) -> target.writeLong(value);
  }

  /** The argument itself, converted to the target's type. */
  static ColumnFunction copy(ColumnBuffer argument) {
    return (row, target) -> argument.isNull(row) ? Written.MISSING : copy(argument, row, target);
  }

  /** fromEpochSeconds, ...: units since 1970 to milliseconds. */
  static ColumnFunction multiply(ColumnBuffer argument, long factor) {
    return (row, target) -> {
      if (argument.isNull(row)) {
        return Written.MISSING;
      }
      long value = longAt(argument, row);
      long product = value * factor;
      return Math.multiplyHigh(value, factor) == product >> 63
          ? target.writeLong(product)
          : Written.WRONG_TYPE;
    };
  }

  /** toEpochSeconds, ...: milliseconds to whole units since 1970. */
  static ColumnFunction divide(ColumnBuffer argument, long divisor) {
    return (row, target) ->
        argument.isNull(row)
            ? Written.MISSING
            : target.writeLong(Math.floorDiv(longAt(argument, row), divisor));
  }

  /** fromDateTime: text to milliseconds. */
  static ColumnFunction parseTime(ColumnBuffer argument, JodaTimePattern pattern) {
    return (row, target) -> {
      if (argument.isNull(row)) {
        return Written.MISSING;
      }
      try {
        return target.writeLong(pattern.parseMillis(textAt(argument, row)));
      } catch (DateTimeException doesNotFollow) {
        return Written.WRONG_TYPE;
      }
    };
  }

  /** toDateTime: milliseconds to text. */
  static ColumnFunction formatTime(ColumnBuffer argument, JodaTimePattern pattern) {
    return (row, target) -> {
      if (argument.isNull(row)) {
        return Written.MISSING;
      }
      try {
        byte[] text = pattern.format(longAt(argument, row)).getBytes(StandardCharsets.UTF_8);
        return target.writeString(text, 0, text.length);
      } catch (DateTimeException beyondCalendar) {
        return Written.WRONG_TYPE;
      }
    };
  }

  private static Written copy(ColumnBuffer argument, int row, FieldWriter target) {
    return switch (argument.spec().storedType()) {
      case INT, LONG -> target.writeLong(longAt(argument, row));
      case STRING ->
          target.writeString(argument.bytes(), argument.byteStart(row), argument.byteEnd(row));
      case FLOAT -> copyText(Float.toString(argument.floats()[row]), target);
      case DOUBLE -> copyText(Double.toString(argument.doubles()[row]), target);
      case BIG_DECIMAL ->
          copyText(
              BigDecimalCodec.decode(
                      argument.bytes(), argument.byteStart(row), argument.byteEnd(row))
                  .toString(),
              target);
      case BYTES ->
          copyText(
              HexFormat.of()
                  .formatHex(argument.bytes(), argument.byteStart(row), argument.byteEnd(row)),
              target);
    };
  }

  private static Written copyText(String text, FieldWriter target) {
    byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
    return target.writeString(bytes, 0, bytes.length);
  }

  private static long longAt(ColumnBuffer argument, int row) {
    return argument.spec().storedType() == StoredType.INT
        ? argument.ints()[row]
        : argument.longs()[row];
  }

  private static String textAt(ColumnBuffer argument, int row) {
    return new String(
        argument.bytes(),
        argument.byteStart(row),
        argument.byteEnd(row) - argument.byteStart(row),
        StandardCharsets.UTF_8);
  }
}
