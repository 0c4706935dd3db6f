package io.gamay.broker.web;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The body of {@code POST /query/sql}. Unknown keys are ignored.
 *
 * @param queryOptions {@code k1=v1;k2=v2}
 */
public record QueryRequest(@Nullable String sql, @Nullable String queryOptions) {

  /**
   * The options as a map, in the order written.
   *
   * @throws IllegalArgumentException naming the part that has no {@code =}
   */
  Map<String, String> options() {
    Map<String, String> options = new LinkedHashMap<>();
    if (queryOptions == null) {
      return options;
    }
    for (String part : queryOptions.split(";", -1)) {
      if (part.isBlank()) {
        continue;
      }
      int equals = part.indexOf('=');
      if (equals <= 0) {
        throw new IllegalArgumentException(
            "queryOptions: expected key=value between semicolons, found '" + part.strip() + "'");
      }
      options.put(part.substring(0, equals).strip(), part.substring(equals + 1).strip());
    }
    return options;
  }
}
