package io.gamay.controller.table;

import io.gamay.cluster.table.Parsed;
import io.gamay.cluster.table.Problem;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/**
 * A text that was taken.
 *
 * @param name of the schema or table
 * @param warnings about settings that are ignored or only change cost
 * @param unrecognizedProperties unknown keys: JSON pointer to what was written there
 */
public record Accepted(
    String name, List<Problem> warnings, Map<String, JsonNode> unrecognizedProperties) {

  static Accepted of(String name, Parsed<?> parsed) {
    return of(name, parsed, List.of());
  }

  static Accepted of(String name, Parsed<?> parsed, List<Problem> moreWarnings) {
    List<Problem> warnings = new ArrayList<>(parsed.warnings());
    warnings.addAll(moreWarnings);
    return new Accepted(name, List.copyOf(warnings), parsed.unrecognizedProperties());
  }

  /**
   * @throws RequestRefusedException naming every problem with its JSON path
   */
  static <T> T valueOf(Parsed<T> parsed) {
    return parsed
        .value()
        .orElseThrow(
            () ->
                new RequestRefusedException(
                    RequestRefusedException.Kind.INVALID, Parsed.describe(parsed.problems())));
  }
}
