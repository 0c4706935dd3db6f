package io.gamay.cluster.table;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * The functions that an ingestion transform may call, the one list of them, and the syntax of their
 * calls. Names are matched without regard to case and underscores.
 */
public final class TransformFunctions {

  private record Arity(int least, int most) {}

  private static final Map<String, Arity> FUNCTIONS =
      Map.ofEntries(
          Map.entry("fromepochdays", new Arity(1, 1)),
          Map.entry("fromepochhours", new Arity(1, 1)),
          Map.entry("fromepochminutes", new Arity(1, 1)),
          Map.entry("fromepochseconds", new Arity(1, 1)),
          Map.entry("toepochdays", new Arity(1, 1)),
          Map.entry("toepochhours", new Arity(1, 1)),
          Map.entry("toepochminutes", new Arity(1, 1)),
          Map.entry("toepochseconds", new Arity(1, 1)),
          Map.entry("fromdatetime", new Arity(2, 4)),
          Map.entry("todatetime", new Arity(2, 3)),
          Map.entry("jsonformat", new Arity(1, 1)));

  /** In lower case without underscores. */
  public static final Set<String> NAMES = FUNCTIONS.keySet();

  private TransformFunctions() {}

  /**
   * Reads a literal, a field, or a call of a known function with a fitting number of arguments.
   * Text is in single quotes, names may be in double quotes; a quote inside is written twice.
   *
   * @throws IllegalArgumentException saying what is wrong, and where
   */
  public static TransformExpression parse(String text) {
    return new TransformParser(text).parse();
  }

  /**
   * @param name as written
   * @throws IllegalArgumentException if there is no such function, or not with so many arguments
   */
  static TransformExpression call(String name, List<TransformExpression> arguments) {
    String canonical = name.toLowerCase(Locale.ROOT).replace("_", "");
    Arity arity = FUNCTIONS.get(canonical);
    if (arity == null) {
      throw new IllegalArgumentException(
          "function %s is not supported yet%s"
              .formatted(
                  name,
                  NearestName.of(canonical, NAMES)
                      .map(near -> ", did you mean " + near + "?")
                      .orElse("")));
    }
    if (arguments.size() < arity.least() || arguments.size() > arity.most()) {
      throw new IllegalArgumentException(
          "function %s takes %s, found %d".formatted(name, describe(arity), arguments.size()));
    }
    boolean takesPattern = canonical.equals("fromdatetime") || canonical.equals("todatetime");
    if (takesPattern && arguments.get(1) instanceof TransformExpression.TextLiteral(String text)) {
      DateTimeFormat.checkPattern(text);
    }
    return new TransformExpression.Call(canonical, arguments);
  }

  private static String describe(Arity arity) {
    return arity.least() == arity.most()
        ? arity.least() + (arity.least() == 1 ? " argument" : " arguments")
        : arity.least() + " to " + arity.most() + " arguments";
  }
}
