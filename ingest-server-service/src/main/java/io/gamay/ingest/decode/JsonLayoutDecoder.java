package io.gamay.ingest.decode;

import io.gamay.ingest.decode.DecodeOutcome.DecodeFailure;
import io.gamay.segment.row.ColumnBuffer;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The short way of JSON records: the bytes between values are compared with those of an earlier
 * record, and values are read in the form that their column expects, words of eight bytes at a
 * time. What is not as expected takes a detour through {@link JsonMemberDecoder}, one field or one
 * value long; a record that is not JSON, or not a row, is given up, for its reason has to be found
 * from its beginning. One thread.
 *
 * <p>Ways to read digits and find ends of strings: {@link ByteWords}. A decimal fraction is the
 * quotient of two numbers that a DOUBLE (or FLOAT) holds exactly, hence the nearest one (Clinger,
 * "How to read floating point numbers accurately", 1990).
 */
final class JsonLayoutDecoder {

  /** Longer records go the long way: what a layout saves is little to them. */
  private static final int MAX_RECORD_BYTES = 1 << 20;

  /**
   * Records in a row with unexpected fields, rows or not, until a new layout is read; at first and
   * at most.
   */
  private static final int MIN_PATIENCE = 8;

  private static final int MAX_PATIENCE = 4_096;

  private static final int UNSURE = -1;

  /**
   * So many bytes behind a record can be read. A value that begins in the record is read no further
   * than three words and a few separators beyond its end; one that ends there is given up.
   */
  private static final int SLACK = 4 * Long.BYTES;

  /** A number of at most so many digits fits a LONG; the next one also has to be looked at. */
  private static final int MAX_LONG_DIGITS = 18;

  /** A number of at most so many digits is a DOUBLE. */
  private static final int MAX_DOUBLE_DIGITS = 15;

  private static final long[] LONG_POWERS = new long[9];
  private static final double[] DOUBLE_POWERS = new double[9];
  private static final float[] FLOAT_POWERS = new float[9];

  static {
    long power = 1;
    for (int exponent = 0; exponent < LONG_POWERS.length; exponent++) {
      LONG_POWERS[exponent] = power;
      DOUBLE_POWERS[exponent] = power;
      FLOAT_POWERS[exponent] = power;
      power *= 10;
    }
  }

  private static final int NULL_WORD = 'n' | 'u' << 8 | 'l' << 16 | 'l' << 24;
  private static final int TRUE_WORD = 't' | 'r' << 8 | 'u' << 16 | 'e' << 24;
  private static final int FALSE_WORD = 'f' | 'a' << 8 | 'l' << 16 | 's' << 24;

  /** The form that a value is expected in. */
  private enum Form {
    TEXT,
    INT,
    LONG,
    DOUBLE,
    FLOAT,
    BOOLEAN,
    /** Nothing is expected: always the detour, which is none then. */
    ANY
  }

  /** How a field is read. */
  private static final class Step {
    final int member;
    final Form form;
    final boolean isList;
    final int maxLength;

    /** Null: the column is none, or several. */
    final @Nullable ColumnBuffer column;

    /** The step that tends to follow; never the first one, which begins a record. */
    int next = 1;

    Step(int member, Form form, @Nullable ColumnBuffer column) {
      this.member = member;
      this.form = form;
      this.column = column;
      this.isList = column != null && !column.spec().singleValue();
      this.maxLength = column == null ? 0 : column.spec().maxLength().orElse(Integer.MAX_VALUE);
    }
  }

  private final FieldTree fields;
  private final JsonMemberDecoder members;
  private final JsonScanner scanner;
  private final List<String> fieldNames;

  /** A copy of a record that lies too near to its array's end. */
  private byte[] ownText = new byte[SLACK];

  /** The record is {@code text[begin, end)}; what stands behind it does not matter. */
  private byte[] text = ownText;

  private int begin;
  private int end;

  private FieldWriter[] columns = new FieldWriter[0];

  /** By position in {@link #fields}, then the step of fields that nobody asked for. */
  private Step[] memberSteps = new Step[0];

  private @Nullable JsonLayout layout;

  /** By position in the layout. */
  private Step[] steps = new Step[0];

  private int patience = MIN_PATIENCE;
  private int recordsUnlikeLayout;

  private long detouredRecords;
  private long recordDetours;
  private long fieldDetours;
  private long valueDetours;

  /** The whole number that was read last. */
  private long number;

  /** The step of the field whose name was read last. */
  private int namedStep;

  JsonLayoutDecoder(List<String> fieldNames) {
    this.fieldNames = List.copyOf(fieldNames);
    this.members = new JsonMemberDecoder(fieldNames);
    this.scanner = members.scanner();
    this.fields = members.fields();
  }

  /** Records that made any detour. */
  long detouredRecords() {
    return detouredRecords;
  }

  JsonRecordDecoder.Detours detours() {
    return new JsonRecordDecoder.Detours(recordDetours, fieldDetours, valueDetours);
  }

  /** Lets go of the array of the record that was decoded last. */
  void release() {
    text = ownText;
    members.release();
  }

  /**
   * Decodes the record {@code source[from, to)} if it is a row.
   *
   * @return false if the record has to be decoded otherwise; the columns are as before
   */
  boolean decode(byte[] source, int from, int to, FieldWriter[] toColumns) {
    long detoursBefore = recordDetours + fieldDetours + valueDetours;
    boolean isRow = decodeLaidOut(source, from, to, toColumns);
    if (recordDetours + fieldDetours + valueDetours != detoursBefore) {
      detouredRecords++;
    }
    return isRow;
  }

  private boolean decodeLaidOut(byte[] source, int from, int to, FieldWriter[] toColumns) {
    if (toColumns.length == 0 || to - from > MAX_RECORD_BYTES) {
      recordDetours++;
      return false;
    }
    if (!isBoundTo(toColumns)) {
      bind(toColumns);
    }
    if (layout == null || recordsUnlikeLayout >= patience) {
      learn(source, from, to);
    }
    JsonLayout known = layout;
    if (known == null) {
      recordDetours++;
      return false;
    }
    int row = toColumns[0].column().rowCount();
    place(source, from, to);
    long fieldDetoursBefore = fieldDetours;
    boolean isRow = isRow(known, row);
    recordsUnlikeLayout = fieldDetours == fieldDetoursBefore ? 0 : recordsUnlikeLayout + 1;
    if (!isRow) {
      recordDetours++;
      for (FieldWriter column : toColumns) {
        column.column().truncate(row);
      }
      return false;
    }
    return true;
  }

  @SuppressWarnings("ReferenceEquality") // the same writers, not equal ones
  private boolean isBoundTo(FieldWriter[] toColumns) {
    return columns == toColumns;
  }

  private boolean isRow(JsonLayout known, int row) {
    members.start(text, begin, end, columns, row);
    try {
      return decodeFields(known, row);
    } catch (JsonSyntaxException notJson) {
      return false;
    }
  }

  /** Leaves the record where it lies if there is slack behind it. */
  private void place(byte[] source, int from, int to) {
    if (source.length - to >= SLACK) {
      text = source;
      begin = from;
      end = to;
      return;
    }
    int length = to - from;
    if (ownText.length < length + SLACK) {
      ownText = new byte[length * 2 + SLACK];
    }
    System.arraycopy(source, from, ownText, 0, length);
    text = ownText;
    begin = 0;
    end = length;
  }

  // -- fields

  private boolean decodeFields(JsonLayout known, int row) {
    byte[] record = text;
    int recordEnd = end;
    Step[] expected = steps;
    JsonLayout.Gap[] gaps = known.gaps();
    int next = 0;
    int at = begin;
    while (true) {
      JsonLayout.Gap gap = gaps[next];
      Step step;
      if (gap.stands(record, at, recordEnd)) {
        at += gap.length;
        if (next == expected.length) {
          requireEnd(at);
          return true;
        }
        step = expected[next++];
      } else {
        int ahead = at == begin ? -1 : findAhead(gaps, next + 1, at);
        if (ahead >= 0) {
          next = ahead;
          continue;
        }
        fieldDetours++;
        if (!readName(at)) {
          return true;
        }
        step = memberSteps[namedStep];
        next = step.member < 0 ? Math.max(next, 1) : step.next;
        at = scanner.position();
      }
      at = readValue(step, at, row);
      if (at == UNSURE || at >= recordEnd) {
        return false; // no record ends with a value: a part of this one is not its own
      }
    }
  }

  /**
   * Where in the layout the text goes on at {@code at}, behind a value: fields in between are
   * missing.
   */
  private int findAhead(JsonLayout.Gap[] gaps, int from, int at) {
    for (int index = from; index < gaps.length; index++) {
      if (gaps[index].stands(text, at, end)) {
        return index;
      }
    }
    return -1;
  }

  private void requireEnd(int at) {
    if (at < end) {
      scanner.moveTo(at);
      scanner.requireEnd();
    }
  }

  /**
   * Reads what stands before a value, whatever it is; false at the record's end.
   *
   * @param at behind a value, or the record's beginning
   */
  private boolean readName(int at) {
    scanner.moveTo(at);
    boolean isFirst = at == begin;
    if (isFirst) {
      scanner.expect('{');
    }
    if (isFirst ? scanner.take('}') : !scanner.take(',')) {
      if (!isFirst) {
        scanner.expect('}');
      }
      scanner.requireEnd();
      return false;
    }
    int found = members.readName(fields);
    namedStep = found < 0 ? memberSteps.length - 1 : found;
    return true;
  }

  // -- values

  /** Returns the position behind the value, or {@link #UNSURE} if the record is not a row. */
  private int readValue(Step step, int at, int row) {
    ColumnBuffer column = step.column;
    if (column == null) {
      return skipOrDetour(step, at);
    }
    if (column.rowCount() != row) {
      column.truncate(row);
    }
    int behind = step.isList ? readList(step, column, at) : readOne(step, column, at);
    if (behind != UNSURE) {
      return behind;
    }
    if (wordAt(at) == NULL_WORD) {
      return at + Integer.BYTES;
    }
    valueDetours++;
    column.truncate(row);
    return detour(step, at);
  }

  private int skipOrDetour(Step step, int at) {
    if (step.member < 0 && text[at] == '"') {
      int end = endOfPlainText(at + 1);
      if (text[end] == '"') {
        return end + 1;
      }
    }
    return detour(step, at);
  }

  private int detour(Step step, int at) {
    scanner.moveTo(at);
    return members.decodeMember(step.member) instanceof DecodeFailure ? UNSURE : scanner.position();
  }

  private int readOne(Step step, ColumnBuffer column, int at) {
    switch (step.form) {
      case TEXT -> {
        return readText(column, at, step.maxLength);
      }
      case INT, LONG -> {
        return readWhole(step.form, column, at);
      }
      case DOUBLE, FLOAT -> {
        return readFraction(step.form, column, at);
      }
      case BOOLEAN -> {
        return readBoolean(column, at);
      }
      case ANY -> {
        return UNSURE;
      }
    }
    return UNSURE;
  }

  private int readList(Step step, ColumnBuffer column, int from) {
    if (text[from] != '[') {
      return UNSURE;
    }
    int at = from + 1;
    if (text[at] == ']') {
      return at + 1;
    }
    while (at < end) {
      at = readOne(step, column, at);
      if (at == UNSURE) {
        return UNSURE;
      }
      byte separator = text[at++];
      if (separator == ']') {
        column.endRow();
        return at;
      }
      if (separator != ',') {
        return UNSURE;
      }
      if (text[at] == ' ') {
        at++;
      }
    }
    return UNSURE;
  }

  /** Words go to the column while the end of the string is looked for. */
  private int readText(ColumnBuffer column, int from, int maxLength) {
    byte[] source = text;
    if (source[from] != '"') {
      return UNSURE;
    }
    byte[] target = column.reserveBytes(end - from);
    int to = column.reservedStart();
    int at = from + 1;
    long word = ByteWords.get(source, at);
    long specials = ByteWords.specials(word);
    ByteWords.set(target, to, word);
    while (specials == 0) {
      at += Long.BYTES;
      if (at >= end) {
        return UNSURE;
      }
      to += Long.BYTES;
      word = ByteWords.get(source, at);
      specials = ByteWords.specials(word);
      ByteWords.set(target, to, word);
    }
    at += ByteWords.countBefore(specials);
    if (source[at] != '"') {
      return source[at] < 0 ? readWideText(column, from, maxLength) : UNSURE;
    }
    int length = at - from - 1;
    if (length > maxLength) {
      return UNSURE;
    }
    column.appendReserved(length);
    return at + 1;
  }

  /** A string without escapes, some of it not ASCII. */
  private int readWideText(ColumnBuffer column, int from, int maxLength) {
    byte[] source = text;
    int at = from + 1;
    while (at < end && source[at] != '"') {
      if (source[at] == '\\' || (source[at] >= 0 && source[at] < ' ')) {
        return UNSURE;
      }
      at++;
    }
    int length = at - from - 1;
    if (at >= end || length > maxLength || Utf8.firstInvalid(source, from + 1, at) < at) {
      return UNSURE;
    }
    column.appendBytes(source, from + 1, length);
    return at + 1;
  }

  /** Where a plain string ends, or a position behind the record. */
  private int endOfPlainText(int from) {
    int at = from;
    long specials = ByteWords.specials(ByteWords.get(text, at));
    while (specials == 0 && at < end) {
      at += Long.BYTES;
      specials = ByteWords.specials(ByteWords.get(text, at));
    }
    return at + ByteWords.countBefore(specials);
  }

  private int readWhole(Form form, ColumnBuffer column, int at) {
    byte[] source = text;
    boolean isNegative = source[at] == '-';
    int from = isNegative ? at + 1 : at;
    int behind = readDigits(from);
    if (behind == UNSURE || isFraction(source[behind])) {
      return UNSURE;
    }
    long value = isNegative ? -number : number;
    if (form == Form.LONG) {
      column.appendLong(value);
      return behind;
    }
    if (value != (int) value) {
      return UNSURE;
    }
    column.appendInt((int) value);
    return behind;
  }

  /** At least one digit, and no more than always fit; they go to {@link #number}. */
  private int readDigits(int from) {
    byte[] source = text;
    long word = ByteWords.get(source, from);
    int digits = ByteWords.digits(word);
    if (digits == 0 || (source[from] == '0' && digits > 1)) {
      return UNSURE;
    }
    long value = ByteWords.number(word, digits);
    int at = from + digits;
    while (digits == Long.BYTES) {
      word = ByteWords.get(source, at);
      digits = ByteWords.digits(word);
      if (at - from + digits > MAX_LONG_DIGITS) {
        return UNSURE;
      }
      if (digits > 0) {
        value = value * LONG_POWERS[digits] + ByteWords.number(word, digits);
        at += digits;
      }
    }
    number = value;
    return at;
  }

  private int readFraction(Form form, ColumnBuffer column, int at) {
    byte[] source = text;
    boolean isNegative = source[at] == '-';
    int from = isNegative ? at + 1 : at;
    int behind = readDigits(from);
    if (behind == UNSURE) {
      return UNSURE;
    }
    long mantissa = number;
    int fraction = 0;
    if (source[behind] == '.') {
      long word = ByteWords.get(source, behind + 1);
      fraction = ByteWords.digits(word);
      if (fraction == 0 || fraction == Long.BYTES || behind - from + fraction > MAX_DOUBLE_DIGITS) {
        return UNSURE;
      }
      mantissa = mantissa * LONG_POWERS[fraction] + ByteWords.number(word, fraction);
      behind += 1 + fraction;
    }
    if (isFraction(source[behind])) {
      return UNSURE;
    }
    long signed = isNegative ? -mantissa : mantissa;
    if (form == Form.DOUBLE) {
      column.appendDouble(fraction == 0 ? (double) signed : signed / DOUBLE_POWERS[fraction]);
      return behind;
    }
    if (fraction > 0 && mantissa >= 1 << 24) {
      return UNSURE;
    }
    column.appendFloat(fraction == 0 ? (float) signed : signed / FLOAT_POWERS[fraction]);
    return behind;
  }

  /** Whether a number goes on with this byte behind its digits. */
  private static boolean isFraction(byte c) {
    return c == '.' || c == 'e' || c == 'E';
  }

  private int readBoolean(ColumnBuffer column, int at) {
    int word = wordAt(at);
    if (word == TRUE_WORD) {
      column.appendInt(1);
      return at + Integer.BYTES;
    }
    if (word == FALSE_WORD && text[at + Integer.BYTES] == 'e') {
      column.appendInt(0);
      return at + Integer.BYTES + 1;
    }
    return UNSURE;
  }

  private int wordAt(int at) {
    return (int) ByteWords.get(text, at);
  }

  // -- what is expected

  private void bind(FieldWriter[] toColumns) {
    columns = toColumns;
    memberSteps = new Step[fields.size() + 1];
    for (int index = 0; index < fields.size(); index++) {
      memberSteps[index] = stepOf(index);
    }
    memberSteps[fields.size()] = new Step(-1, Form.ANY, null);
    useLayout();
  }

  /** A column that other fields can fill too is for {@link JsonMemberDecoder} to judge. */
  private Step stepOf(int index) {
    int field = fields.column(index);
    boolean isPlain =
        field >= 0 && fields.inner(index) == null && fieldNames.get(field).indexOf('.') < 0;
    if (!isPlain) {
      return new Step(index, Form.ANY, null);
    }
    ColumnBuffer column = columns[field].column();
    Form form = formOf(column);
    return new Step(index, form, form == Form.ANY ? null : column);
  }

  private static Form formOf(ColumnBuffer column) {
    return switch (column.spec().type()) {
      case STRING -> Form.TEXT;
      case INT -> Form.INT;
      case LONG, TIMESTAMP -> Form.LONG;
      case DOUBLE -> Form.DOUBLE;
      case FLOAT -> Form.FLOAT;
      case BOOLEAN -> Form.BOOLEAN;
      case BIG_DECIMAL, JSON, BYTES -> Form.ANY;
    };
  }

  /** Expects from now on what this record looks like; if it is not JSON, the next one is asked. */
  private void learn(byte[] source, int from, int to) {
    JsonLayout read = JsonLayout.of(source, from, to, fields);
    if (read == null) {
      return;
    }
    if (layout != null) {
      patience = Math.min(MAX_PATIENCE, patience * 2);
    }
    recordsUnlikeLayout = 0;
    layout = read;
    useLayout();
  }

  private void useLayout() {
    JsonLayout known = layout;
    Arrays.stream(memberSteps).forEach(step -> step.next = 1);
    if (known == null) {
      return;
    }
    steps = new Step[known.size()];
    for (int index = 0; index < steps.length; index++) {
      int found = known.gaps()[index].member;
      steps[index] = memberSteps[found < 0 ? memberSteps.length - 1 : found];
      steps[index].next = index + 1;
    }
  }
}
