package io.gamay.broker.web;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.gamay.broker.gather.QueryAnswer;
import io.gamay.broker.gather.QueryAnswer.Effort;
import io.gamay.query.budget.ThreadUsage;
import io.gamay.query.error.QueryErrorCode;
import io.gamay.query.merge.Cell;
import io.gamay.query.merge.ExecutionStatistics;
import io.gamay.query.merge.ResultTable;
import io.gamay.query.plan.ResultType;
import io.gamay.segment.ledger.OffsetRange;
import io.gamay.segment.schema.DataType;
import io.gamay.segment.schema.Value;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class AnswerBodyTest {

  private static final JsonMapper MAPPER = JsonMapper.builder().build();

  @Test
  void valuesHavePinotsForms() {
    assertThat(body(AnswerFormat.JSON, answer(Optional.of(everyType()))))
        .contains(
            "[[9223372036854775807,5.0,4.294967536E9,\"NaN\",\"-Infinity\",true,"
                + "\"2023-11-14 22:13:20.5\",\"1970-01-01 00:00:00.0\",\"1000\",\"00ff\","
                + "\"\u00e9\\\"\",[true,false],null]]")
        .contains("\"BOOLEAN_ARRAY\",\"INT\"]");
  }

  @Test
  void linesAreTheSchemaThenTheRowsThenEverythingElse() {
    String[] lines = body(AnswerFormat.NDJSON, answer(Optional.of(everyType()))).split("\n", -1);
    assertThat(lines).hasSize(4);
    assertThat(lines[0]).startsWith("{\"dataSchema\":{\"columnNames\":[\"c0\",");
    assertThat(lines[1]).startsWith("[9223372036854775807,5.0,").endsWith(",[true,false],null]");
    assertThat(lines[2]).startsWith("{\"numRowsResultSet\":1,").contains("\"exceptions\":[]");
    assertThat(lines[3]).isEmpty();
  }

  @Test
  void fieldsOfCsvAreQuotedOnlyWhereTheyMustBe() {
    assertThat(body(AnswerFormat.CSV, answer(Optional.of(everyType()))))
        .isEqualTo(
            "c0,c1,c2,c3,c4,c5,c6,c7,c8,c9,c10,list,none\r\n"
                + "9223372036854775807,5.0,4.294967536E9,NaN,-Infinity,true,"
                + "2023-11-14 22:13:20.5,1970-01-01 00:00:00.0,1000,00ff,"
                + "\"\u00e9\"\"\",\"[true,false]\",\r\n");
  }

  @Test
  void answerSaysWhichOffsetsItCovers() {
    assertThat(body(AnswerFormat.JSON, answer(Optional.empty())))
        .contains("\"coverage\":[{\"partition\":3,\"ranges\":[{\"start\":5,\"end\":9}]}]")
        .endsWith("\"offsets\":{\"3\":9},\"offsetToken\":\"o1.token\"}");
    assertThat(body(AnswerFormat.NDJSON, answer(Optional.of(everyType()))))
        .endsWith("\"offsets\":{\"3\":9},\"offsetToken\":\"o1.token\"}\n");
  }

  @Test
  void errorHasNoTableAndSaysItsCode() {
    QueryAnswer failed =
        QueryAnswer.failed("1", Optional.of("mine"), QueryErrorCode.UNKNOWN_COLUMN, "no column x");
    assertThat(body(AnswerFormat.JSON, failed))
        .doesNotContain("resultTable")
        .contains("\"partialResult\":true", "\"clientRequestId\":\"mine\"")
        .contains(
            "\"exceptions\":[{\"errorCode\":710,\"message\":\"UnknownColumnError: no column x\"}]");
    assertThat(body(AnswerFormat.NDJSON, failed).lines()).hasSize(1);
  }

  @Test
  void fieldsHavePinotsNamesAndOrderAndTheNumbersThatBelongToThem() {
    JsonNode json = MAPPER.readTree(body(AnswerFormat.JSON, answer(Optional.of(everyType()))));
    assertThat(json.propertyNames())
        .containsExactly(
            "resultTable",
            "numRowsResultSet",
            "partialResult",
            "exceptions",
            "numGroupsLimitReached",
            "numGroupsWarningLimitReached",
            "groupsTrimmed",
            "maxRowsInDistinctReached",
            "maxRowsWithoutChangeInDistinctReached",
            "maxExecutionTimeInDistinctReached",
            "timeUsedMs",
            "brokerReduceTimeMs",
            "requestId",
            "brokerId",
            "clientRequestId",
            "numDocsScanned",
            "totalDocs",
            "numEntriesScannedInFilter",
            "numEntriesScannedPostFilter",
            "numServersQueried",
            "numServersResponded",
            "numSegmentsQueried",
            "numSegmentsProcessed",
            "numSegmentsMatched",
            "numConsumingSegmentsQueried",
            "numConsumingSegmentsProcessed",
            "numConsumingSegmentsMatched",
            "minConsumingFreshnessTimeMs",
            "numSegmentsPrunedByBroker",
            "numSegmentsPrunedByServer",
            "numSegmentsPrunedInvalid",
            "numSegmentsPrunedByLimit",
            "numSegmentsPrunedByValue",
            "offlineThreadCpuTimeNs",
            "offlineSystemActivitiesCpuTimeNs",
            "offlineResponseSerializationCpuTimeNs",
            "offlineTotalCpuTimeNs",
            "offlineThreadMemAllocatedBytes",
            "offlineResponseSerMemAllocatedBytes",
            "offlineTotalMemAllocatedBytes",
            "realtimeThreadCpuTimeNs",
            "realtimeSystemActivitiesCpuTimeNs",
            "realtimeResponseSerializationCpuTimeNs",
            "realtimeTotalCpuTimeNs",
            "realtimeThreadMemAllocatedBytes",
            "realtimeResponseSerMemAllocatedBytes",
            "realtimeTotalMemAllocatedBytes",
            "explainPlanNumEmptyFilterSegments",
            "explainPlanNumMatchAllFilterSegments",
            "traceInfo",
            "tablesQueried",
            "pools",
            "rlsFiltersApplied",
            "numSegmentsFromCache",
            "notices",
            "coverage",
            "offsets",
            "offsetToken");
    assertThat(json.get("timeUsedMs").asLong()).isEqualTo(1);
    assertThat(json.get("brokerReduceTimeMs").asLong()).isEqualTo(30);
    assertThat(json.get("clientRequestId").isNull()).isTrue();
    assertThat(json.get("numDocsScanned").asLong()).isEqualTo(1);
    assertThat(json.get("totalDocs").asLong()).isEqualTo(13 + 22);
    assertThat(json.get("numSegmentsQueried").asLong()).isEqualTo(4 + 21);
    assertThat(json.get("numSegmentsPrunedByBroker").asLong()).isEqualTo(21);
    assertThat(json.get("numSegmentsPrunedByServer").asLong()).isEqualTo(7 + 8 + 9);
    assertThat(json.get("numSegmentsPrunedInvalid").asLong()).isEqualTo(7);
    assertThat(json.get("numSegmentsPrunedByLimit").asLong()).isEqualTo(8);
    assertThat(json.get("numSegmentsPrunedByValue").asLong()).isEqualTo(9);
    assertThat(json.get("numConsumingSegmentsMatched").asLong()).isEqualTo(12);
    assertThat(json.get("numGroupsWarningLimitReached").asBoolean()).isTrue();
    assertThat(json.get("realtimeTotalCpuTimeNs").asLong()).isEqualTo(100 + 300);
    assertThat(json.get("realtimeTotalMemAllocatedBytes").asLong()).isEqualTo(200 + 400);
    assertThat(json.get("numSegmentsFromCache").asLong()).isEqualTo(14);
    assertThat(json.get("notices").get(0).asString()).isEqualTo("there is more");
  }

  private static String body(AnswerFormat format, QueryAnswer answer) {
    return new String(new AnswerBody(format, answer, "Broker_1", () -> 1).whole(), UTF_8);
  }

  private static QueryAnswer answer(Optional<ResultTable> table) {
    return new QueryAnswer(
        "1",
        Optional.empty(),
        table,
        false,
        List.of(),
        List.of("there is more"),
        new ExecutionStatistics(
            1,
            2,
            3,
            4,
            5,
            6,
            7,
            8,
            9,
            10,
            11,
            12,
            13,
            14,
            15,
            new ThreadUsage(100, 200),
            new ThreadUsage(300, 400)),
        new Effort(1, 1, 21, 22, false, true, true, 0, 30, 0, 0),
        Map.of(3, List.of(new OffsetRange(5, 9))),
        new TreeMap<>(Map.of(3, 9L)),
        Optional.of("o1.token"),
        List.of("t"));
  }

  private static ResultTable everyType() {
    List<String> names = new ArrayList<>();
    List<ResultType> types = new ArrayList<>();
    List<Cell> row = new ArrayList<>();
    add(names, types, row, DataType.LONG, new Value.LongValue(Long.MAX_VALUE));
    add(names, types, row, DataType.DOUBLE, new Value.DoubleValue(5));
    add(names, types, row, DataType.DOUBLE, new Value.DoubleValue(4.294967536E9));
    add(names, types, row, DataType.DOUBLE, new Value.DoubleValue(Double.NaN));
    add(names, types, row, DataType.FLOAT, new Value.FloatValue(Float.NEGATIVE_INFINITY));
    add(names, types, row, DataType.BOOLEAN, new Value.IntValue(1));
    add(names, types, row, DataType.TIMESTAMP, new Value.LongValue(1_700_000_000_500L));
    add(names, types, row, DataType.TIMESTAMP, new Value.LongValue(0));
    add(names, types, row, DataType.BIG_DECIMAL, new Value.BigDecimalValue(new BigDecimal("1E3")));
    add(names, types, row, DataType.BYTES, new Value.BytesValue(new byte[] {0, (byte) 0xff}));
    add(names, types, row, DataType.STRING, new Value.StringValue("\u00e9\""));
    names.add("list");
    types.add(ResultType.arrayOf(DataType.BOOLEAN));
    row.add(new Cell.Many(List.of(new Value.IntValue(1), new Value.IntValue(0))));
    names.add("none");
    types.add(ResultType.of(DataType.INT));
    row.add(Cell.NULL);
    return ResultTable.of(names, types, List.of(row), false);
  }

  private static void add(
      List<String> names, List<ResultType> types, List<Cell> row, DataType type, Value value) {
    names.add("c" + names.size());
    types.add(ResultType.of(type));
    row.add(new Cell.Single(value));
  }
}
