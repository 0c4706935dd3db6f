package io.gamay.broker.web;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.gamay.broker.gather.QueryAnswer;
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
import org.junit.jupiter.api.Test;

class AnswerRendererTest {

  private final AnswerRenderer renderer = new AnswerRenderer("Broker_1");

  @Test
  void valuesHavePinotsForms() {
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
    String json = render(answer(Optional.of(new ResultTable(names, types, List.of(row), false))));
    assertThat(json)
        .contains(
            "[[9223372036854775807,5.0,4.294967536E9,\"NaN\",\"-Infinity\",true,"
                + "\"2023-11-14 22:13:20.5\",\"1970-01-01 00:00:00.0\",\"1000\",\"00ff\","
                + "\"\u00e9\\\"\",[true,false],null]]")
        .contains("\"BOOLEAN_ARRAY\",\"INT\"]");
  }

  @Test
  void answerSaysWhichOffsetsItCovers() {
    assertThat(render(answer(Optional.empty())))
        .contains("\"coverage\":[{\"partition\":3,\"ranges\":[{\"start\":5,\"end\":9}]}]");
  }

  @Test
  void errorHasNoTableAndSaysItsCode() {
    String json = render(QueryAnswer.failed("1", QueryErrorCode.UNKNOWN_COLUMN, "no column x"));
    assertThat(json)
        .doesNotContain("resultTable")
        .contains("\"partialResult\":true")
        .contains(
            "\"exceptions\":[{\"errorCode\":710,\"message\":\"UnknownColumnError: no column x\"}]");
  }

  private String render(QueryAnswer answer) {
    return new String(renderer.render(answer, 1), UTF_8);
  }

  private static QueryAnswer answer(Optional<ResultTable> table) {
    return new QueryAnswer(
        "1",
        table,
        false,
        List.of(),
        ExecutionStatistics.ZERO,
        Map.of(3, List.of(new OffsetRange(5, 9))),
        List.of("t"),
        1,
        1,
        0,
        0,
        0);
  }

  private static void add(
      List<String> names, List<ResultType> types, List<Cell> row, DataType type, Value value) {
    names.add("c" + names.size());
    types.add(ResultType.of(type));
    row.add(new Cell.Single(value));
  }
}
