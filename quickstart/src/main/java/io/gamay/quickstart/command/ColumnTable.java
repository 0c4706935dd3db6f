package io.gamay.quickstart.command;

import io.gamay.quickstart.console.TextTable;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/** A schema's columns, a line each. */
final class ColumnTable {
  private static final Map<String, String> ROLE_BY_LIST =
      Map.of(
          "dimensionFieldSpecs", "dimension",
          "metricFieldSpecs", "metric",
          "dateTimeFieldSpecs", "date-time");

  private ColumnTable() {}

  /**
   * @param schema in Pinot's form
   * @param config the table's
   */
  static String render(JsonNode schema, JsonNode config) {
    String timeColumn = config.path("segmentsConfig").path("timeColumnName").asString("");
    TextTable table = TextTable.ofText("column", "type", "role");
    for (var list : schema.properties()) {
      String role = ROLE_BY_LIST.getOrDefault(list.getKey(), "");
      if (!role.isEmpty()) {
        list.getValue().forEach(field -> table.add(line(field, role, timeColumn)));
      }
    }
    return table.render();
  }

  private static List<String> line(JsonNode field, String role, String timeColumn) {
    String name = field.path("name").asString("?");
    String type = field.path("dataType").asString("?");
    boolean isMultiValue = !field.path("singleValueField").asBoolean(true);
    return List.of(
        name,
        isMultiValue ? type + ", many values" : type,
        name.equals(timeColumn) ? role + ", the table's time" : role);
  }
}
