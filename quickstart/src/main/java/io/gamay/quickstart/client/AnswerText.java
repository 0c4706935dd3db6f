package io.gamay.quickstart.client;

import io.gamay.quickstart.console.TextTable;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/** A query's answer as text: an aligned table, CSV, or JSON. */
public final class AnswerText {
  private static final Set<String> NUMBERS =
      Set.of("INT", "LONG", "FLOAT", "DOUBLE", "BIG_DECIMAL");

  private static final List<String> TREE_COLUMNS = List.of("Operator", "Operator_Id", "Parent_Id");

  private AnswerText() {}

  /** The rows under their names, numbers to the right, and a line of what it took. */
  public static String table(QueryAnswer answer) {
    return table(answer, Integer.MAX_VALUE);
  }

  /**
   * The same; the operators of an explanation are wrapped, rows stay lines.
   *
   * @param width of the terminal, in characters
   */
  public static String table(QueryAnswer answer, int width) {
    return answer.hasTable() ? rowsAsTable(answer, width) + "\n" + footer(answer) : footer(answer);
  }

  /** The whole answer as the broker gave it, indented. */
  public static String json(QueryAnswer answer) {
    return RestClient.JSON.writerWithDefaultPrettyPrinter().writeValueAsString(answer.json());
  }

  /** Names, then rows, as RFC 4180 has it; null is an empty cell, an empty text is {@code ""}. */
  public static String csv(QueryAnswer answer) {
    var lines = new ArrayList<String>();
    lines.add(String.join(",", answer.columnNames().stream().map(AnswerText::csvText).toList()));
    for (List<JsonNode> row : answer.rows()) {
      lines.add(String.join(",", row.stream().map(AnswerText::csvCell).toList()));
    }
    return String.join("\n", lines);
  }

  private static String rowsAsTable(QueryAnswer answer, int width) {
    var columns = new ArrayList<TextTable.Column>();
    for (int i = 0; i < answer.columnNames().size(); i++) {
      String type = i < answer.columnTypes().size() ? answer.columnTypes().get(i) : "STRING";
      columns.add(new TextTable.Column(answer.columnNames().get(i), NUMBERS.contains(type)));
    }
    var table = new TextTable(columns);
    boolean isTree = isTree(answer);
    Map<Integer, Integer> depths = new HashMap<>();
    for (List<JsonNode> row : answer.rows()) {
      List<String> cells = new ArrayList<>(row.stream().map(AnswerText::cell).toList());
      if (isTree) {
        int depth = 1 + depths.getOrDefault(row.get(2).asInt(), -1);
        depths.put(row.get(1).asInt(), depth);
        cells.set(0, "  ".repeat(depth) + cells.getFirst());
      }
      table.add(cells);
    }
    return isTree ? table.render(width) : table.render();
  }

  /** Whether an answer is that of EXPLAIN, whose operators are indented below their parents. */
  private static boolean isTree(QueryAnswer answer) {
    return answer.columnNames().size() >= TREE_COLUMNS.size()
        && answer.columnNames().subList(0, TREE_COLUMNS.size()).equals(TREE_COLUMNS);
  }

  private static String footer(QueryAnswer answer) {
    JsonNode json = answer.json();
    int rowCount = answer.rows().size();
    return String.format(
        Locale.ROOT,
        "%,d %s in %,d ms, %,d of %,d docs scanned%s",
        rowCount,
        rowCount == 1 ? "row" : "rows",
        json.path("timeUsedMs").asLong(0),
        json.path("numDocsScanned").asLong(0),
        json.path("totalDocs").asLong(0),
        answer.isPartial() ? "; PARTIAL: rows may be missing" : "");
  }

  /** Text bare, everything else as JSON writes it. */
  private static String cell(JsonNode value) {
    return value.isString() ? value.stringValue() : value.toString();
  }

  private static String csvCell(JsonNode value) {
    if (value.isNull()) {
      return "";
    }
    String text = cell(value);
    return text.isEmpty() ? "\"\"" : csvText(text);
  }

  private static String csvText(String text) {
    boolean isPlain = text.chars().noneMatch(c -> c == ',' || c == '"' || c == '\n' || c == '\r');
    return isPlain ? text : '"' + text.replace("\"", "\"\"") + '"';
  }
}
