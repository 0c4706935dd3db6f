package io.gamay.broker.web;

import io.gamay.query.merge.ResultTable;
import io.gamay.query.plan.ResultType;
import io.gamay.query.vector.Vector;
import io.gamay.segment.schema.DataType;
import java.util.List;
import tools.jackson.core.JsonGenerator;

/** Rows and their schema in Pinot's JSON forms. */
final class JsonValues {

  private JsonValues() {}

  static void writeSchema(JsonGenerator json, ResultTable table) {
    json.writeName("dataSchema");
    json.writeStartObject();
    json.writeName("columnNames");
    json.writeStartArray();
    table.columnNames().forEach(json::writeString);
    json.writeEndArray();
    json.writeName("columnDataTypes");
    json.writeStartArray();
    table.columnTypes().forEach(type -> json.writeString(type.displayName()));
    json.writeEndArray();
    json.writeEndObject();
  }

  static void writeRow(JsonGenerator json, ResultTable table, int row) {
    List<Vector> columns = table.columns();
    json.writeStartArray();
    for (int column = 0; column < columns.size(); column++) {
      writeCell(json, columns.get(column), row, table.columnTypes().get(column));
    }
    json.writeEndArray();
  }

  static void writeCell(JsonGenerator json, Vector column, int row, ResultType type) {
    if (column.isNull(row)) {
      json.writeNull();
    } else if (column.isList()) {
      json.writeStartArray();
      for (int value = column.listStart(row); value < column.listEnds()[row]; value++) {
        writeValue(json, column, value, type.element());
      }
      json.writeEndArray();
    } else {
      writeValue(json, column, row, type.element());
    }
  }

  private static void writeValue(JsonGenerator json, Vector values, int value, DataType type) {
    switch (type) {
      case INT -> json.writeNumber(values.ints()[value]);
      case LONG -> json.writeNumber(values.longs()[value]);
      case FLOAT -> json.writeNumber(values.floats()[value]);
      case DOUBLE -> json.writeNumber(values.doubles()[value]);
      case BOOLEAN -> json.writeBoolean(values.ints()[value] != 0);
      case STRING, JSON -> {
        int start = values.bytes().start(value);
        json.writeUTF8String(values.bytes().bytes(), start, values.bytes().end(value) - start);
      }
      case TIMESTAMP, BYTES, BIG_DECIMAL -> json.writeString(ValueTexts.text(values, value, type));
    }
  }
}
