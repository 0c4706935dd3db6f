package io.gamay.query.function;

import static org.assertj.core.api.Assertions.assertThat;

import io.gamay.query.function.ScalarFunction.Resolution;
import io.gamay.query.vector.Vector;
import io.gamay.segment.schema.DataType;
import io.gamay.segment.schema.Value;
import io.gamay.testkit.random.SeededRandom;
import io.gamay.testkit.random.Seeds;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Functions on UTF-8 bytes give what Java's strings give, row by row and in blocks. */
class TextFunctionsPropertyTest {

  private static final List<String> LETTERS =
      List.of("a", "b", "A", "Z", " ", "\t", "ä", "ß", "Ω", "İ", "日", "😀", "-", "1");

  @Test
  void textsOfOneArgumentAreAsJavaSays() {
    Seeds.forEach(
        200,
        random -> {
          List<String> texts = texts(random);
          compare("upper", texts, text -> text.toUpperCase(Locale.ROOT));
          compare("lower", texts, text -> text.toLowerCase(Locale.ROOT));
          compare("trim", texts, String::trim);
          compare("ltrim", texts, text -> text.replaceFirst("^[\\x00-\\x20]+", ""));
          compare("rtrim", texts, text -> text.replaceFirst("[\\x00-\\x20]+$", ""));
          compare("reverse", texts, text -> new StringBuilder(text).reverse().toString());
          compare("length", texts, text -> Long.toString(text.codePoints().count()));
        });
  }

  @Test
  void partsAreThoseOfTheCodePoints() {
    Seeds.forEach(
        200,
        random -> {
          List<String> texts = texts(random);
          int begin = random.between(0, 6);
          int end = random.between(begin, 8);
          compare("substr", texts, text -> slice(text, begin, end), begin, end);
          compare("substring", texts, text -> slice(text, begin, end), begin + 1, end - begin);
          compare("left", texts, text -> slice(text, 0, end), end);
          compare("right", texts, text -> slice(text, length(text) - end, length(text)), end);
        });
  }

  @Test
  void testsOfTwoTextsAreAsJavaSays() {
    Seeds.forEach(
        200,
        random -> {
          List<String> texts = texts(random);
          String other = random.oneOf(LETTERS) + (random.chance(0.3) ? random.oneOf(LETTERS) : "");
          compare("startswith", texts, text -> flag(text.startsWith(other)), other);
          compare("endswith", texts, text -> flag(text.endsWith(other)), other);
          compare("contains", texts, text -> flag(text.contains(other)), other);
          compare("strpos", texts, text -> position(text, text.indexOf(other)), other);
          compare("strrpos", texts, text -> position(text, text.lastIndexOf(other)), other);
          compare("replace", texts, text -> text.replace(other, "xy"), other, "xy");
        });
  }

  @Test
  void regularExpressionsMatchAsThoseOfJava() {
    List<String> patterns =
        List.of("^a", "b+", "[ab]{2}", "(a|b)*Z", "^.ß", "\\d", "^a?b", "^ab*", "Ω$", "^$", "ä|Z");
    Seeds.forEach(
        200,
        random -> {
          List<String> texts = texts(random);
          String pattern = random.oneOf(patterns);
          Pattern java = Pattern.compile(pattern);
          compare("regexplike", texts, text -> flag(java.matcher(text).find()), pattern);
          String prefix = RegexPrefix.of(pattern);
          assertThat(texts.stream().filter(text -> java.matcher(text).find()))
              .as(pattern)
              .allMatch(text -> text.startsWith(prefix));
        });
  }

  private interface Twin {
    String of(String text);
  }

  private static void compare(String name, List<String> texts, Twin twin, Object... others) {
    List<Argument> arguments = new ArrayList<>();
    arguments.add(Argument.ofRows(ArgumentType.of(DataType.STRING)));
    Vector[] vectors = new Vector[others.length + 1];
    vectors[0] = Vector.of(DataType.STRING.storedType());
    for (String text : texts) {
      vectors[0].append(new Value.StringValue(text));
    }
    for (int index = 0; index < others.length; index++) {
      Value value =
          others[index] instanceof Integer number
              ? new Value.IntValue(number)
              : new Value.StringValue(others[index].toString());
      DataType type = others[index] instanceof Integer ? DataType.INT : DataType.STRING;
      arguments.add(new Argument(ArgumentType.of(type), true, Optional.of(value)));
      vectors[index + 1] = Vector.of(type.storedType());
      for (int row = 0; row < texts.size(); row++) {
        vectors[index + 1].append(value);
      }
    }
    Resolution resolution =
        ScalarFunctions.find(name).orElseThrow().resolve(arguments).orElseThrow();
    Vector out = Vector.of(resolution.result(arguments).element().storedType());
    out.resize(texts.size());
    resolution.bind(arguments).apply(vectors, texts.size(), out);
    for (int row = 0; row < texts.size(); row++) {
      assertThat(shown(out.valueAt(row)))
          .as("%s('%s', %s)", name, texts.get(row), List.of(others))
          .isEqualTo(twin.of(texts.get(row)));
    }
  }

  private static String shown(Value value) {
    return switch (value) {
      case Value.IntValue(int number) -> Integer.toString(number);
      case Value.StringValue(String text) -> text;
      case Value other -> throw new IllegalArgumentException(other.toString());
    };
  }

  private static String flag(boolean flag) {
    return flag ? "1" : "0";
  }

  private static String position(String text, int at) {
    return Integer.toString(at < 0 ? -1 : text.codePointCount(0, at));
  }

  private static int length(String text) {
    return text.codePointCount(0, text.length());
  }

  private static String slice(String text, int from, int end) {
    int[] points = text.codePoints().toArray();
    int first = Math.clamp(from, 0, points.length);
    int last = Math.clamp(end, first, points.length);
    return new String(points, first, last - first);
  }

  private static List<String> texts(SeededRandom random) {
    List<String> texts = new ArrayList<>();
    for (int number = 0; number < 30; number++) {
      var text = new StringBuilder();
      while (random.chance(0.8)) {
        text.append(random.oneOf(LETTERS));
      }
      texts.add(text.toString());
    }
    return texts;
  }
}
