package io.gamay.broker.web;

import io.gamay.broker.gather.QueryAnswer;
import io.gamay.query.merge.ResultTable;
import java.io.OutputStream;
import java.util.Optional;
import java.util.function.LongSupplier;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/**
 * An answer as lines of JSON: {@code {"dataSchema": ...}}, then an array for each row, then an
 * object with everything else. Without a table there is only the last line.
 */
final class NdjsonAnswer implements AnswerForm {

  private static final JsonFactory FACTORY = JsonFactory.builder().rootValueSeparator("\n").build();

  private final JsonGenerator json;
  private final QueryAnswer answer;
  private final Optional<ResultTable> table;
  private final String brokerId;
  private final LongSupplier timeUsedMillis;

  NdjsonAnswer(OutputStream out, QueryAnswer answer, String brokerId, LongSupplier timeUsedMillis) {
    this.json = FACTORY.createGenerator(ObjectWriteContext.empty(), out);
    this.answer = answer;
    this.table = answer.table();
    this.brokerId = brokerId;
    this.timeUsedMillis = timeUsedMillis;
  }

  @Override
  public void begin() {
    table.ifPresent(
        rows -> {
          json.writeStartObject();
          JsonValues.writeSchema(json, rows);
          json.writeEndObject();
        });
    json.flush();
  }

  @Override
  public void rows(int first, int end) {
    ResultTable rows = table.orElseThrow();
    for (int row = first; row < end; row++) {
      JsonValues.writeRow(json, rows, row);
    }
    json.flush();
  }

  @Override
  public void end() {
    json.writeStartObject();
    AnswerFields.write(json, answer, brokerId, timeUsedMillis.getAsLong());
    json.writeEndObject();
    json.writeRaw('\n');
    json.close();
  }
}
