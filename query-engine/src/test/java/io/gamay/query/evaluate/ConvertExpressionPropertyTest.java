package io.gamay.query.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gamay.query.error.QueryErrorCode;
import io.gamay.query.error.QueryException;
import io.gamay.query.plan.ResultType;
import io.gamay.query.plan.TypedExpression.Constant;
import io.gamay.query.plan.ValueConverter;
import io.gamay.query.vector.Vector;
import io.gamay.segment.schema.DataType;
import io.gamay.segment.schema.Value;
import io.gamay.testkit.random.SeededRandom;
import io.gamay.testkit.random.Seeds;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ConvertExpressionPropertyTest {

  @Test
  void eachElementConvertsAsTheDefinitionSays() {
    int[] converted = new int[1];
    Seeds.forEach(
        20_000,
        random -> {
          DataType from = random.oneOf(List.of(DataType.values()));
          DataType to = random.oneOf(List.of(DataType.values()));
          Value value = Vector.canonical(value(random, from));
          BlockExpression expression =
              new ConvertExpression(
                  ResultType.of(from),
                  ResultType.of(to),
                  new ConstantExpression(new Constant(Optional.of(value), ResultType.of(from))));
          Block block = new Block();
          block.setRange(0, 3);
          Value expected;
          try {
            expected = Vector.canonical(ValueConverter.convert(value, from, to));
          } catch (QueryException e) {
            assertThatThrownBy(() -> expression.evaluate(block))
                .as("%s %s to %s", from, value, to)
                .isInstanceOfSatisfying(
                    QueryException.class,
                    found -> assertThat(found.code()).isEqualTo(QueryErrorCode.QUERY_EXECUTION));
            return;
          }
          Vector found = expression.evaluate(block);
          for (int row = 0; row < 3; row++) {
            assertThat(found.valueAt(row)).as("%s %s to %s", from, value, to).isEqualTo(expected);
          }
          converted[0]++;
        });
    assertThat(converted[0]).isPositive();
  }

  private static Value value(SeededRandom random, DataType type) {
    return switch (type) {
      case INT -> new Value.IntValue(random.anyInt());
      case BOOLEAN -> new Value.IntValue(random.between(0, 1));
      case LONG -> new Value.LongValue(random.anyLong());
      case TIMESTAMP -> new Value.LongValue(random.nextLong(-1L << 45, 1L << 45));
      case FLOAT -> new Value.FloatValue(random.anyFloat());
      case DOUBLE -> new Value.DoubleValue(random.anyDouble());
      case BIG_DECIMAL -> new Value.BigDecimalValue(random.anyDecimal(25));
      case STRING, JSON ->
          new Value.StringValue(
              random.oneOf(
                  List.of(
                      random.anyString(4),
                      " " + random.anyInt(),
                      Double.toString(random.anyDouble()),
                      random.anyDecimal(10).toString(),
                      "TRUE",
                      "false",
                      "0a1f",
                      "2024-02-29",
                      "2024-05-06T07:08:09.123Z",
                      "2024-05-06 07:08:09.1+02:00",
                      "1e400",
                      "12.0")));
      case BYTES -> new Value.BytesValue(random.anyBytes(5));
    };
  }
}
