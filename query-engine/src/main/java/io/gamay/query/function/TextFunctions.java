package io.gamay.query.function;

import static io.gamay.query.function.Parameter.constant;
import static io.gamay.query.function.Parameter.of;
import static io.gamay.query.function.ScalarFunction.function;

import io.gamay.query.function.Parameter.Presence;
import io.gamay.query.vector.Vector;
import io.gamay.segment.schema.DataType;
import java.util.ArrayList;
import java.util.List;

/** Functions of text that work on its UTF-8 bytes. Positions and lengths count code points. */
final class TextFunctions {

  private static final Parameter TEXT = of("text", ParameterType.TEXT);

  private TextFunctions() {}

  static List<ScalarFunction> all() {
    List<ScalarFunction> all = new ArrayList<>();
    all.add(
        function("UPPER", FunctionGroup.TEXT)
            .alias("UCASE")
            .doc("The text in upper case, by Unicode's rules without regard to a language.")
            .example("UPPER('straße')", "STRASSE")
            .signature(DataType.STRING, _ -> new LetterCase(true), TEXT)
            .build());
    all.add(
        function("LOWER", FunctionGroup.TEXT)
            .alias("LCASE")
            .doc("The text in lower case, by Unicode's rules without regard to a language.")
            .example("LOWER('ÄB')", "äb")
            .signature(DataType.STRING, _ -> new LetterCase(false), TEXT)
            .build());
    all.add(
        function("LENGTH", FunctionGroup.TEXT)
            .alias("CHAR_LENGTH", "CHARACTER_LENGTH")
            .doc("How many characters (code points) the text has.")
            .example("LENGTH('Zürich')", "6")
            .signature(
                DataType.INT,
                _ ->
                    RowBodies.ints(
                        (a, r) ->
                            Utf8.length(
                                a[0].bytes().bytes(), a[0].bytes().start(r), a[0].bytes().end(r))),
                TEXT)
            .build());
    all.add(
        function("CONCAT", FunctionGroup.TEXT)
            .doc(
                "Two texts one behind the other, a separator between them if there is a third"
                    + " argument, as in Pinot. For more texts, || and CONCAT_WS.")
            .example("CONCAT('a', 'b')", "ab")
            .example("CONCAT('a', 'b', '-')", "a-b")
            .signature(
                DataType.STRING, _ -> TextFunctions::concat, TEXT, of("other", ParameterType.TEXT))
            .signature(
                DataType.STRING,
                _ -> TextFunctions::concatAround,
                TEXT,
                of("other", ParameterType.TEXT),
                of("separator", ParameterType.TEXT))
            .build());
    all.add(
        function("CONCAT_WS", FunctionGroup.TEXT)
            .doc("The texts one behind the other, with the separator between them.")
            .example("CONCAT_WS('-', 'a', 'b', 'c')", "a-b-c")
            .signature(
                DataType.STRING,
                _ -> TextFunctions::concatWithSeparator,
                of("separator", ParameterType.TEXT),
                new Parameter("text", ParameterType.TEXT, false, Presence.REPEATED))
            .build());
    addParts(all);
    addTests(all);
    return all;
  }

  private static void addParts(List<ScalarFunction> all) {
    all.add(
        function("SUBSTR", FunctionGroup.TEXT)
            .doc(
                "The characters from begin (the first is 0) up to but without end, or to the end of"
                    + " the text if there is none or it is -1. Pinot's function; SQL's is"
                    + " SUBSTRING.")
            .example("SUBSTR('abcdef', 2)", "cdef")
            .example("SUBSTR('abcdef', 1, 3)", "bc")
            .signature(
                DataType.STRING,
                _ -> slices((a, r) -> a[1].ints()[r], (_, _) -> Integer.MAX_VALUE),
                TEXT,
                of("begin", ParameterType.INT))
            .signature(
                DataType.STRING,
                _ ->
                    slices(
                        (a, r) -> a[1].ints()[r],
                        (a, r) -> a[2].ints()[r] == -1 ? Integer.MAX_VALUE : a[2].ints()[r]),
                TEXT,
                of("begin", ParameterType.INT),
                of("end", ParameterType.INT))
            .build());
    all.add(
        function("SUBSTRING", FunctionGroup.TEXT)
            .doc("So many characters from a position (the first is 1), or all from there.")
            .example("SUBSTRING('abcdef', 2, 3)", "bcd")
            .example("SUBSTRING('abcdef', 3)", "cdef")
            .mayFail()
            .signature(
                DataType.STRING,
                _ ->
                    slices((a, r) -> Math.max(0, a[1].ints()[r] - 1L), (_, _) -> Integer.MAX_VALUE),
                TEXT,
                of("position", ParameterType.INT))
            .signature(
                DataType.STRING,
                _ ->
                    slices(
                        (a, r) -> Math.max(0, a[1].ints()[r] - 1L),
                        (a, r) -> a[1].ints()[r] - 1L + count(a[2].ints()[r])),
                TEXT,
                of("position", ParameterType.INT),
                of("count", ParameterType.INT))
            .build());
    all.add(
        function("LEFT", FunctionGroup.TEXT)
            .alias("LEFT_SUB_STR")
            .doc("The first so many characters.")
            .example("LEFT('abcdef', 2)", "ab")
            .signature(
                DataType.STRING,
                _ -> slices((_, _) -> 0, (a, r) -> Math.max(0, a[1].ints()[r])),
                TEXT,
                of("count", ParameterType.INT))
            .build());
    all.add(
        function("RIGHT", FunctionGroup.TEXT)
            .alias("RIGHT_SUB_STR")
            .doc("The last so many characters.")
            .example("RIGHT('abcdef', 2)", "ef")
            .signature(
                DataType.STRING,
                _ ->
                    slices(
                        (a, r) -> {
                          int length =
                              Utf8.length(
                                  a[0].bytes().bytes(), a[0].bytes().start(r), a[0].bytes().end(r));
                          return Math.max(0, (long) length - Math.max(0, a[1].ints()[r]));
                        },
                        (_, _) -> Integer.MAX_VALUE),
                TEXT,
                of("count", ParameterType.INT))
            .build());
    all.add(
        trim("TRIM", "Without blanks at both ends.", true, true)
            .example("TRIM('  a b ')", "a b")
            .signature(
                DataType.STRING,
                TextFunctions::trimCharacters,
                constant("end", ParameterType.TEXT),
                constant("characters", ParameterType.TEXT),
                TEXT)
            .example("TRIM('LEADING', 'x', 'xxaxx')", "axx")
            .build());
    all.add(
        trim("LTRIM", "Without blanks at the beginning.", true, false)
            .example("LTRIM('  a ')", "a ")
            .build());
    all.add(
        trim("RTRIM", "Without blanks at the end.", false, true)
            .example("RTRIM(' a  ')", " a")
            .build());
    all.add(
        function("REVERSE", FunctionGroup.TEXT)
            .doc("The characters (code points) in opposite order.")
            .example("REVERSE('aäb')", "bäa")
            .signature(DataType.STRING, _ -> TextFunctions::reverse, TEXT)
            .build());
  }

  private static void addTests(List<ScalarFunction> all) {
    all.add(
        test("STARTS_WITH", "Whether the text begins with the other.", Utf8::startsWith)
            .example("STARTS_WITH('abc', 'ab')", "true")
            .build());
    all.add(
        test("ENDS_WITH", "Whether the text ends with the other.", Utf8::endsWith)
            .example("ENDS_WITH('abc', 'bc')", "true")
            .build());
    all.add(
        test(
                "CONTAINS",
                "Whether the other text stands anywhere in the text.",
                (a, from, end, b, otherFrom, otherEnd) ->
                    Utf8.indexOf(a, from, end, b, otherFrom, otherEnd) >= 0)
            .example("CONTAINS('abc', 'b')", "true")
            .build());
    all.add(position());
    all.add(
        function("STRPOS", FunctionGroup.TEXT)
            .doc(
                "Where the other text stands in the text, for the first or for the n-th time; the"
                    + " first place is 0; -1 if it does not.")
            .example("STRPOS('abcabc', 'b')", "1")
            .example("STRPOS('abcabc', 'b', 2)", "4")
            .signature(
                DataType.INT,
                _ -> RowBodies.ints((a, r) -> position(a, r, 1)),
                TEXT,
                of("find", ParameterType.TEXT))
            .signature(
                DataType.INT,
                _ -> RowBodies.ints((a, r) -> position(a, r, a[2].ints()[r])),
                TEXT,
                of("find", ParameterType.TEXT),
                of("n", ParameterType.INT))
            .build());
  }

  private static ScalarFunction position() {
    return function("POSITION", FunctionGroup.TEXT)
        .written("POSITION(find IN text)", "POSITION(find, text)")
        .doc(
            "Where a text stands in another for the first time; the first place is 1; 0 if nowhere.")
        .example("POSITION('b' IN 'abc')", "2")
        .example("POSITION('x', 'abc')", "0")
        .signature(
            DataType.INT,
            _ -> {
              ScalarBody body = RowBodies.ints((a, r) -> position(a, r, 1) + 1);
              return (a, rows, out) -> body.apply(new Vector[] {a[1], a[0]}, rows, out);
            },
            of("find", ParameterType.TEXT),
            TEXT)
        .build();
  }

  /** A test of one text's bytes by another's. */
  private interface BytesTest {
    boolean test(byte[] text, int from, int end, byte[] other, int otherFrom, int otherEnd);
  }

  private static ScalarFunction.Builder test(String name, String doc, BytesTest test) {
    return function(name, FunctionGroup.TEXT)
        .doc(doc)
        .signature(
            DataType.BOOLEAN,
            _ ->
                RowBodies.flags(
                    (a, r) ->
                        test.test(
                            a[0].bytes().bytes(),
                            a[0].bytes().start(r),
                            a[0].bytes().end(r),
                            a[1].bytes().bytes(),
                            a[1].bytes().start(r),
                            a[1].bytes().end(r))),
            TEXT,
            of("other", ParameterType.TEXT));
  }

  private static int position(Vector[] a, int row, int nth) {
    byte[] text = a[0].bytes().bytes();
    int start = a[0].bytes().start(row);
    int end = a[0].bytes().end(row);
    int from = start;
    for (int found = 1; ; found++) {
      int at =
          from > end
              ? -1
              : Utf8.indexOf(
                  text,
                  from,
                  end,
                  a[1].bytes().bytes(),
                  a[1].bytes().start(row),
                  a[1].bytes().end(row));
      if (at < 0 || nth < 1) {
        return -1;
      }
      if (found == nth) {
        return Utf8.length(text, start, at);
      }
      from = at + 1;
    }
  }

  private static int count(int count) {
    if (count < 0) {
      throw Failures.ofValue("SUBSTRING", "count of characters is negative", count);
    }
    return count;
  }

  private static void concat(Vector[] arguments, int rows, Vector out) {
    for (int row = 0; row < rows; row++) {
      int length = 0;
      if (!out.isNull(row)) {
        for (Vector argument : arguments) {
          length += argument.bytes().end(row) - argument.bytes().start(row);
        }
      }
      int at = out.bytes().append(length);
      for (int index = 0; index < arguments.length && length > 0; index++) {
        at = copy(arguments[index], row, out, at);
      }
    }
  }

  /** The third argument stands between the others. */
  private static void concatAround(Vector[] arguments, int rows, Vector out) {
    concat(new Vector[] {arguments[0], arguments[2], arguments[1]}, rows, out);
  }

  private static void concatWithSeparator(Vector[] arguments, int rows, Vector out) {
    for (int row = 0; row < rows; row++) {
      int length = 0;
      if (!out.isNull(row)) {
        int separator = arguments[0].bytes().end(row) - arguments[0].bytes().start(row);
        length = separator * Math.max(0, arguments.length - 2);
        for (int index = 1; index < arguments.length; index++) {
          length += arguments[index].bytes().end(row) - arguments[index].bytes().start(row);
        }
      }
      int at = out.bytes().append(length);
      for (int index = 1; index < arguments.length && length > 0; index++) {
        at = copy(arguments[index], row, out, at);
        if (index + 1 < arguments.length) {
          at = copy(arguments[0], row, out, at);
        }
      }
    }
  }

  /** Returns where the next part goes. */
  private static int copy(Vector source, int row, Vector out, int at) {
    int start = source.bytes().start(row);
    int length = source.bytes().end(row) - start;
    System.arraycopy(source.bytes().bytes(), start, out.bytes().bytes(), at, length);
    return at + length;
  }

  /** A position in code points. */
  private interface Position {
    long at(Vector[] arguments, int row);
  }

  /** The code points in [from, to) of the first argument. */
  private static ScalarBody slices(Position from, Position to) {
    return (arguments, rows, out) -> {
      Vector text = arguments[0];
      for (int row = 0; row < rows; row++) {
        if (out.isNull(row)) {
          out.bytes().append(0);
          continue;
        }
        byte[] bytes = text.bytes().bytes();
        int start = text.bytes().start(row);
        int end = text.bytes().end(row);
        long first = from.at(arguments, row);
        long last = to.at(arguments, row);
        if (first < 0 || last < 0) {
          int length = Utf8.length(bytes, start, end);
          first = first < 0 ? Math.max(0, first + length) : first;
          last = last < 0 ? last + length : last;
        }
        int sliceStart = Utf8.skip(bytes, start, end, first);
        int sliceEnd = last <= first ? sliceStart : Utf8.skip(bytes, sliceStart, end, last - first);
        append(out, bytes, sliceStart, sliceEnd);
      }
    };
  }

  private static void append(Vector out, byte[] bytes, int from, int end) {
    int at = out.bytes().append(end - from);
    System.arraycopy(bytes, from, out.bytes().bytes(), at, end - from);
  }

  private static ScalarFunction.Builder trim(
      String name, String doc, boolean atStart, boolean atEnd) {
    return function(name, FunctionGroup.TEXT)
        .doc(doc + " Blanks are the characters up to U+0020.")
        .signature(DataType.STRING, _ -> trimmed(atStart, atEnd), TEXT);
  }

  private static ScalarBody trimmed(boolean atStart, boolean atEnd) {
    return (arguments, rows, out) -> {
      for (int row = 0; row < rows; row++) {
        byte[] bytes = arguments[0].bytes().bytes();
        int start = arguments[0].bytes().start(row);
        int end = arguments[0].bytes().end(row);
        while (atStart && start < end && bytes[start] >= 0 && bytes[start] <= ' ') {
          start++;
        }
        while (atEnd && end > start && bytes[end - 1] >= 0 && bytes[end - 1] <= ' ') {
          end--;
        }
        append(out, bytes, start, out.isNull(row) ? start : end);
      }
    };
  }

  private static ScalarBody trimCharacters(List<Argument> arguments) {
    String end = Constants.text(arguments.get(0)).toUpperCase(java.util.Locale.ROOT);
    String characters = Constants.text(arguments.get(1));
    boolean atStart = end.equals("BOTH") || end.equals("LEADING");
    boolean atEnd = end.equals("BOTH") || end.equals("TRAILING");
    if (!atStart && !atEnd) {
      throw Failures.ofConstant("TRIM", "expected BOTH, LEADING or TRAILING", end);
    }
    return RowBodies.texts(
        (a, r) -> {
          String text = a[2].stringAt(r);
          int from = 0;
          int to = text.length();
          while (atStart && from < to && characters.indexOf(text.codePointAt(from)) >= 0) {
            from += Character.charCount(text.codePointAt(from));
          }
          while (atEnd && to > from && characters.indexOf(text.codePointBefore(to)) >= 0) {
            to -= Character.charCount(text.codePointBefore(to));
          }
          return text.substring(from, to);
        });
  }

  private static void reverse(Vector[] arguments, int rows, Vector out) {
    Vector text = arguments[0];
    for (int row = 0; row < rows; row++) {
      byte[] bytes = text.bytes().bytes();
      int start = text.bytes().start(row);
      int end = out.isNull(row) ? start : text.bytes().end(row);
      int at = out.bytes().append(end - start) + end - start;
      byte[] target = out.bytes().bytes();
      int from = start;
      while (from < end) {
        int next = Utf8.skip(bytes, from, end, 1);
        at -= next - from;
        System.arraycopy(bytes, from, target, at, next - from);
        from = next;
      }
    }
  }
}
