package io.gamay.broker.web;

import io.gamay.broker.gather.QueryAnswer;
import io.gamay.broker.gather.QueryAnswer.Problem;
import io.gamay.query.merge.Cell;
import io.gamay.query.merge.ExecutionStatistics;
import io.gamay.query.merge.ResultTable;
import io.gamay.query.plan.ResultType;
import io.gamay.segment.ledger.OffsetRange;
import io.gamay.segment.schema.DataType;
import io.gamay.segment.schema.Value;
import java.io.ByteArrayOutputStream;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.temporal.ChronoField;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/**
 * Writes an answer as JSON, in Pinot's fields and forms of values, plus {@code coverage}: per
 * partition the offset ranges that the answer is made of. Timestamps are in UTC. Thread-safe.
 */
public final class AnswerRenderer {

  private static final DateTimeFormatter TIMESTAMP =
      new DateTimeFormatterBuilder()
          .appendPattern("uuuu-MM-dd HH:mm:ss")
          .appendFraction(ChronoField.NANO_OF_SECOND, 1, 9, true)
          .toFormatter(Locale.ROOT);

  private final JsonFactory factory = new JsonFactory();
  private final String brokerId;

  public AnswerRenderer(String brokerId) {
    this.brokerId = brokerId;
  }

  public byte[] render(QueryAnswer answer, long timeUsedMillis) {
    ByteArrayOutputStream out = new ByteArrayOutputStream(4096);
    try (JsonGenerator json = factory.createGenerator(ObjectWriteContext.empty(), out)) {
      json.writeStartObject();
      answer.table().ifPresent(table -> writeTable(json, table));
      json.writeNumberProperty(
          "numRowsResultSet", answer.table().map(table -> table.rows().size()).orElse(0));
      json.writeBooleanProperty("partialResult", answer.isPartial());
      writeProblems(json, answer.problems());
      json.writeBooleanProperty("numGroupsLimitReached", false);
      json.writeBooleanProperty("numGroupsWarningLimitReached", false);
      json.writeBooleanProperty("groupsTrimmed", false);
      json.writeBooleanProperty("maxRowsInDistinctReached", false);
      json.writeNumberProperty("timeUsedMs", timeUsedMillis);
      json.writeNumberProperty("brokerReduceTimeMs", answer.reduceMillis());
      json.writeStringProperty("requestId", answer.requestId());
      json.writeStringProperty("brokerId", brokerId);
      writeStatistics(json, answer);
      writeCoverage(json, answer);
      json.writeName("traceInfo");
      json.writeStartObject();
      json.writeEndObject();
      json.writeName("tablesQueried");
      json.writeStartArray();
      answer.tablesQueried().forEach(json::writeString);
      json.writeEndArray();
      json.writeEndObject();
    }
    return out.toByteArray();
  }

  private static void writeTable(JsonGenerator json, ResultTable table) {
    json.writeName("resultTable");
    json.writeStartObject();
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
    json.writeName("rows");
    json.writeStartArray();
    for (List<Cell> row : table.rows()) {
      json.writeStartArray();
      for (int column = 0; column < row.size(); column++) {
        writeCell(json, row.get(column), table.columnTypes().get(column));
      }
      json.writeEndArray();
    }
    json.writeEndArray();
    json.writeEndObject();
  }

  private static void writeCell(JsonGenerator json, Cell cell, ResultType type) {
    switch (cell) {
      case Cell.Null _ -> json.writeNull();
      case Cell.Single(Value value) -> writeValue(json, value, type.element());
      case Cell.Many(List<Value> values) -> {
        json.writeStartArray();
        values.forEach(value -> writeValue(json, value, type.element()));
        json.writeEndArray();
      }
    }
  }

  private static void writeValue(JsonGenerator json, Value value, DataType type) {
    switch (value) {
      case Value.IntValue(int v) -> {
        if (type == DataType.BOOLEAN) {
          json.writeBoolean(v != 0);
        } else {
          json.writeNumber(v);
        }
      }
      case Value.LongValue(long v) -> {
        if (type == DataType.TIMESTAMP) {
          json.writeString(timestamp(v));
        } else {
          json.writeNumber(v);
        }
      }
      case Value.FloatValue(float v) -> json.writeNumber(v);
      case Value.DoubleValue(double v) -> json.writeNumber(v);
      case Value.StringValue(String v) -> json.writeString(v);
      case Value.BytesValue bytes -> json.writeString(bytes.toString());
      case Value.BigDecimalValue(BigDecimal v) -> json.writeString(v.toPlainString());
    }
  }

  private static String timestamp(long epochMillis) {
    return TIMESTAMP.format(
        LocalDateTime.ofInstant(Instant.ofEpochMilli(epochMillis), ZoneOffset.UTC));
  }

  private static void writeProblems(JsonGenerator json, List<Problem> problems) {
    json.writeName("exceptions");
    json.writeStartArray();
    for (Problem problem : problems) {
      json.writeStartObject();
      json.writeNumberProperty("errorCode", problem.code().number());
      json.writeStringProperty("message", problem.code().text() + ": " + problem.message());
      json.writeEndObject();
    }
    json.writeEndArray();
  }

  private static void writeStatistics(JsonGenerator json, QueryAnswer answer) {
    ExecutionStatistics statistics = answer.statistics();
    long segments = statistics.segmentsQueried() + answer.segmentsPrunedByBroker();
    json.writeNumberProperty("numDocsScanned", statistics.docsScanned());
    json.writeNumberProperty("totalDocs", statistics.totalDocs());
    json.writeNumberProperty("numEntriesScannedInFilter", statistics.entriesScannedInFilter());
    json.writeNumberProperty("numEntriesScannedPostFilter", statistics.entriesScannedPostFilter());
    json.writeNumberProperty("numServersQueried", answer.serversQueried());
    json.writeNumberProperty("numServersResponded", answer.serversResponded());
    json.writeNumberProperty("numSegmentsQueried", segments);
    json.writeNumberProperty("numSegmentsProcessed", statistics.segmentsProcessed());
    json.writeNumberProperty("numSegmentsMatched", statistics.segmentsMatched());
    json.writeNumberProperty("numConsumingSegmentsQueried", statistics.consumingSegmentsQueried());
    json.writeNumberProperty("minConsumingFreshnessTimeMs", answer.minConsumingFreshnessMillis());
    json.writeNumberProperty("numSegmentsPrunedByBroker", answer.segmentsPrunedByBroker());
    json.writeNumberProperty("numSegmentsPrunedByServer", statistics.segmentsPruned());
    json.writeNumberProperty("numSegmentsFromCache", statistics.segmentsReused());
  }

  private static void writeCoverage(JsonGenerator json, QueryAnswer answer) {
    json.writeName("coverage");
    json.writeStartArray();
    for (Map.Entry<Integer, List<OffsetRange>> partition : answer.coverage().entrySet()) {
      json.writeStartObject();
      json.writeNumberProperty("partition", partition.getKey());
      json.writeName("ranges");
      json.writeStartArray();
      for (OffsetRange range : partition.getValue()) {
        json.writeStartObject();
        json.writeNumberProperty("start", range.start());
        json.writeNumberProperty("end", range.end());
        json.writeEndObject();
      }
      json.writeEndArray();
      json.writeEndObject();
    }
    json.writeEndArray();
  }
}
