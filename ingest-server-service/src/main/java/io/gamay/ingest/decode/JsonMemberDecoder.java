package io.gamay.ingest.decode;

import io.gamay.ingest.decode.DecodeOutcome.DecodeFailure;
import io.gamay.ingest.decode.FieldWriter.Written;
import io.gamay.segment.ledger.RejectionReason;
import io.gamay.segment.row.ColumnBuffer;
import io.gamay.segment.schema.DataType;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Decodes members of a record's object, any JSON value to any column. Checks every byte that it
 * moves over. One thread; {@link #start} begins a record.
 */
final class JsonMemberDecoder {

  private static final byte[] NOTHING = new byte[0];

  private final List<String> fieldNames;
  private final FieldTree fields;

  /** Whether columns can come from nested objects. */
  private final boolean hasNested;

  /** By column: whether the record has had a top-level field of its very name. */
  private final boolean[] isNamedAtTop;

  private final JsonScanner scanner = new JsonScanner();
  private byte[] record = NOTHING;
  private FieldWriter[] columns = new FieldWriter[0];
  private int row;

  JsonMemberDecoder(List<String> fieldNames) {
    this.fieldNames = List.copyOf(fieldNames);
    this.fields = FieldTree.of(fieldNames);
    this.hasNested = fields.hasInner();
    this.isNamedAtTop = new boolean[fieldNames.size()];
  }

  /** Begins with {@code bytes[from, to)} as a record of row {@code ofRow}. */
  void start(byte[] bytes, int from, int to, FieldWriter[] toColumns, int ofRow) {
    record = bytes;
    columns = toColumns;
    row = ofRow;
    scanner.start(bytes, from, to);
    if (hasNested) {
      Arrays.fill(isNamedAtTop, false);
    }
  }

  /** Lets go of the record. */
  void release() {
    record = NOTHING;
    scanner.release();
  }

  JsonScanner scanner() {
    return scanner;
  }

  /** What is wanted of the record's object. */
  FieldTree fields() {
    return fields;
  }

  /**
   * Decodes the record's object, the cursor is at its brace; of a record that is not a row the rest
   * is checked too.
   */
  DecodeOutcome decodeRecord() {
    return decodeObject(fields, 0, DecodeOutcome.DECODED);
  }

  /**
   * Moves over a member's name and colon to its value; the cursor is at the name.
   *
   * @return the member's position in {@link #fields()}, -1 if nobody asked for it
   */
  int readName(FieldTree tree) {
    if (scanner.peek() != '"') {
      throw scanner.unexpected("a field name");
    }
    scanner.readString();
    int member = tree.find(scanner.text(), scanner.textFrom(), scanner.textTo());
    scanner.expect(':');
    scanner.peek();
    return member;
  }

  /**
   * Moves over the value of a member of the record's object; the cursor is at its first byte.
   *
   * @param member position in {@link #fields()}, or -1
   */
  DecodeOutcome decodeMember(int member) {
    return decodeMember(fields, member, 1, DecodeOutcome.DECODED);
  }

  private DecodeOutcome decodeObject(FieldTree tree, int depth, DecodeOutcome before) {
    scanner.requireDepth(depth);
    scanner.expect('{');
    if (scanner.take('}')) {
      return before;
    }
    DecodeOutcome outcome = before;
    do {
      outcome = decodeMember(tree, readName(tree), depth + 1, outcome);
    } while (scanner.take(','));
    scanner.expect('}');
    return outcome;
  }

  private DecodeOutcome decodeMember(FieldTree tree, int member, int depth, DecodeOutcome before) {
    if (member < 0 || before instanceof DecodeFailure) {
      scanner.skipValue(depth);
      return before;
    }
    int column = tree.column(member);
    @Nullable FieldTree inner = tree.inner(member);
    if (inner == null) {
      return decodeNamed(column, depth);
    }
    forgetNested(inner);
    int valueFrom = scanner.position();
    boolean isObject = record[valueFrom] == '{';
    DecodeOutcome outcome = DecodeOutcome.DECODED;
    if (column >= 0) {
      outcome = decodeNamed(column, depth);
    } else if (!isObject) {
      scanner.skipValue(depth);
    }
    if (!isObject || outcome instanceof DecodeFailure) {
      return outcome;
    }
    scanner.moveTo(valueFrom);
    return decodeObject(inner, depth, outcome);
  }

  /** An object that comes twice counts as it comes last. */
  private void forgetNested(FieldTree tree) {
    for (int column : tree.allColumns()) {
      if (!isNamedAtTop[column]) {
        columns[column].column().truncate(row);
      }
    }
  }

  /** The member that has what is left of the column's name. */
  private DecodeOutcome decodeNamed(int column, int depth) {
    if (hasNested) {
      if (depth == 1) {
        isNamedAtTop[column] = true;
      } else if (isNamedAtTop[column]) {
        scanner.skipValue(depth);
        return DecodeOutcome.DECODED;
      }
    }
    return decodeField(column, columns[column], depth);
  }

  private DecodeOutcome decodeField(int field, FieldWriter column, int depth) {
    ColumnBuffer buffer = column.column();
    if (buffer.rowCount() > row) {
      buffer.truncate(row);
    }
    int valueFrom = scanner.position();
    Written written;
    if (buffer.spec().singleValue()) {
      written =
          record[valueFrom] == '[' ? decodeOnlyElement(column, depth) : decodeValue(column, depth);
    } else {
      written =
          record[valueFrom] == '[' ? decodeElements(column, depth) : decodeValue(column, depth);
      if (written == Written.VALUE || written == Written.MISSING) {
        if (buffer.hasOpenRow()) {
          buffer.endRow();
        }
      }
    }
    return switch (written) {
      case VALUE, MISSING -> DecodeOutcome.DECODED;
      case WRONG_TYPE -> wrongType(field, buffer, valueFrom);
      case TOO_LONG ->
          new DecodeFailure(
              RejectionReason.TOO_LONG,
              "field %s: value is longer than %d characters"
                  .formatted(fieldNames.get(field), buffer.spec().maxLength().orElse(0)));
    };
  }

  /** Moves over one value and writes it; a list is written as JSON text. */
  private Written decodeValue(FieldWriter column, int depth) {
    int from = scanner.position();
    switch (record[from]) {
      case '"' -> {
        scanner.readString();
        return column.writeString(scanner.text(), scanner.textFrom(), scanner.textTo());
      }
      case '{', '[' -> {
        scanner.skipValue(depth);
        scanner.copyCompact(from);
        return column.writeJson(scanner.text(), scanner.textFrom(), scanner.textTo());
      }
      case 't' -> {
        scanner.skipValue(depth);
        return column.writeBoolean(true);
      }
      case 'f' -> {
        scanner.skipValue(depth);
        return column.writeBoolean(false);
      }
      case 'n' -> {
        scanner.skipValue(depth);
        return Written.MISSING;
      }
      default -> {
        scanner.skipValue(depth);
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
  private Written decodeOnlyElement(FieldWriter column, int depth) {
    if (column.column().spec().type() == DataType.JSON) {
      return decodeValue(column, depth);
    }
    scanner.requireDepth(depth);
    scanner.expect('[');
    if (scanner.take(']')) {
      return Written.MISSING;
    }
    scanner.peek();
    Written written = decodeValue(column, depth + 1);
    if (!scanner.take(',')) {
      scanner.expect(']');
      return written;
    }
    do {
      scanner.peek();
      scanner.skipValue(depth + 1);
    } while (scanner.take(','));
    scanner.expect(']');
    return Written.WRONG_TYPE;
  }

  private Written decodeElements(FieldWriter column, int depth) {
    scanner.requireDepth(depth);
    scanner.expect('[');
    if (scanner.take(']')) {
      return Written.MISSING;
    }
    Written failed = Written.MISSING;
    boolean anyValue = false;
    do {
      scanner.peek();
      Written written = decodeValue(column, depth + 1);
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

  private DecodeFailure wrongType(int field, ColumnBuffer buffer, int valueFrom) {
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
}
