package io.gamay.query.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gamay.query.error.QueryException;
import io.gamay.segment.schema.DataType;
import io.gamay.segment.schema.Value;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ValueConverterTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "1 | INT | 1",
        " 12 | LONG | 12",
        "1.5 | DOUBLE | 1.5",
        "0.1 | FLOAT | 0.1",
        "NaN | DOUBLE | NaN",
        "1.50 | BIG_DECIMAL | 1.5",
        "TRUE | BOOLEAN | true",
        "0 | BOOLEAN | false",
        "1969-12-31 23:59:59.999 | TIMESTAMP | 1969-12-31 23:59:59.999",
        "2026-01-31 | TIMESTAMP | 2026-01-31 00:00:00.0",
        "2026-01-31T10:00:00+02:00 | TIMESTAMP | 2026-01-31 08:00:00.0",
        "2026-01-31 10:00:00Z | TIMESTAMP | 2026-01-31 10:00:00.0",
        "-1 | TIMESTAMP | 1969-12-31 23:59:59.999",
        "0Aff | BYTES | 0aff",
        "x | JSON | x",
      })
  void textConverts(String text, DataType type, String shown) {
    Value value = ValueConverter.convert(new Value.StringValue(text), DataType.STRING, type);

    assertThat(ValueConverter.text(value, type)).isEqualTo(shown);
    assertThat(value.storedType()).isEqualTo(type.storedType());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "x | INT",
        "1.5 | INT",
        "3000000000 | INT",
        "9223372036854775808 | LONG",
        "1e999999999 | BIG_DECIMAL",
        "yes | BOOLEAN",
        "2026-02-30 | TIMESTAMP",
        "2026-01-3110:00:00 | TIMESTAMP",
        "10:00:00 | TIMESTAMP",
        "99999999999999999999 | TIMESTAMP",
        "0 | BYTES",
        "zz | BYTES",
        "~~ | DOUBLE",
        "1d | DOUBLE",
        "1F | FLOAT",
        "0x1p3 | DOUBLE",
      })
  void textThatIsNotOfTheTypeIsAnError(String text, DataType type) {
    assertThatThrownBy(
            () -> ValueConverter.convert(new Value.StringValue(text), DataType.STRING, type))
        .isInstanceOf(QueryException.class)
        .hasMessageContaining("cannot convert STRING");
  }

  @ParameterizedTest
  @CsvSource({
    "1.9, INT, 1", "-1.9, INT, -1", "1e18, LONG, 1000000000000000000", "0.5, BOOLEAN, true",
    "0, BOOLEAN, false", "1.5, STRING, 1.5", "0.1, BIG_DECIMAL, 0.1", "0.1, FLOAT, 0.1",
    "1000, TIMESTAMP, 1970-01-01 00:00:01.0"
  })
  void doublesConvert(double number, DataType type, String shown) {
    Value value = ValueConverter.convert(new Value.DoubleValue(number), DataType.DOUBLE, type);

    assertThat(ValueConverter.text(value, type)).isEqualTo(shown);
  }

  @ParameterizedTest
  @CsvSource({"1e10, INT", "1e19, LONG", "NaN, INT", "Infinity, BIG_DECIMAL", "1, BYTES"})
  void doublesThatDoNotFitAreAnError(double number, DataType type) {
    assertThatThrownBy(
            () -> ValueConverter.convert(new Value.DoubleValue(number), DataType.DOUBLE, type))
        .isInstanceOf(QueryException.class);
  }
}
