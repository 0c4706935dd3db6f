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
  private boolean isReadingDecisive;
  private boolean hasDecisive;

  /** A default may stand for the setting, once a text with it has been taken. */
  void problem(String path, String message, String fix) {
    problems.add(new Problem(path, message, fix));
    hasDecisive |= isReadingDecisive;
  }

  /** Rows or answers depend on the setting: no default may ever stand for it. */
  void decisive(String path, String message, String fix) {
    problem(path, message, fix);
    hasDecisive = true;
  }

  /** Every problem that is met meanwhile is decisive. */
  <T> T decisively(Supplier<T> reading) {
    return with(true, reading);
  }

  /** A default may stand for what is read, though it is a part of something decisive. */
  <T> T indecisively(Supplier<T> reading) {
    return with(false, reading);
  }

  private <T> T with(boolean isDecisive, Supplier<T> reading) {
    boolean before = isReadingDecisive;
    isReadingDecisive = isDecisive;
    try {
      return reading.get();
    } finally {
      isReadingDecisive = before;
    }
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

  void decisively(Runnable reading) {
    Boolean _ =
        decisively(
            () -> {
              reading.run();
              return true;
            });
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

  /**
   * What a text that was taken once means now: problems that are not decisive become the warnings,
   * instead of those that were told when it was taken.
   *
   * @param value with defaults where there were problems
   */
  <T> Parsed<T> toStored(Supplier<T> value) {
    if (hasDecisive) {
      return toParsed(value);
    }
    List<Problem> notWritten =
        problems.stream()
            .map(p -> new Problem(p.path(), p.message() + "; counts as not written", p.fix()))
            .toList();
    return new Parsed<>(Optional.of(value.get()), List.of(), notWritten, Map.of());
  }
}
