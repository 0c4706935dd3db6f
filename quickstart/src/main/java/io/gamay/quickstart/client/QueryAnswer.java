package io.gamay.quickstart.client;

import java.util.List;
import tools.jackson.databind.JsonNode;

/**
 * A broker's answer in Pinot's form.
 *
 * @param columnTypes Pinot's names, one for each column
 * @param exceptions what went wrong, as {@code code: message}; an answer may have rows as well
 * @param notices what is no error, but must be known to understand the rows
 * @param isPartial whether rows may be missing
 * @param json the whole answer
 */
public record QueryAnswer(
    List<String> columnNames,
    List<String> columnTypes,
    List<List<JsonNode>> rows,
    List<String> exceptions,
    List<String> notices,
    boolean isPartial,
    JsonNode json) {

  public QueryAnswer {
    columnNames = List.copyOf(columnNames);
    columnTypes = List.copyOf(columnTypes);
    rows = List.copyOf(rows);
    exceptions = List.copyOf(exceptions);
    notices = List.copyOf(notices);
  }

  /** Reads an answer; what is absent is empty. */
  public static QueryAnswer of(JsonNode json) {
    JsonNode table = json.path("resultTable");
    JsonNode schema = table.path("dataSchema");
    return new QueryAnswer(
        texts(schema.path("columnNames")),
        texts(schema.path("columnDataTypes")),
        table.path("rows").valueStream().map(row -> row.valueStream().toList()).toList(),
        json.path("exceptions").valueStream().map(QueryAnswer::exception).toList(),
        texts(json.path("notices")),
        json.path("partialResult").asBoolean(false),
        json);
  }

  /** Whether there is a table of rows, be it empty. */
  public boolean hasTable() {
    return !columnNames.isEmpty();
  }

  private static List<String> texts(JsonNode array) {
    return array.valueStream().map(JsonNode::asString).toList();
  }

  private static String exception(JsonNode exception) {
    return exception.path("errorCode").asString("") + ": " + exception.path("message").asString("");
  }
}
