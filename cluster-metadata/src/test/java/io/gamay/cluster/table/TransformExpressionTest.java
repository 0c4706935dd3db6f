package io.gamay.cluster.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gamay.cluster.table.TransformExpression.BooleanLiteral;
import io.gamay.cluster.table.TransformExpression.Call;
import io.gamay.cluster.table.TransformExpression.Field;
import io.gamay.cluster.table.TransformExpression.NumberLiteral;
import io.gamay.cluster.table.TransformExpression.TextLiteral;
import java.math.BigDecimal;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TransformExpressionTest {

  @Test
  void callsFieldsAndLiteralsAreReadAsWritten() {
    assertThat(TransformExpression.parse("fromEpochDays(DaysSinceEpoch)"))
        .isEqualTo(
            new Call(TransformFunction.FROM_EPOCH_DAYS, List.of(new Field("DaysSinceEpoch"))));
    assertThat(TransformExpression.parse(" FROM_DATE_TIME ( \"a \"\"b\" , 'yyyy''T''', 'UTC' ) "))
        .isEqualTo(
            new Call(
                TransformFunction.FROM_DATE_TIME,
                List.of(new Field("a \"b"), new TextLiteral("yyyy'T'"), new TextLiteral("UTC"))));
    assertThat(TransformExpression.parse("toEpochDays(fromDateTime(actor.at, 'yyyy'))").fields())
        .containsExactly("actor.at");
    assertThat(TransformExpression.parse("1704067200000"))
        .isEqualTo(new NumberLiteral(new BigDecimal("1704067200000")));
    assertThat(TransformExpression.parse("-1.5e-3"))
        .isEqualTo(new NumberLiteral(new BigDecimal("-0.0015")));
    assertThat(TransformExpression.parse("'x'")).isEqualTo(new TextLiteral("x"));
    assertThat(TransformExpression.parse("TRUE")).isEqualTo(new BooleanLiteral(true));
    assertThat(TransformExpression.parse("__key")).isEqualTo(new Field("__key"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "``|expected",
        "f(|expected",
        "fromEpochDays(|expected",
        "fromEpochDays(a|expected",
        "fromEpochDays(a,|expected",
        "fromEpochDays(a) b|nothing more",
        "fromEpochDays()|takes 1 argument, found 0",
        "fromEpochDays(a, b)|takes 1 argument, found 2",
        "fromDateTime(a)|takes 2 to 3 arguments",
        "fromDateTime(a, 'yyyy-QQ')|unknown letter 'Q'",
        "fromDateTime(a, '')|empty",
        "fromDateTime(a, b)|time pattern must be a text",
        "toDateTime(a, 'yyyy', b)|time zone must be a text",
        "toDateTime(a, 'yyyy', 'Middle/Earth')|not a time zone: 'Middle/Earth'",
        "fromEpochDay(a)|did you mean fromEpochDays?",
        "upper(a)|there are fromEpochDays, ",
        "Groovy({a + b}, a, b)|Groovy",
        "'open|not closed",
        "\"open|not closed",
        "a + b|nothing more",
        "1.2.3|number",
        "*|not expected",
      })
  void whatIsNotATransformIsRefusedWithTheReason(String text, String message) {
    assertThatThrownBy(() -> TransformExpression.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(message);
  }

  @Test
  void deepNestingIsRefusedNotOverflowing() {
    assertThatThrownBy(() -> TransformExpression.parse("fromEpochDays(".repeat(100_000)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("nested");
  }
}
