package io.gamay.query.function;

import static io.gamay.query.function.Parameter.constant;
import static io.gamay.query.function.Parameter.of;
import static io.gamay.query.function.ScalarFunction.function;

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
            .build());
  }

  private static ScalarBody like(List<Argument> arguments) {
    boolean caseInsensitive =
        Constants.text(arguments, 2).map(RegexFunctions::isCaseInsensitive).orElse(false);
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

  private static boolean isCaseInsensitive(String flags) {
    return switch (flags.toLowerCase(Locale.ROOT)) {
      case "i" -> true;
      case "c", "" -> false;
      default -> throw Failures.ofConstant("REGEXP_LIKE", "flags must be 'i' or 'c'", flags);
    };
  }
}
