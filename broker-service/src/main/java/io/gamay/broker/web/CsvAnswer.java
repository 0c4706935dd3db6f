package io.gamay.broker.web;

import io.gamay.broker.gather.QueryAnswer;
import io.gamay.query.merge.ResultTable;
import io.gamay.query.plan.ResultType;
import io.gamay.query.vector.Vector;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/**
 * An answer's rows as CSV (RFC 4180) below a header row, values as in JSON without its quotes,
 * lists as JSON. NULL is an empty field, an empty text a quoted one.
 */
final class CsvAnswer implements AnswerForm {

  private static final JsonFactory FACTORY = new JsonFactory();

  private final ByteArrayOutputStream out;
  private final ResultTable table;
  private final StringBuilder text = new StringBuilder();

  /**
   * @throws java.util.NoSuchElementException if the answer has no table
   */
  CsvAnswer(ByteArrayOutputStream out, QueryAnswer answer) {
    this.out = out;
    this.table = answer.table().orElseThrow();
  }

  @Override
  public void begin() {
    for (int column = 0; column < table.columns().size(); column++) {
      separate(column);
      field(table.columnNames().get(column));
    }
    endLine();
    flush();
  }

  @Override
  public void rows(int first, int end) {
    for (int row = first; row < end; row++) {
      for (int column = 0; column < table.columns().size(); column++) {
        separate(column);
        cell(table.columns().get(column), row, table.columnTypes().get(column));
      }
      endLine();
    }
    flush();
  }

  @Override
  public void end() {}

  private void cell(Vector column, int row, ResultType type) {
    if (column.isNull(row)) {
      return;
    }
    field(column.isList() ? list(column, row, type) : ValueTexts.text(column, row, type.element()));
  }

  private static String list(Vector column, int row, ResultType type) {
    ByteArrayOutputStream written = new ByteArrayOutputStream();
    try (JsonGenerator json = FACTORY.createGenerator(ObjectWriteContext.empty(), written)) {
      JsonValues.writeCell(json, column, row, type);
    }
    return written.toString(StandardCharsets.UTF_8);
  }

  private void field(String value) {
    if (!mustBeQuoted(value)) {
      text.append(value);
      return;
    }
    text.append('"').append(value.replace("\"", "\"\"")).append('"');
  }

  private static boolean mustBeQuoted(String value) {
    for (int index = 0; index < value.length(); index++) {
      char c = value.charAt(index);
      if (c == '"' || c == ',' || c == '\r' || c == '\n') {
        return true;
      }
    }
    return value.isEmpty();
  }

  private void separate(int column) {
    if (column > 0) {
      text.append(',');
    }
  }

  private void endLine() {
    text.append("\r\n");
  }

  private void flush() {
    out.writeBytes(text.toString().getBytes(StandardCharsets.UTF_8));
    text.setLength(0);
  }
}
