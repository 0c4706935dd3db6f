package io.gamay.query.function;

import static io.gamay.query.function.Parameter.constant;
import static io.gamay.query.function.Parameter.of;
import static io.gamay.query.function.ScalarFunction.function;

import io.gamay.query.vector.Vector;
import io.gamay.segment.schema.DataType;
import io.gamay.segment.schema.Value;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Functions of text that are computed by way of strings. */
final class MoreTextFunctions {

  /** No function makes a longer text. */
  static final int MAX_RESULT = 1 << 20;

  private static final Parameter TEXT = of("text", ParameterType.TEXT);

  private MoreTextFunctions() {}

  static List<ScalarFunction> all() {
    List<ScalarFunction> all = new ArrayList<>();
    addReplacing(all);
    addSplitting(all);
    addCharacters(all);
    addComparing(all);
    return all;
  }

  private static void addReplacing(List<ScalarFunction> all) {
    all.add(
        function("REPLACE", FunctionGroup.TEXT)
            .doc("Every occurrence of one text replaced by another.")
            .example("REPLACE('a-b-c', '-', '+')", "a+b+c")
            .mayFail()
            .signature(
                DataType.STRING,
                _ ->
                    RowBodies.texts(
                        (a, r) ->
                            replaced(
                                "REPLACE", a[0].stringAt(r), a[1].stringAt(r), a[2].stringAt(r))),
                TEXT,
                of("find", ParameterType.TEXT),
                of("replacement", ParameterType.TEXT))
            .build());
    all.add(
        function("REMOVE", FunctionGroup.TEXT)
            .doc("Without any occurrence of another text.")
            .example("REMOVE('a-b-c', '-')", "abc")
            .signature(
                DataType.STRING,
                _ ->
                    RowBodies.texts(
                        (a, r) -> replaced("REMOVE", a[0].stringAt(r), a[1].stringAt(r), "")),
                TEXT,
                of("find", ParameterType.TEXT))
            .build());
    all.add(
        pad("LPAD", "left")
            .example("LPAD('7', 3, '0')", "007")
            .signature(
                DataType.STRING,
                _ -> RowBodies.texts((a, r) -> padding("LPAD", a, r) + a[0].stringAt(r)),
                TEXT,
                of("size", ParameterType.INT),
                of("pad", ParameterType.TEXT))
            .build());
    all.add(
        pad("RPAD", "right")
            .example("RPAD('7', 3, 'ab')", "7ab")
            .signature(
                DataType.STRING,
                _ -> RowBodies.texts((a, r) -> a[0].stringAt(r) + padding("RPAD", a, r)),
                TEXT,
                of("size", ParameterType.INT),
                of("pad", ParameterType.TEXT))
            .build());
    all.add(
        function("REPEAT", FunctionGroup.TEXT)
            .doc("The text so many times, with a separator between if one is given.")
            .example("REPEAT('ab', 3)", "ababab")
            .example("REPEAT('ab', '-', 3)", "ab-ab-ab")
            .mayFail()
            .signature(
                DataType.STRING,
                _ -> RowBodies.texts((a, r) -> repeated(a[0].stringAt(r), "", a[1].ints()[r])),
                TEXT,
                of("times", ParameterType.INT))
            .signature(
                DataType.STRING,
                _ ->
                    RowBodies.texts(
                        (a, r) -> repeated(a[0].stringAt(r), a[1].stringAt(r), a[2].ints()[r])),
                TEXT,
                of("separator", ParameterType.TEXT),
                of("times", ParameterType.INT))
            .build());
    all.add(
        function("TRANSLATE", FunctionGroup.TEXT)
            .doc(
                "Each character of the second text replaced by the one at the same place of the"
                    + " third, or removed if there is none.")
            .example("TRANSLATE('abcd', 'abc', 'xy')", "xyd")
            .signature(
                DataType.STRING,
                _ ->
                    RowBodies.texts(
                        (a, r) -> translated(a[0].stringAt(r), a[1].stringAt(r), a[2].stringAt(r))),
                TEXT,
                of("from", ParameterType.TEXT),
                of("to", ParameterType.TEXT))
            .build());
    all.add(
        function("INITCAP", FunctionGroup.TEXT)
            .doc("Each word begins in upper case and goes on in lower case.")
            .example("INITCAP('hello WORLD')", "Hello World")
            .signature(
                DataType.STRING, _ -> RowBodies.texts((a, r) -> initcap(a[0].stringAt(r))), TEXT)
            .build());
    all.add(
        function("NORMALIZE", FunctionGroup.TEXT)
            .doc("The text in a Unicode normal form: NFC where none is given, NFD, NFKC or NFKD.")
            .example("LENGTH(NORMALIZE('é', 'NFD'))", "2")
            .signature(
                DataType.STRING,
                MoreTextFunctions::normalized,
                TEXT,
                constant("form", ParameterType.TEXT).optional())
            .build());
  }

  private static ScalarFunction.Builder pad(String name, String side) {
    return function(name, FunctionGroup.TEXT)
        .doc("Padded on the %s to a number of characters; longer texts stay.".formatted(side))
        .mayFail();
  }

  private static String replaced(String function, String text, String find, String by) {
    if (find.isEmpty()) {
      return text;
    }
    if (by.length() > find.length()) {
      long most = text.length() + (long) (text.length() / find.length()) * by.length();
      if (most > MAX_RESULT && text.replace(find, by).length() > MAX_RESULT) {
        throw tooLong(function, text);
      }
    }
    return text.replace(find, by);
  }

  private static RuntimeException tooLong(String function, String text) {
    return Failures.ofValue(function, "result longer than " + MAX_RESULT + " characters", text);
  }

  private static String padding(String function, Vector[] a, int row) {
    String text = a[0].stringAt(row);
    int size = a[1].ints()[row];
    String pad = a[2].stringAt(row).isEmpty() ? " " : a[2].stringAt(row);
    if (size > MAX_RESULT) {
      throw tooLong(function, text);
    }
    int length = text.codePointCount(0, text.length());
    if (size <= length) {
      return "";
    }
    int missing = size - length;
    int padLength = pad.codePointCount(0, pad.length());
    String whole = pad.repeat(missing / padLength);
    return whole + pad.substring(0, pad.offsetByCodePoints(0, missing % padLength));
  }

  private static String repeated(String text, String separator, int times) {
    if (times <= 0) {
      return "";
    }
    if ((text.length() + (long) separator.length()) * times > MAX_RESULT) {
      throw tooLong("REPEAT", text);
    }
    return (text + separator).repeat(times - 1) + text;
  }

  private static String translated(String text, String from, String to) {
    int[] find = from.codePoints().toArray();
    int[] replacement = to.codePoints().toArray();
    var result = new StringBuilder(text.length());
    text.codePoints()
        .forEach(
            c -> {
              int index = 0;
              while (index < find.length && find[index] != c) {
                index++;
              }
              if (index == find.length) {
                result.appendCodePoint(c);
              } else if (index < replacement.length) {
                result.appendCodePoint(replacement[index]);
              }
            });
    return result.toString();
  }

  private static String initcap(String text) {
    var result = new StringBuilder(text.length());
    boolean isInWord = false;
    for (int index = 0;
        index < text.length();
        index += Character.charCount(text.codePointAt(index))) {
      int c = text.codePointAt(index);
      result.appendCodePoint(isInWord ? Character.toLowerCase(c) : Character.toTitleCase(c));
      isInWord = Character.isLetterOrDigit(c);
    }
    return result.toString();
  }

  private static ScalarBody normalized(List<Argument> arguments) {
    String written = Constants.text(arguments, 1).orElse("NFC");
    Normalizer.Form form;
    try {
      form = Normalizer.Form.valueOf(written.toUpperCase(Locale.ROOT));
    } catch (IllegalArgumentException _) {
      throw Failures.ofConstant("NORMALIZE", "expected NFC, NFD, NFKC or NFKD", written);
    }
    return RowBodies.texts((a, r) -> Normalizer.normalize(a[0].stringAt(r), form));
  }

  private static void addSplitting(List<ScalarFunction> all) {
    all.add(
        function("SPLIT", FunctionGroup.TEXT)
            .alias("STRING_TO_ARRAY")
            .doc(
                "The parts between separators that are not empty; with a limit, the last of so many"
                    + " parts is the rest of the text.")
            .example("SPLIT('a,b,,c', ',')", "[a, b, c]")
            .example("SPLIT('a,b,c', ',', 2)", "[a, b,c]")
            .listSignature(
                DataType.STRING,
                _ ->
                    RowBodies.lists((a, r) -> values(split(a[0].stringAt(r), a[1].stringAt(r), 0))),
                TEXT,
                of("separator", ParameterType.TEXT))
            .listSignature(
                DataType.STRING,
                _ ->
                    RowBodies.lists(
                        (a, r) ->
                            values(split(a[0].stringAt(r), a[1].stringAt(r), a[2].ints()[r]))),
                TEXT,
                of("separator", ParameterType.TEXT),
                of("limit", ParameterType.INT))
            .build());
    all.add(
        function("SPLIT_PART", FunctionGroup.TEXT)
            .doc(
                "The part at an index (the first is 0, the last is -1) of those that SPLIT gives;"
                    + " NULL if there is none (in the Pinot dialect the text 'null').")
            .example("SPLIT_PART('a,b,c', ',', 1)", "b")
            .example("SPLIT_PART('a,b,c', ',', 7)", "null")
            .maybeNull()
            .signature(
                DataType.STRING,
                _ ->
                    RowBodies.texts(
                        (a, r) ->
                            part(split(a[0].stringAt(r), a[1].stringAt(r), 0), a[2].ints()[r])),
                TEXT,
                of("separator", ParameterType.TEXT),
                of("index", ParameterType.INT))
            .signature(
                DataType.STRING,
                _ ->
                    RowBodies.texts(
                        (a, r) ->
                            part(
                                split(a[0].stringAt(r), a[1].stringAt(r), a[2].ints()[r]),
                                a[3].ints()[r])),
                TEXT,
                of("separator", ParameterType.TEXT),
                of("limit", ParameterType.INT),
                of("index", ParameterType.INT))
            .build());
    all.add(
        pieces("PREFIXES", "The beginnings of up to so many characters.")
            .example("PREFIXES('abc', 2)", "[a, ab]")
            .listSignature(
                DataType.STRING,
                _ ->
                    RowBodies.lists(
                        (a, r) -> {
                          String text = a[0].stringAt(r);
                          List<Value> found = new ArrayList<>();
                          int length = text.codePointCount(0, text.length());
                          for (int size = 1;
                              size <= Math.min(length, limited(a[1].ints()[r]));
                              size++) {
                            found.add(
                                new Value.StringValue(
                                    text.substring(0, text.offsetByCodePoints(0, size))));
                          }
                          return found;
                        }),
                TEXT,
                of("size", ParameterType.INT))
            .build());
    all.add(
        pieces("SUFFIXES", "The endings of up to so many characters.")
            .example("SUFFIXES('abc', 2)", "[c, bc]")
            .listSignature(
                DataType.STRING,
                _ ->
                    RowBodies.lists(
                        (a, r) -> {
                          String text = a[0].stringAt(r);
                          List<Value> found = new ArrayList<>();
                          int length = text.codePointCount(0, text.length());
                          for (int size = 1;
                              size <= Math.min(length, limited(a[1].ints()[r]));
                              size++) {
                            found.add(
                                new Value.StringValue(
                                    text.substring(text.offsetByCodePoints(text.length(), -size))));
                          }
                          return found;
                        }),
                TEXT,
                of("size", ParameterType.INT))
            .build());
    all.add(
        pieces("UNIQUE_NGRAMS", "The different runs of so many characters, in order.")
            .alias("NGRAMS")
            .example("UNIQUE_NGRAMS('ababc', 2)", "[ab, ba, bc]")
            .listSignature(
                DataType.STRING,
                _ -> RowBodies.lists((a, r) -> ngrams(a[0].stringAt(r), a[1].ints()[r])),
                TEXT,
                of("size", ParameterType.INT))
            .build());
  }

  private static ScalarFunction.Builder pieces(String name, String doc) {
    return function(name, FunctionGroup.TEXT).doc(doc);
  }

  /** So that the pieces of a long text stay small together. */
  private static int limited(int size) {
    return Math.min(size, 1000);
  }

  private static List<Value> ngrams(String text, int size) {
    int[] characters = text.codePoints().toArray();
    LinkedHashSet<Value> found = new LinkedHashSet<>();
    int length = limited(size);
    for (int start = 0; length > 0 && start + length <= characters.length; start++) {
      found.add(new Value.StringValue(new String(characters, start, length)));
    }
    return List.copyOf(found);
  }

  private static List<Value> values(List<String> parts) {
    List<Value> values = new ArrayList<>(parts.size());
    for (String part : parts) {
      values.add(new Value.StringValue(part));
    }
    return values;
  }

  private static @Nullable String part(List<String> parts, int index) {
    int position = index < 0 ? parts.size() + index : index;
    return position >= 0 && position < parts.size() ? parts.get(position) : null;
  }

  /** The parts between separators that are not empty. */
  static List<String> parts(String text, String separator) {
    return split(text, separator, 0);
  }

  /**
   * @param limit 0: none
   */
  private static List<String> split(String text, String separator, int limit) {
    List<String> parts = new ArrayList<>();
    String by = separator.isEmpty() ? " " : separator;
    int from = 0;
    while (from < text.length()) {
      if (text.startsWith(by, from)) {
        from += by.length();
        continue;
      }
      int end = text.indexOf(by, from);
      if (end < 0 || parts.size() + 1 == limit) {
        parts.add(text.substring(from));
        return parts;
      }
      parts.add(text.substring(from, end));
      from = end + by.length();
    }
    return parts;
  }

  private static void addCharacters(List<ScalarFunction> all) {
    all.add(
        function("CODEPOINT", FunctionGroup.TEXT)
            .doc("The Unicode number of the first character.")
            .example("CODEPOINT('A')", "65")
            .mayFail()
            .signature(
                DataType.INT,
                _ ->
                    RowBodies.ints(
                        (a, r) -> {
                          String text = a[0].stringAt(r);
                          if (text.isEmpty()) {
                            throw Failures.ofValue("CODEPOINT", "text is empty", text);
                          }
                          return text.codePointAt(0);
                        }),
                TEXT)
            .build());
    all.add(
        function("CHR", FunctionGroup.TEXT)
            .doc("The character with a Unicode number.")
            .example("CHR(65)", "A")
            .mayFail()
            .signature(
                DataType.STRING,
                _ ->
                    RowBodies.texts(
                        (a, r) -> {
                          int c = a[0].ints()[r];
                          boolean isCharacter =
                              Character.isValidCodePoint(c)
                                  && Character.getType(c) != Character.SURROGATE;
                          if (!isCharacter) {
                            throw Failures.ofValue("CHR", "no character has the number", c);
                          }
                          return Character.toString(c);
                        }),
                of("number", ParameterType.INT))
            .build());
    all.add(
        function("SOUNDEX", FunctionGroup.TEXT)
            .doc("The American Soundex code of a word in Latin letters.")
            .example("SOUNDEX('Robert')", "R163")
            .signature(
                DataType.STRING, _ -> RowBodies.texts((a, r) -> Soundex.of(a[0].stringAt(r))), TEXT)
            .build());
  }

  private static void addComparing(List<ScalarFunction> all) {
    all.add(
        function("STRRPOS", FunctionGroup.TEXT)
            .doc(
                "Where the other text stands last in the text; the first place is 0; -1 if"
                    + " nowhere.")
            .example("STRRPOS('abcabc', 'b')", "4")
            .signature(
                DataType.INT,
                _ ->
                    RowBodies.ints(
                        (a, r) -> {
                          String text = a[0].stringAt(r);
                          int at = text.lastIndexOf(a[1].stringAt(r));
                          return at < 0 ? -1 : text.codePointCount(0, at);
                        }),
                TEXT,
                of("find", ParameterType.TEXT))
            .build());
    all.add(
        function("STRCMP", FunctionGroup.TEXT)
            .doc("-1, 0 or 1: how two texts compare by their code points.")
            .example("STRCMP('a', 'b')", "-1")
            .signature(
                DataType.INT,
                _ -> RowBodies.ints((a, r) -> Vector.compare(a[0], r, a[1], r)),
                of("a", ParameterType.TEXT),
                of("b", ParameterType.TEXT))
            .build());
    all.add(
        function("HAMMING_DISTANCE", FunctionGroup.TEXT)
            .doc("In how many places two texts of one length differ; -1 if their lengths do.")
            .example("HAMMING_DISTANCE('abc', 'axc')", "1")
            .signature(
                DataType.INT,
                _ ->
                    RowBodies.ints((a, r) -> Distances.hamming(a[0].stringAt(r), a[1].stringAt(r))),
                of("a", ParameterType.TEXT),
                of("b", ParameterType.TEXT))
            .build());
    all.add(
        function("LEVENSHTEIN_DISTANCE", FunctionGroup.TEXT)
            .alias("LEVENSHTEIN")
            .doc(
                "How many characters must be put in, left out or changed to make one text the"
                    + " other.")
            .example("LEVENSHTEIN_DISTANCE('kitten', 'sitting')", "3")
            .mayFail()
            .signature(
                DataType.INT,
                _ ->
                    RowBodies.ints(
                        (a, r) -> Distances.levenshtein(a[0].stringAt(r), a[1].stringAt(r))),
                of("a", ParameterType.TEXT),
                of("b", ParameterType.TEXT))
            .build());
  }
}
