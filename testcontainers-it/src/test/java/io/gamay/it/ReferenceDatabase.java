package io.gamay.it;

import io.gamay.it.cluster.Template;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.avro.file.DataFileReader;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericRecord;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * DuckDB in this process with the rows of the real files, read here without any code of ours, with
 * the schemas' default values in place of missing ones. Timestamps are the texts that brokers
 * print.
 */
final class ReferenceDatabase implements AutoCloseable {
  private static final JsonMapper JSON = JsonMapper.shared();
  private static final String ELEMENT_SEPARATOR = "\u001f";

  private final Connection connection;

  ReferenceDatabase() throws SQLException {
    connection = DriverManager.getConnection("jdbc:duckdb:");
  }

  /** A column as the schema JSON declares it. */
  private record Column(String name, String type, boolean isSingleValue) {
    String declaration() {
      String sqlType =
          switch (type) {
            case "INT" -> "INTEGER";
            case "LONG" -> "BIGINT";
            case "BOOLEAN" -> "BOOLEAN";
            default -> "VARCHAR";
          };
      return name + " " + sqlType + (isSingleValue ? "" : "[]");
    }

    String placeholder() {
      return isSingleValue ? "?" : "string_split(?, '" + ELEMENT_SEPARATOR + "')";
    }

    /** What Pinot's rules put where a dimension's value is missing. */
    Object defaultValue() {
      return switch (type) {
        case "INT" -> Integer.MIN_VALUE;
        case "LONG" -> Long.MIN_VALUE;
        case "BOOLEAN" -> false;
        default -> "null";
      };
    }
  }

  void loadAirline(Path file) throws SQLException, IOException {
    List<Column> columns = columns("/airline/schema.json");
    try (var reader = new DataFileReader<GenericRecord>(file.toFile(), new GenericDatumReader<>());
        var insert = prepare("airlineStats", columns)) {
      for (GenericRecord record : reader) {
        insert(insert, columns, name -> airlineValue(record, name));
      }
      insert.executeBatch();
    }
  }

  private static @Nullable Object airlineValue(GenericRecord record, String name) {
    if (name.equals("ts") || name.equals("tsRaw")) {
      int days = (int) record.get("DaysSinceEpoch");
      return LocalDate.ofEpochDay(days) + " 00:00:00.0";
    }
    return switch (record.get(name)) {
      case null -> null;
      case Collection<?> values ->
          values.isEmpty()
              ? null
              : values.stream().map(String::valueOf).collect(Collectors.joining(ELEMENT_SEPARATOR));
      case CharSequence text -> text.toString();
      case Object number -> number;
    };
  }

  void loadGithub(Path file) throws SQLException, IOException {
    List<Column> columns = columns("/github/schema.json");
    try (var insert = prepare("githubEvents", columns)) {
      for (String line : Files.readAllLines(file)) {
        JsonNode event = JSON.readTree(line);
        insert(insert, columns, name -> githubValue(event, name));
      }
      insert.executeBatch();
    }
  }

  private static @Nullable Object githubValue(JsonNode event, String name) {
    if (name.equals("created_at_timestamp")) {
      String iso = event.path("created_at").asString();
      return iso.replace("T", " ").replace("Z", ".0");
    }
    JsonNode value = event.path(name);
    if (value.isMissingNode() || value.isNull()) {
      return null;
    }
    return value.isBoolean() ? (Object) value.asBoolean() : value.asString(value.toString());
  }

  private static List<Column> columns(String schemaResource) {
    JsonNode schema = JSON.readTree(Template.fill(schemaResource, Map.of()));
    var columns = new ArrayList<Column>();
    for (String kind : List.of("dimensionFieldSpecs", "dateTimeFieldSpecs")) {
      for (JsonNode field : schema.path(kind)) {
        columns.add(
            new Column(
                field.path("name").asString(),
                field.path("dataType").asString(),
                field.path("singleValueField").asBoolean(true)));
      }
    }
    return columns;
  }

  private PreparedStatement prepare(String table, List<Column> columns) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(
          columns.stream()
              .map(Column::declaration)
              .collect(Collectors.joining(", ", "CREATE TABLE " + table + " (", ")")));
    }
    return connection.prepareStatement(
        columns.stream()
            .map(Column::placeholder)
            .collect(Collectors.joining(", ", "INSERT INTO " + table + " VALUES (", ")")));
  }

  private interface Values {
    @Nullable Object of(String column);
  }

  private static void insert(PreparedStatement insert, List<Column> columns, Values values)
      throws SQLException {
    for (int i = 0; i < columns.size(); i++) {
      Column column = columns.get(i);
      Object value = values.of(column.name());
      insert.setObject(i + 1, value == null ? column.defaultValue() : value);
    }
    insert.addBatch();
  }

  /** The answer, row by row. */
  List<List<Object>> rows(String sql) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet result = statement.executeQuery(sql)) {
      int columnCount = result.getMetaData().getColumnCount();
      var rows = new ArrayList<List<Object>>();
      while (result.next()) {
        var row = new ArrayList<Object>();
        for (int column = 1; column <= columnCount; column++) {
          row.add(result.getObject(column));
        }
        rows.add(row);
      }
      return rows;
    }
  }

  @Override
  public void close() throws SQLException {
    connection.close();
  }
}
