package io.gamay.cluster.table;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;

/**
 * What came of reading a text: a value, or every problem at once.
 *
 * @param value present if and only if there are no problems
 * @param warnings true but harmless to answers: ignored settings, features that only change cost
 * @param unrecognizedProperties unknown keys: JSON pointer to what was written there
 */
public record Parsed<T>(
    Optional<T> value,
    List<Problem> problems,
    List<Problem> warnings,
    Map<String, JsonNode> unrecognizedProperties) {

  public Parsed {
    if (value.isPresent() != problems.isEmpty()) {
      throw new IllegalArgumentException("a value with problems, or neither: " + problems);
    }
    problems = List.copyOf(problems);
    warnings = List.copyOf(warnings);
    unrecognizedProperties =
        Collections.unmodifiableMap(new LinkedHashMap<>(unrecognizedProperties));
  }

  /** The findings of a text that is not even an object. */
  static <T> Parsed<T> refused(Findings findings) {
    return findings.toParsed(
        () -> {
          throw new IllegalStateException("refused without a problem");
        });
  }

  /** The same, of which nothing is to be said. */
  public Parsed<T> withoutWarnings() {
    return new Parsed<>(value, problems, List.of(), Map.of());
  }

  /**
   * @throws IllegalArgumentException naming every problem, if there are any
   */
  public T orThrow() {
    return value.orElseThrow(() -> new IllegalArgumentException(describe(problems)));
  }

  /** One line per problem. */
  public static String describe(List<Problem> problems) {
    return problems.stream().map(Problem::toString).collect(Collectors.joining("\n"));
  }
}
