package io.gamay.broker.web;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.gamay.broker.gather.QueryAnswer;
import io.gamay.broker.gather.QueryAnswer.Effort;
import io.gamay.query.merge.Cell;
import io.gamay.query.merge.ExecutionStatistics;
import io.gamay.query.merge.ResultTable;
import io.gamay.query.plan.ResultType;
import io.gamay.query.vector.Vector;
import io.gamay.segment.schema.DataType;
import io.gamay.segment.schema.Value;
import io.gamay.testkit.random.SeededRandom;
import io.gamay.testkit.random.Seeds;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.BaseFixedWidthVector;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.BitVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.Float4Vector;
import org.apache.arrow.vector.Float8Vector;
import org.apache.arrow.vector.IntVector;
import org.apache.arrow.vector.TimeStampMilliTZVector;
import org.apache.arrow.vector.VarBinaryVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.complex.ListVector;
import org.apache.arrow.vector.ipc.ArrowStreamReader;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Whatever the rows: each format has the cells that Pinot's JSON form has. */
class AnswerFormatsPropertyTest {

  private static final JsonMapper MAPPER = JsonMapper.builder().build();

  /** A cell that is NULL. */
  private static final String NULL = "\u0000null";

  @Test
  void allFormatsHaveTheSameCells() {
    Seeds.forEach(
        60,
        random -> {
          ResultTable table = table(random);
          QueryAnswer answer = answer(table);
          List<List<String>> expected = expected(table);
          assertThat(ofJson(render(AnswerFormat.JSON, answer))).as("JSON").isEqualTo(expected);
          assertThat(ofLines(render(AnswerFormat.NDJSON, answer))).as("NDJSON").isEqualTo(expected);
          assertThat(ofCsv(render(AnswerFormat.CSV, answer), table)).as("CSV").isEqualTo(expected);
          assertThat(ofArrow(render(AnswerFormat.ARROW, answer), table))
              .as("Arrow")
              .isEqualTo(expected);
        });
  }

  private static byte[] render(AnswerFormat format, QueryAnswer answer) {
    byte[] whole = new AnswerBody(format, answer, "b", () -> 1).whole();
    AnswerBody body = new AnswerBody(format, answer, "b", () -> 1);
    ByteArrayOutputStream pieces = new ByteArrayOutputStream();
    while (!body.isOver()) {
      pieces.writeBytes(body.next());
    }
    assertThat(pieces.toByteArray()).as("piece by piece").isEqualTo(whole);
    return whole;
  }

  // Tables

  private static ResultTable table(SeededRandom random) {
    List<String> names = new ArrayList<>();
    List<ResultType> types = new ArrayList<>();
    List<Vector> columns = new ArrayList<>();
    int rows = random.chance(0.1) ? random.between(4_000, 6_000) : random.between(0, 200);
    int columnCount = random.between(1, 8);
    for (int column = 0; column < columnCount; column++) {
      ResultType type =
          new ResultType(random.oneOf(List.of(DataType.values())), random.chance(0.3));
      double nulls = random.oneOf(List.of(0.0, 0.2, 1.0));
      Vector values = new Vector(type.element().storedType(), type.isArray());
      for (int row = 0; row < rows; row++) {
        if (random.chance(nulls)) {
          values.appendNull();
        } else if (type.isArray()) {
          List<Value> list = new ArrayList<>();
          for (int count = random.between(0, 4); count > 0; count--) {
            list.add(value(random, type.element()));
          }
          values.appendList(list);
        } else {
          values.append(value(random, type.element()));
        }
      }
      names.add(random.chance(0.3) ? random.anyString(10) : "c" + column);
      types.add(type);
      columns.add(values);
    }
    return new ResultTable(names, types, rows, columns, false);
  }

  private static Value value(SeededRandom random, DataType type) {
    return switch (type) {
      case INT -> new Value.IntValue(random.anyInt());
      case LONG -> new Value.LongValue(random.anyLong());
      case FLOAT -> new Value.FloatValue(random.anyFloat());
      case DOUBLE -> new Value.DoubleValue(random.anyDouble());
      case BOOLEAN -> new Value.IntValue(random.between(0, 1));
      case TIMESTAMP ->
          new Value.LongValue(random.nextLong(-62_000_000_000_000L, 253_000_000_000_000L));
      case BIG_DECIMAL -> new Value.BigDecimalValue(random.anyDecimal(30));
      case BYTES -> new Value.BytesValue(random.anyBytes(12));
      case STRING, JSON ->
          new Value.StringValue(
              random.chance(0.3)
                  ? random.oneOf(
                      List.of(
                          "",
                          "\"",
                          "\r\n",
                          ",",
                          "a,\"b\"\n",
                          "\u0001\u001f\t",
                          "null",
                          "\ud83c\udf47"))
                  : random.anyString(12));
    };
  }

  private static QueryAnswer answer(ResultTable table) {
    return new QueryAnswer(
        "1",
        Optional.empty(),
        Optional.of(table),
        false,
        List.of(),
        List.of(),
        ExecutionStatistics.ZERO,
        Effort.NONE,
        Map.of(),
        new TreeMap<>(),
        Optional.empty(),
        List.of("t"));
  }

  // Cells as text: of a list, the texts of its elements, each with its length before it

  private static List<List<String>> expected(ResultTable table) {
    List<List<String>> rows = new ArrayList<>();
    for (int row = 0; row < table.rowCount(); row++) {
      List<String> cells = new ArrayList<>();
      for (int column = 0; column < table.columns().size(); column++) {
        DataType type = table.columnTypes().get(column).element();
        cells.add(
            switch (table.cell(row, column)) {
              case Cell.Null _ -> NULL;
              case Cell.Single(Value value) -> text(value, type);
              case Cell.Many(List<Value> values) ->
                  list(values.stream().map(value -> text(value, type)).toList());
            });
      }
      rows.add(cells);
    }
    return rows;
  }

  private static String text(Value value, DataType type) {
    return switch (value) {
      case Value.IntValue(int v) ->
          type == DataType.BOOLEAN ? Boolean.toString(v == 1) : Integer.toString(v);
      case Value.LongValue(long v) -> type == DataType.TIMESTAMP ? v + " ms" : Long.toString(v);
      case Value.FloatValue(float v) -> Float.toString(v);
      case Value.DoubleValue(double v) -> Double.toString(v);
      case Value.StringValue(String v) -> v;
      case Value.BytesValue(byte[] v) -> HexFormat.of().formatHex(v);
      case Value.BigDecimalValue(java.math.BigDecimal v) -> v.toPlainString();
    };
  }

  private static String list(List<String> texts) {
    StringBuilder all = new StringBuilder("[");
    texts.forEach(text -> all.append(text.length()).append(':').append(text));
    return all.append(']').toString();
  }

  // JSON

  private static List<List<String>> ofJson(byte[] bytes) {
    JsonNode table = MAPPER.readTree(bytes).get("resultTable");
    List<List<String>> rows = new ArrayList<>();
    List<String> types = types(table);
    table.get("rows").forEach(row -> rows.add(cells(row, types)));
    return rows;
  }

  private static List<List<String>> ofLines(byte[] bytes) {
    String[] lines = new String(bytes, UTF_8).split("\n", -1);
    List<String> types = types(MAPPER.readTree(lines[0]));
    List<List<String>> rows = new ArrayList<>();
    for (int line = 1; line < lines.length - 2; line++) {
      rows.add(cells(MAPPER.readTree(lines[line]), types));
    }
    assertThat(MAPPER.readTree(lines[lines.length - 2]).get("exceptions").isEmpty()).isTrue();
    assertThat(lines[lines.length - 1]).isEmpty();
    return rows;
  }

  private static List<String> types(JsonNode table) {
    List<String> types = new ArrayList<>();
    table.at("/dataSchema/columnDataTypes").forEach(type -> types.add(type.asString()));
    return types;
  }

  private static List<String> cells(JsonNode row, List<String> types) {
    List<String> cells = new ArrayList<>();
    for (int column = 0; column < types.size(); column++) {
      cells.add(cell(row.get(column), types.get(column)));
    }
    return cells;
  }

  private static String cell(JsonNode cell, String type) {
    if (cell.isNull()) {
      return NULL;
    }
    if (cell.isArray()) {
      List<String> texts = new ArrayList<>();
      cell.forEach(element -> texts.add(scalar(element, type.replace("_ARRAY", ""))));
      return list(texts);
    }
    return scalar(cell, type);
  }

  private static String scalar(JsonNode scalar, String type) {
    return switch (type) {
      case "INT", "LONG" -> {
        assertThat(scalar.isIntegralNumber()).isTrue();
        yield scalar.bigIntegerValue().toString();
      }
      case "FLOAT" ->
          scalar.isString()
              ? scalar.asString()
              : Float.toString(scalar.decimalValue().floatValue());
      case "DOUBLE" -> scalar.isString() ? scalar.asString() : Double.toString(scalar.asDouble());
      case "BOOLEAN" -> Boolean.toString(scalar.booleanValue());
      case "TIMESTAMP" -> millis(scalar.stringValue());
      default -> scalar.stringValue();
    };
  }

  private static String millis(String timestamp) {
    String iso = timestamp.replace(' ', 'T') + "Z";
    return java.time.Instant.parse(iso).toEpochMilli() + " ms";
  }

  // CSV

  /** A field as it stands between separators, with its quotes. */
  private static List<List<String>> ofCsv(byte[] bytes, ResultTable table) {
    List<List<String>> records = records(new String(bytes, UTF_8));
    assertThat(records.removeFirst().stream().map(AnswerFormatsPropertyTest::unquoted))
        .containsExactlyElementsOf(table.columnNames());
    List<List<String>> rows = new ArrayList<>();
    for (List<String> record : records) {
      List<String> cells = new ArrayList<>();
      for (int column = 0; column < record.size(); column++) {
        ResultType type = table.columnTypes().get(column);
        String field = record.get(column);
        if (field.isEmpty()) {
          cells.add(NULL);
        } else if (type.isArray()) {
          cells.add(cell(MAPPER.readTree(unquoted(field)), type.displayName()));
        } else {
          String text = unquoted(field);
          cells.add(type.element() == DataType.TIMESTAMP ? millis(text) : text);
        }
      }
      rows.add(cells);
    }
    return rows;
  }

  private static List<List<String>> records(String csv) {
    List<List<String>> records = new ArrayList<>();
    List<String> record = new ArrayList<>();
    StringBuilder field = new StringBuilder();
    boolean isQuoted = false;
    for (int index = 0; index < csv.length(); index++) {
      char c = csv.charAt(index);
      if (c == '"') {
        isQuoted = !isQuoted;
        field.append(c);
      } else if (c == ',' && !isQuoted) {
        record.add(field.toString());
        field.setLength(0);
      } else if (c == '\r' && !isQuoted) {
        assertThat(csv.charAt(++index)).isEqualTo('\n');
        record.add(field.toString());
        field.setLength(0);
        records.add(record);
        record = new ArrayList<>();
      } else {
        field.append(c);
      }
    }
    assertThat(field).as("behind the last record").isEmpty();
    return records;
  }

  private static String unquoted(String field) {
    return field.startsWith("\"")
        ? field.substring(1, field.length() - 1).replace("\"\"", "\"")
        : field;
  }

  // Arrow

  private static List<List<String>> ofArrow(byte[] bytes, ResultTable table) {
    List<List<String>> rows = new ArrayList<>();
    try (BufferAllocator allocator = new RootAllocator();
        ArrowStreamReader reader =
            new ArrowStreamReader(new ByteArrayInputStream(bytes), allocator)) {
      assertThat(
              reader.getVectorSchemaRoot().getSchema().getFields().stream()
                  .map(org.apache.arrow.vector.types.pojo.Field::getName))
          .containsExactlyElementsOf(table.columnNames());
      while (reader.loadNextBatch()) {
        List<FieldVector> columns = reader.getVectorSchemaRoot().getFieldVectors();
        for (int row = 0; row < reader.getVectorSchemaRoot().getRowCount(); row++) {
          List<String> cells = new ArrayList<>();
          for (int column = 0; column < columns.size(); column++) {
            cells.add(
                arrowCell(columns.get(column), row, table.columnTypes().get(column).element()));
          }
          rows.add(cells);
        }
      }
      assertThat(reader.bytesRead()).as("nothing behind the end").isEqualTo(bytes.length);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return rows;
  }

  private static String arrowCell(FieldVector vector, int row, DataType type) {
    if (vector.isNull(row)) {
      return NULL;
    }
    if (vector instanceof ListVector lists) {
      List<String> texts = new ArrayList<>();
      for (int i = lists.getElementStartIndex(row); i < lists.getElementEndIndex(row); i++) {
        texts.add(arrowCell(lists.getDataVector(), i, type));
      }
      return list(texts);
    }
    if (vector instanceof BaseFixedWidthVector) {
      assertThat(vector.getValueCount()).isGreaterThan(row);
    }
    return switch (vector) {
      case IntVector ints -> Integer.toString(ints.get(row));
      case BigIntVector longs -> Long.toString(longs.get(row));
      case Float4Vector floats -> Float.toString(floats.get(row));
      case Float8Vector doubles -> Double.toString(doubles.get(row));
      case BitVector bits -> Boolean.toString(bits.get(row) == 1);
      case TimeStampMilliTZVector times -> times.get(row) + " ms";
      case VarCharVector texts -> new String(texts.get(row), UTF_8);
      case VarBinaryVector bytes -> HexFormat.of().formatHex(bytes.get(row));
      default -> throw new AssertionError(vector.getClass());
    };
  }
}
