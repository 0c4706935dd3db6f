package io.gamay.segment.schema;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TimestampTextTest {

  @ParameterizedTest
  @CsvSource({
    "1970-01-02,86400000",
    "1970-01-01 00:01,60000",
    "1970-01-01T00:00:01,1000",
    "1970-01-01 00:00:01.5,1500",
    "1970-01-01T00:00:00.123456789,123",
    "1970-01-01T00:00:01Z,1000",
    "1970-01-01T02:00:00+02:00,0",
    "1970-01-01T02:00:00+0200,0",
    "1970-01-01 02:00:00+02,0",
    "1969-12-31T23:59:59.999Z,-1",
    "2024-02-29,1709164800000",
    "-5,-5",
    "1704067200000,1704067200000"
  })
  void everyFormIsRead(String text, long millis) {
    assertThat(TimestampText.parse(text)).hasValue(millis);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "-",
        "yesterday",
        "2023-02-29",
        "2023-02-30 10:00",
        "2023-13-01",
        "2023-01-01 24:00:00",
        "2023-01-01 10:00:60",
        "2023-1-1",
        "2023-01-01T10",
        "99999999999999999999",
        "1e3",
        " 5",
        "2023-01-01 10:00:00 UTC",
        "+5",
        "2026-01-3110:00:00",
        "2026-01-31T 10:00:00",
        "2026-01-31 T10:00:00"
      })
  void whatHasNoneOfTheFormsIsNone(String text) {
    assertThat(TimestampText.parse(text)).isEmpty();
  }

  @Test
  void aTimestampIsWrittenWithItsFraction() {
    assertThat(TimestampText.format(0)).isEqualTo("1970-01-01 00:00:00.0");
    assertThat(TimestampText.format(1_709_164_800_120L)).isEqualTo("2024-02-29 00:00:00.12");
    assertThat(TimestampText.parse(TimestampText.format(-1))).hasValue(-1);
  }
}
