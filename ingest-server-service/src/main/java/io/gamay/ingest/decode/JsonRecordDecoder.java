package io.gamay.ingest.decode;

import io.gamay.ingest.decode.DecodeOutcome.DecodeFailure;
import io.gamay.ingest.decode.FieldWriter.Written;
import io.gamay.segment.ledger.RejectionReason;
import io.gamay.segment.row.ColumnBuffer;
import io.gamay.segment.schema.DataType;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Decodes a JSON object per record, its top-level fields by name. Every byte of the record is
 * checked, also of fields that nobody asked for. Of a field that occurs twice the last one counts.
 * A list in a single-value column counts if it has one element; a single value in a multi-value
 * column is a list of one; nulls in lists are left out.
 */
public final class JsonRecordDecoder implements RecordDecoder {

  private final List<String> fieldNames;
  private final FieldIndex fields;
  private final JsonScanner scanner = new JsonScanner();

  /**
   * @param fieldNames the fields wanted, in the order of the columns
   */
  public JsonRecordDecoder(List<String> fieldNames) {
    this.fieldNames = List.copyOf(fieldNames);
    this.fields = new FieldIndex(fieldNames);
  }

  @Override
  public DecodeOutcome decode(byte[] record, FieldWriter[] columns) {
    if (record.length == 0) {
      return new DecodeFailure(RejectionReason.EMPTY, "the record has no bytes");
    }
    try {
      return decodeObject(record, columns);
    } catch (JsonSyntaxException syntax) {
      RejectionReason reason =
          syntax.isTruncated() ? RejectionReason.TRUNCATED : RejectionReason.MALFORMED;
      return new DecodeFailure(reason, String.valueOf(syntax.getMessage()));
    }
  }

  private DecodeOutcome decodeObject(byte[] record, FieldWriter[] columns) {
    scanner.start(record, 0, record.length);
    if (scanner.peek() != '{') {
      throw scanner.unexpected("an object");
    }
    scanner.expect('{');
    DecodeOutcome outcome = DecodeOutcome.DECODED;
    if (!scanner.take('}')) {
      int row = columns.length == 0 ? 0 : rowsBefore(columns);
      do {
        if (scanner.peek() != '"') {
          throw scanner.unexpected("a field name");
        }
        scanner.readString();
        int field = fields.find(scanner.text(), scanner.textFrom(), scanner.textTo());
        scanner.expect(':');
        scanner.peek();
        if (field < 0 || outcome instanceof DecodeFailure) {
          scanner.skipValue(1);
        } else {
          outcome = decodeField(record, field, columns[field], row);
        }
      } while (scanner.take(','));
      scanner.expect('}');
    }
    scanner.requireEnd();
    return outcome;
  }

  private DecodeOutcome decodeField(byte[] record, int field, FieldWriter column, int row) {
    ColumnBuffer buffer = column.column();
    if (buffer.rowCount() > row) {
      buffer.truncate(row);
    }
    int valueFrom = scanner.position();
    Written written;
    if (buffer.spec().singleValue()) {
      written =
          record[valueFrom] == '['
              ? decodeOnlyElement(record, column)
              : decodeValue(record, column);
    } else {
      written =
          record[valueFrom] == '[' ? decodeElements(record, column) : decodeValue(record, column);
      if (written == Written.VALUE || written == Written.MISSING) {
        if (buffer.hasOpenRow()) {
          buffer.endRow();
        }
      }
    }
    return switch (written) {
      case VALUE, MISSING -> DecodeOutcome.DECODED;
      case WRONG_TYPE -> wrongType(record, field, buffer, valueFrom);
      case TOO_LONG ->
          new DecodeFailure(
              RejectionReason.TOO_LONG,
              "field %s: value is longer than %d characters"
                  .formatted(fieldNames.get(field), buffer.spec().maxLength().orElse(0)));
    };
  }

  /** Moves over one value and writes it; a list is written as JSON text. */
  private Written decodeValue(byte[] record, FieldWriter column) {
    int from = scanner.position();
    switch (record[from]) {
      case '"' -> {
        scanner.readString();
        return column.writeString(scanner.text(), scanner.textFrom(), scanner.textTo());
      }
      case '{', '[' -> {
        scanner.skipValue(1);
        scanner.copyCompact(from);
        return column.writeJson(scanner.text(), scanner.textFrom(), scanner.textTo());
      }
      case 't' -> {
        scanner.skipValue(1);
        return column.writeBoolean(true);
      }
      case 'f' -> {
        scanner.skipValue(1);
        return column.writeBoolean(false);
      }
      case 'n' -> {
        scanner.skipValue(1);
        return Written.MISSING;
      }
      default -> {
        scanner.skipValue(1);
        return column.writeNumber(
            record,
            scanner.numberFrom(),
            scanner.position(),
            scanner.isLong(),
            scanner.longValue());
      }
    }
  }

  /** A list in a single-value column: JSON columns take it whole, others its only element. */
  private Written decodeOnlyElement(byte[] record, FieldWriter column) {
    if (column.column().spec().type() == DataType.JSON) {
      return decodeValue(record, column);
    }
    scanner.expect('[');
    if (scanner.take(']')) {
      return Written.MISSING;
    }
    scanner.peek();
    Written written = decodeValue(record, column);
    if (!scanner.take(',')) {
      scanner.expect(']');
      return written;
    }
    do {
      scanner.peek();
      scanner.skipValue(2);
    } while (scanner.take(','));
    scanner.expect(']');
    return Written.WRONG_TYPE;
  }

  private Written decodeElements(byte[] record, FieldWriter column) {
    scanner.expect('[');
    if (scanner.take(']')) {
      return Written.MISSING;
    }
    Written failed = Written.MISSING;
    boolean anyValue = false;
    do {
      scanner.peek();
      Written written = decodeValue(record, column);
      switch (written) {
        case VALUE -> anyValue = true;
        case MISSING -> {}
        case WRONG_TYPE, TOO_LONG -> failed = written;
      }
    } while (scanner.take(','));
    scanner.expect(']');
    if (failed != Written.MISSING) {
      return failed;
    }
    return anyValue ? Written.VALUE : Written.MISSING;
  }

  private DecodeFailure wrongType(byte[] record, int field, ColumnBuffer buffer, int valueFrom) {
    int shownTo = Math.min(scanner.position(), valueFrom + 60);
    String shown = new String(record, valueFrom, shownTo - valueFrom, StandardCharsets.UTF_8);
    String hint =
        buffer.spec().singleValue() && record[valueFrom] == '['
            ? " (a list: declare the column multi-value, or of type JSON)"
            : "";
    return new DecodeFailure(
        RejectionReason.WRONG_TYPE,
        "field %s: %s%s is not a %s%s"
            .formatted(
                fieldNames.get(field),
                shown,
                shownTo < scanner.position() ? "..." : "",
                buffer.spec().type(),
                hint));
  }

  private static int rowsBefore(FieldWriter[] columns) {
    return columns[0].column().rowCount();
  }
}
