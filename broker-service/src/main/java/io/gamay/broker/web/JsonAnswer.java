package io.gamay.broker.web;

import io.gamay.broker.gather.QueryAnswer;
import io.gamay.query.merge.ResultTable;
import java.io.OutputStream;
import java.util.Optional;
import java.util.function.LongSupplier;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/** An answer as one JSON object, as Pinot gives it. */
final class JsonAnswer implements AnswerForm {

  private static final JsonFactory FACTORY = new JsonFactory();

  private final JsonGenerator json;
  private final QueryAnswer answer;
  private final Optional<ResultTable> table;
  private final String brokerId;
  private final LongSupplier timeUsedMillis;

  JsonAnswer(OutputStream out, QueryAnswer answer, String brokerId, LongSupplier timeUsedMillis) {
    this.json = FACTORY.createGenerator(ObjectWriteContext.empty(), out);
    this.answer = answer;
    this.table = answer.table();
    this.brokerId = brokerId;
    this.timeUsedMillis = timeUsedMillis;
  }

  @Override
  public void begin() {
    json.writeStartObject();
    table.ifPresent(
        rows -> {
          json.writeName("resultTable");
          json.writeStartObject();
          JsonValues.writeSchema(json, rows);
          json.writeName("rows");
          json.writeStartArray();
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
    if (table.isPresent()) {
      json.writeEndArray();
      json.writeEndObject();
    }
    AnswerFields.write(json, answer, brokerId, timeUsedMillis.getAsLong());
    json.writeEndObject();
    json.close();
  }
}
