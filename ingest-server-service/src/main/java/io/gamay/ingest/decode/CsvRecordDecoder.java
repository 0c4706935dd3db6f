package io.gamay.ingest.decode;

import io.gamay.cluster.table.StreamConfig.Decoder.Csv;
import io.gamay.ingest.decode.DecodeOutcome.DecodeFailure;
import io.gamay.ingest.decode.FieldWriter.Written;
import io.gamay.segment.ledger.RejectionReason;
import io.gamay.segment.row.ColumnBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/**
 * Decodes one row of separated values per record, in UTF-8 (RFC 4180, and the variants that {@link
 * Csv} describes). Quotes stand around whole cells and are doubled inside; what is quoted may hold
 * line breaks. An empty cell is a missing value. A row may have fewer cells than the header, the
 * others are missing; more are an error, as is a second row.
 */
public final class CsvRecordDecoder implements RecordDecoder {

  private static final int NONE = -1;
  private static final byte[] NOTHING = new byte[0];

  /** Numbers of up to so many digits fit a LONG. */
  private static final int MAX_LONG_DIGITS = 18;

  private final byte delimiter;
  private final int quote;
  private final int escape;
  private final int commentMarker;
  private final byte multiValueDelimiter;
  private final byte[] nullText;
  private final boolean skipsEmptyLines;
  private final boolean trimsSpaces;

  /** By cell: the column, or -1. */
  private final int[] columnOfCell;

  private final List<String> fieldNames;

  /** The record is {@code source[begin, end)}. */
  private byte[] source = NOTHING;

  private int begin;
  private int end;
  private int at;

  /** The last cell: {@code cell[cellFrom, cellTo)}, without quotes and escapes. */
  private byte[] cell = NOTHING;

  private int cellFrom;
  private int cellTo;
  private byte[] unescaped = new byte[256];

  /** A record that is no row: where and why; empty: none. */
  private Optional<DecodeFailure> failure = Optional.empty();

  /**
   * @param cellNames names of the cells in their order
   * @param fieldNames the fields wanted, in the order of the columns; an empty name is no field's
   */
  public CsvRecordDecoder(Csv format, List<String> cellNames, List<String> fieldNames) {
    this.delimiter = (byte) format.delimiter();
    this.quote = byteOf(format.quote());
    this.escape = byteOf(format.escape());
    this.commentMarker = byteOf(format.commentMarker());
    this.multiValueDelimiter = (byte) format.multiValueDelimiter();
    this.nullText = format.nullText().orElse("").getBytes(StandardCharsets.UTF_8);
    this.skipsEmptyLines = format.skipsEmptyLines();
    this.trimsSpaces = format.trimsSpaces();
    this.fieldNames = List.copyOf(fieldNames);
    this.columnOfCell = cellNames.stream().mapToInt(fieldNames::indexOf).toArray();
  }

  private static int byteOf(Optional<Character> character) {
    return character.isPresent() ? character.get() : NONE;
  }

  @Override
  public DecodeOutcome decode(byte[] record, int from, int to, FieldWriter[] columns) {
    if (from == to) {
      return new DecodeFailure(RejectionReason.EMPTY, "the record has no bytes");
    }
    begin = from;
    int invalid = Utf8.firstInvalid(record, from, to);
    if (invalid < to) {
      return malformed(invalid, "not UTF-8: byte 0x%02x".formatted(record[invalid] & 0xff));
    }
    source = record;
    end = to;
    at = from;
    failure = Optional.empty();
    skipLines();
    if (at == end) {
      return new DecodeFailure(RejectionReason.EMPTY, "the record has no row");
    }
    DecodeOutcome outcome = decodeRow(columns);
    if (outcome instanceof DecodeFailure) {
      return outcome;
    }
    skipLines();
    return at == end ? outcome : malformed(at, "a second row");
  }

  @Override
  public void release() {
    source = NOTHING;
    cell = NOTHING;
  }

  private DecodeOutcome decodeRow(FieldWriter[] columns) {
    for (int index = 0; ; index++) {
      int began = at;
      readCell();
      if (failure.isPresent()) {
        return failure.get();
      }
      if (index >= columnOfCell.length) {
        return malformed(
            began, "more than the %d cells of the header".formatted(columnOfCell.length));
      }
      int column = columnOfCell[index];
      if (column >= 0 && !isMissing()) {
        Written written = write(columns[column]);
        if (written == Written.WRONG_TYPE || written == Written.TOO_LONG) {
          return refused(written, column, columns[column].column());
        }
      }
      if (at == end || isLineBreak(source[at])) {
        skipLineBreak();
        return DecodeOutcome.DECODED;
      }
      at++;
    }
  }

  // -- lines

  /** Passes over comments and, if they do not count, empty lines. */
  private void skipLines() {
    while (at < end) {
      if (commentMarker != NONE && source[at] == commentMarker) {
        while (at < end && !isLineBreak(source[at])) {
          at++;
        }
        skipLineBreak();
      } else if (skipsEmptyLines && isLineBreak(source[at])) {
        skipLineBreak();
      } else {
        return;
      }
    }
  }

  private void skipLineBreak() {
    if (at < end && source[at] == '\r') {
      at++;
    }
    if (at < end && source[at] == '\n') {
      at++;
    }
  }

  private static boolean isLineBreak(byte c) {
    return c == '\n' || c == '\r';
  }

  // -- cells

  /** Reads a cell; the cursor ends at its delimiter, a line break or the end. */
  private void readCell() {
    int began = at;
    if (trimsSpaces) {
      skipSpaces();
    }
    if (quote != NONE && at < end && source[at] == quote) {
      readQuoted(began);
    } else {
      readPlain();
    }
  }

  private void readPlain() {
    int from = at;
    while (at < end && !isCellEnd(source[at])) {
      if (escape != NONE && source[at] == escape) {
        readPlainWithEscapes(from);
        return;
      }
      at++;
    }
    take(source, from, at);
  }

  private void readPlainWithEscapes(int from) {
    ensureUnescaped();
    int length = at - from;
    System.arraycopy(source, from, unescaped, 0, length);
    while (at < end && !isCellEnd(source[at])) {
      if (source[at] == escape) {
        length = readEscape(length);
      } else {
        unescaped[length++] = source[at++];
      }
    }
    take(unescaped, 0, length);
  }

  private void readQuoted(int began) {
    int from = ++at;
    while (at < end && source[at] != quote && source[at] != escape) {
      at++;
    }
    int length = at - from;
    boolean isPlain = at < end && source[at] == quote && (at + 1 == end || source[at + 1] != quote);
    if (isPlain) {
      cell = source;
      cellFrom = from;
      cellTo = at++;
    } else {
      ensureUnescaped();
      System.arraycopy(source, from, unescaped, 0, length);
      if (!readRestOfQuoted(length)) {
        failure =
            Optional.of(
                new DecodeFailure(
                    RejectionReason.TRUNCATED,
                    "the record ends in the middle of the quoted cell at byte " + (began - begin)));
        return;
      }
    }
    skipSpaces();
    if (at < end && !isCellEnd(source[at])) {
      failure = Optional.of(malformed(at, "text behind a quoted cell"));
    }
  }

  /** False if the record ends before the closing quote. */
  private boolean readRestOfQuoted(int lengthSoFar) {
    int length = lengthSoFar;
    while (at < end) {
      byte c = source[at];
      if (c == escape && escape != NONE) {
        length = readEscape(length);
        continue;
      }
      at++;
      if (c == quote) {
        boolean isDoubled = at < end && source[at] == quote;
        if (!isDoubled) {
          cell = unescaped;
          cellFrom = 0;
          cellTo = length;
          return true;
        }
        at++;
      }
      unescaped[length++] = c;
    }
    return false;
  }

  /** What stands behind an escape and needs none keeps it. */
  private int readEscape(int lengthSoFar) {
    int length = lengthSoFar;
    at++;
    if (at == end) {
      unescaped[length++] = (byte) escape;
      return length;
    }
    byte c = source[at++];
    switch (c) {
      case 'n' -> unescaped[length++] = '\n';
      case 'r' -> unescaped[length++] = '\r';
      case 't' -> unescaped[length++] = '\t';
      case 'b' -> unescaped[length++] = '\b';
      case 'f' -> unescaped[length++] = '\f';
      default -> {
        boolean isSpecial =
            c == delimiter || c == quote || c == escape || c == commentMarker || isLineBreak(c);
        if (!isSpecial) {
          unescaped[length++] = (byte) escape;
        }
        unescaped[length++] = c;
      }
    }
    return length;
  }

  private void take(byte[] bytes, int from, int to) {
    cell = bytes;
    cellFrom = from;
    cellTo = to;
    while (trimsSpaces && cellTo > cellFrom && bytes[cellTo - 1] == ' ') {
      cellTo--;
    }
  }

  private void skipSpaces() {
    while (at < end && source[at] == ' ' && source[at] != delimiter) {
      at++;
    }
  }

  private boolean isCellEnd(byte c) {
    return c == delimiter || isLineBreak(c);
  }

  private void ensureUnescaped() {
    if (unescaped.length < end - begin) {
      unescaped = new byte[(end - begin) * 2];
    }
  }

  // -- values

  private boolean isMissing() {
    return cellFrom == cellTo || isNullText(cellFrom, cellTo);
  }

  private boolean isNullText(int from, int to) {
    if (nullText.length == 0 || to - from != nullText.length) {
      return false;
    }
    for (int i = 0; i < nullText.length; i++) {
      if (cell[from + i] != nullText[i]) {
        return false;
      }
    }
    return true;
  }

  private Written write(FieldWriter column) {
    ColumnBuffer buffer = column.column();
    if (column.isSingleValue()) {
      return writeValue(column, cellFrom, cellTo);
    }
    Written result = Written.MISSING;
    int from = cellFrom;
    while (from <= cellTo) {
      int to = from;
      while (to < cellTo && cell[to] != multiValueDelimiter) {
        to++;
      }
      if (to > from && !isNullText(from, to)) {
        Written written = writeValue(column, from, to);
        if (written == Written.WRONG_TYPE || written == Written.TOO_LONG) {
          return written;
        }
        result = written == Written.VALUE ? written : result;
      }
      from = to + 1;
    }
    if (buffer.hasOpenRow()) {
      buffer.endRow();
    }
    return result;
  }

  /** Text, or the number that it spells. */
  private Written writeValue(FieldWriter column, int from, int to) {
    return switch (column.type()) {
      case INT, LONG, TIMESTAMP, BOOLEAN, FLOAT, DOUBLE -> writeNumber(column, from, to);
      case STRING, JSON, BYTES, BIG_DECIMAL -> column.writeString(cell, from, to);
    };
  }

  private Written writeNumber(FieldWriter column, int from, int to) {
    boolean isNegative = cell[from] == '-';
    int digitsFrom = isNegative ? from + 1 : from;
    if (digitsFrom == to || to - digitsFrom > MAX_LONG_DIGITS) {
      return column.writeString(cell, from, to);
    }
    long value = 0;
    for (int i = digitsFrom; i < to; i++) {
      int digit = cell[i] - '0';
      if (digit < 0 || digit > 9) {
        return column.writeString(cell, from, to);
      }
      value = value * 10 + digit;
    }
    return column.writeLong(isNegative ? -value : value);
  }

  private DecodeFailure refused(Written why, int column, ColumnBuffer buffer) {
    if (why == Written.TOO_LONG) {
      return new DecodeFailure(
          RejectionReason.TOO_LONG,
          "field %s: value is longer than %d characters"
              .formatted(fieldNames.get(column), buffer.spec().maxLength().orElse(0)));
    }
    int shownTo = Math.min(cellTo, cellFrom + 60);
    return new DecodeFailure(
        RejectionReason.WRONG_TYPE,
        "field %s: %s%s is not a %s"
            .formatted(
                fieldNames.get(column),
                new String(cell, cellFrom, shownTo - cellFrom, StandardCharsets.UTF_8),
                shownTo < cellTo ? "..." : "",
                buffer.spec().type()));
  }

  private DecodeFailure malformed(int position, String what) {
    return new DecodeFailure(
        RejectionReason.MALFORMED, "at byte " + (position - begin) + ": " + what);
  }
}
