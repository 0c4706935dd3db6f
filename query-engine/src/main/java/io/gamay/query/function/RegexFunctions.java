package io.gamay.query.function;

import static io.gamay.query.function.Parameter.constant;
import static io.gamay.query.function.Parameter.of;
import static io.gamay.query.function.ScalarFunction.function;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import io.gamay.query.vector.Vector;
import io.gamay.segment.schema.DataType;
import java.util.List;
import java.util.Locale;

/** Regular expressions, in RE2's syntax. */
final class RegexFunctions {

  private static final Parameter TEXT = of("text", ParameterType.TEXT);
  private static final Parameter PATTERN = constant("pattern", ParameterType.TEXT);

  private RegexFunctions() {}

  static List<ScalarFunction> all() {
    return List.of(
        function("REGEXP_LIKE", FunctionGroup.REGEX)
            .doc(
                "Whether a part of the text matches the pattern: write ^ and $ for the whole."
                    + " Letters must match in case unless the third argument is 'i' ('c': they"
                    + " must). Of a multi-value column: whether any value matches.")
            .example("REGEXP_LIKE('/search/17/', '^/search/[0-9]+/')", "true")
            .example("REGEXP_LIKE('ABC', 'b', 'i')", "true")
            .anyElement()
            .signature(
                DataType.BOOLEAN,
                RegexFunctions::like,
                TEXT,
                PATTERN,
                constant("flags", ParameterType.TEXT).optional())
            .signature(
                DataType.BOOLEAN,
                RegexFunctions::like,
                of("texts", ParameterType.TEXT_LIST),
                PATTERN,
                constant("flags", ParameterType.TEXT).optional())
            .build(),
        function("REGEXP_EXTRACT", FunctionGroup.REGEX)
            .doc(
                "The first part of the text that matches the pattern, or what a group of it matched"
                    + " (0: the whole); where nothing matches the default, or an empty text.")
            .example("REGEXP_EXTRACT('order 17 of 20', '[0-9]+')", "17")
            .example("REGEXP_EXTRACT('a=1;b=2', 'b=([0-9])', 1)", "2")
            .example("REGEXP_EXTRACT('abc', '[0-9]+', 0, 'none')", "none")
            .signature(
                DataType.STRING,
                RegexFunctions::extract,
                TEXT,
                PATTERN,
                constant("group", ParameterType.INT).optional(),
                constant("default", ParameterType.TEXT).optional())
            .build(),
        function("REGEXP_REPLACE", FunctionGroup.REGEX)
            .doc(
                "The text with matches of the pattern replaced; $1 in the replacement stands for a"
                    + " group. All matches, or from a start position (0 is the first) only the"
                    + " n-th (-1: all); flags 'i' or 'c' as for REGEXP_LIKE.")
            .example("REGEXP_REPLACE('a1b22', '[0-9]+', '#')", "a#b#")
            .example("REGEXP_REPLACE('john smith', '(.*) (.*)', '$2 $1')", "smith john")
            .example("REGEXP_REPLACE('aaa', 'a', 'b', 1, 0)", "aba")
            .mayFail()
            .signature(
                DataType.STRING,
                RegexReplacement::of,
                TEXT,
                PATTERN,
                constant("replacement", ParameterType.TEXT),
                constant("start", ParameterType.INT).optional(),
                constant("occurrence", ParameterType.INT).optional(),
                constant("flags", ParameterType.TEXT).optional())
            .build());
  }

  private static ScalarBody extract(List<Argument> arguments) {
    Pattern pattern = Regex.pattern("REGEXP_EXTRACT", Constants.text(arguments.get(1)), false);
    int group = arguments.size() > 2 ? Constants.integer(arguments.get(2)) : 0;
    String fallback = Constants.text(arguments, 3).orElse("");
    if (group < 0) {
      throw Failures.ofConstant("REGEXP_EXTRACT", "no such group", group);
    }
    return RowBodies.texts(
        (a, r) -> {
          Matcher matcher = pattern.matcher(a[0].stringAt(r));
          boolean isFound = matcher.find() && group <= matcher.groupCount();
          String found = isFound ? matcher.group(group) : fallback;
          return found == null ? "" : found;
        });
  }

  private static ScalarBody like(List<Argument> arguments) {
    boolean caseInsensitive =
        Constants.text(arguments, 2)
            .map(flags -> isCaseInsensitive("REGEXP_LIKE", flags))
            .orElse(false);
    Regex regex = Regex.of("REGEXP_LIKE", Constants.text(arguments.get(1)), caseInsensitive);
    return RowBodies.flags((a, r) -> isInAny(regex, a[0], r));
  }

  private static boolean isInAny(Regex regex, Vector texts, int row) {
    if (!texts.isList()) {
      return regex.isIn(texts, row);
    }
    for (int value = texts.listStart(row); value < texts.listEnds()[row]; value++) {
      if (regex.isIn(texts, value)) {
        return true;
      }
    }
    return false;
  }

  static boolean isCaseInsensitive(String function, String flags) {
    return switch (flags.toLowerCase(Locale.ROOT)) {
      case "i" -> true;
      case "c", "" -> false;
      default -> throw Failures.ofConstant(function, "flags must be 'i' or 'c'", flags);
    };
  }
}
