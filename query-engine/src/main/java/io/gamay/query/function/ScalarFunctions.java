package io.gamay.query.function;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** The registry: every scalar function by every name of it. */
public final class ScalarFunctions {

  private static final List<ScalarFunction> ALL =
      Stream.of(
              NumberFunctions.all(),
              TrigonometricFunctions.all(),
              BitFunctions.all(),
              TextFunctions.all(),
              MoreTextFunctions.all(),
              RegexFunctions.all(),
              ListTwins.added(DateFunctions.all()),
              ListTwins.added(EpochFunctions.all()),
              ListTwins.added(DateTextFunctions.all()),
              ListTwins.added(DateArithmeticFunctions.all()),
              JsonFunctions.all(),
              ArrayFunctions.all(),
              LogicFunctions.all(),
              EncodingFunctions.all(),
              HashFunctions.all(),
              NetworkFunctions.all(),
              VectorFunctions.all(),
              ListFilterFunctions.all(),
              GeoFunctions.all(),
              GeoMeasureFunctions.all(),
              GridFunctions.all(),
              SketchFunctions.all())
          .flatMap(List::stream)
          .toList();

  private static final Map<String, ScalarFunction> BY_NAME = byName();

  private ScalarFunctions() {}

  /** By name or alias, without case and underscores. */
  public static Optional<ScalarFunction> find(String name) {
    return Optional.ofNullable(BY_NAME.get(ScalarFunction.canonical(name)));
  }

  /** In the order of the documentation. */
  public static List<ScalarFunction> all() {
    return ALL;
  }

  /** All names and aliases, lower case, no underscores. */
  public static Collection<String> names() {
    return BY_NAME.keySet();
  }

  private static Map<String, ScalarFunction> byName() {
    Map<String, ScalarFunction> names = new LinkedHashMap<>();
    for (ScalarFunction function : ALL) {
      add(names, function.name(), function);
      function.aliases().forEach(alias -> add(names, ScalarFunction.canonical(alias), function));
    }
    return names;
  }

  private static void add(Map<String, ScalarFunction> names, String name, ScalarFunction function) {
    if (names.put(name, function) != null) {
      throw new IllegalStateException("two functions named " + name);
    }
  }
}
