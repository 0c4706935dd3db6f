package io.gamay.cluster.table;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import tools.jackson.databind.JsonNode;

/** What is found while a text is read. Not thread-safe. */
final class Findings {

  private final List<Problem> problems = new ArrayList<>();
  private final List<Problem> warnings = new ArrayList<>();
  private final Map<String, JsonNode> unrecognized = new LinkedHashMap<>();

  void problem(String path, String message, String fix) {
    problems.add(new Problem(path, message, fix));
  }

  void warning(String path, String message, String fix) {
    warnings.add(new Problem(path, message, fix));
  }

  void unrecognized(String path, String pointer, JsonNode value, Optional<String> nearest) {
    unrecognized.put(pointer, value);
    warning(
        path,
        "unknown key, it has no effect",
        nearest.map(name -> "did you mean '" + name + "'?").orElse(""));
  }

  boolean hasProblems() {
    return !problems.isEmpty();
  }

  /**
   * @param value asked for only if there are no problems
   */
  <T> Parsed<T> toParsed(Supplier<T> value) {
    return new Parsed<>(
        problems.isEmpty() ? Optional.of(value.get()) : Optional.empty(),
        problems,
        warnings,
        unrecognized);
  }
}
