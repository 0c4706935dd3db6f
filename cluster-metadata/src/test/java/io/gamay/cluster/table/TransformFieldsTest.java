package io.gamay.cluster.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gamay.cluster.table.TableConfig.TransformConfig;
import io.gamay.segment.schema.ColumnSpec;
import io.gamay.segment.schema.DataType;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TransformFieldsTest {

  private static final Map<String, ColumnSpec> COLUMNS =
      Map.of(
          "made", ColumnSpec.dimension("made", DataType.LONG),
          "flag", ColumnSpec.dimension("flag", DataType.BOOLEAN),
          "day", ColumnSpec.dimension("day", DataType.INT),
          "fare", ColumnSpec.dimension("fare", DataType.DOUBLE),
          "name", ColumnSpec.dimension("name", DataType.STRING),
          "tags", ColumnSpec.dimension("tags", DataType.STRING).asMultiValue());

  @Test
  void fieldsBesideTheSchemaHaveTheTypeThatTheirCallsNeed() {
    assertThat(
            beside(
                "toEpochDays(ms)",
                "fromDateTime(text, 'yyyy')",
                "jsonFormat(group)",
                "copied",
                "ms",
                "toEpochDays(fromDateTime(nested, 'yyyy'))",
                "fromEpochDays(day)"))
        .isEqualTo(
            Map.of(
                "ms", DataType.LONG,
                "text", DataType.STRING,
                "group", DataType.JSON,
                "copied", DataType.STRING,
                "nested", DataType.STRING));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "fromEpochDays(fare)|takes a whole number, but column fare is DOUBLE",
        "fromEpochDays(name)|takes a whole number, but column name is STRING",
        "fromEpochDays(tags)|column tags is multi-value",
        "tags|column tags is multi-value",
        "fromEpochDays('x')|takes a whole number, but 'x' is none",
        "fromEpochDays(1.5)|takes a whole number, but 1.5 is none",
        "fromEpochDays(99999999999999999999)|takes a whole number, but",
        "fromEpochDays(true)|takes a whole number, but true is none",
        "fromDateTime(day, 'yyyy')|takes a text, but column day is INT",
        "fromDateTime(2020, 'yyyy')|takes a text, but 2020 is none",
        "toEpochDays(fromDateTime(day, 'yyyy'))|takes a text, but column day is INT",
        "jsonFormat(day)|takes JSON, but column day is INT",
      })
  void argumentOfTheWrongTypeIsRefused(String function, String message) {
    assertThatThrownBy(() -> beside(function))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(message);
  }

  @Test
  void oneFieldIsNotReadAsTwoTypes() {
    assertThatThrownBy(() -> beside("toEpochDays(x)", "jsonFormat(x)"))
        .hasMessageContaining("jsonFormat reads field x as JSON")
        .hasMessageContaining("add a column x to the schema");
    assertThatCode(() -> beside("toEpochDays(x)", "fromEpochSeconds(x)"))
        .doesNotThrowAnyException();
  }

  private static Map<String, DataType> beside(String... functions) {
    List<TransformConfig> transforms =
        Arrays.stream(functions)
            .map(text -> new TransformConfig("made", TransformExpression.parse(text)))
            .toList();
    return TransformFields.beside(name -> Optional.ofNullable(COLUMNS.get(name)), transforms);
  }
}
