package io.gamay.controller.web;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.gamay.cluster.table.Problem;
import io.gamay.controller.table.Accepted;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * The body of a success.
 *
 * @param status a sentence
 * @param unrecognizedProperties only where a config was taken: JSON pointer to what was not known
 * @param warnings only where there are some
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record StatusBody(
    @Nullable Map<String, JsonNode> unrecognizedProperties,
    String status,
    @Nullable List<String> warnings) {

  static StatusBody of(String status) {
    return new StatusBody(null, status, null);
  }

  static StatusBody of(String status, Accepted accepted) {
    return of(status, accepted, List.of());
  }

  static StatusBody of(String status, Accepted accepted, List<Problem> more) {
    List<String> warnings =
        Stream.concat(accepted.warnings().stream(), more.stream()).map(Problem::toString).toList();
    return new StatusBody(
        accepted.unrecognizedProperties(), status, warnings.isEmpty() ? null : warnings);
  }
}
