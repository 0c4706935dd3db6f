package io.gamay.segment.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JodaTimePatternTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "yyyy-MM-dd|2024-02-29|2024-02-29T00:00:00Z",
        "yyyyMMdd|20240229|2024-02-29T00:00:00Z",
        "MM/dd/yy|12/31/99|1999-12-31T00:00:00Z",
        "MM/dd/yy|12/31/49|2049-12-31T00:00:00Z",
        "yyyy|2024|2024-01-01T00:00:00Z",
        "yyyy-MM-dd HH:mm:ss.SSS|2024-02-29 23:59:58.123|2024-02-29T23:59:58.123Z",
        "yyyy-MM-dd'T'HH:mm:ssZ|2024-02-29T01:02:03+0200|2024-02-28T23:02:03Z",
        "yyyy-MM-dd'T'HH:mm:ssZ|2024-02-29T01:02:03+02:00|2024-02-28T23:02:03Z",
        "yyyy-MM-dd'T'HH:mm:ssZ|2024-02-29T01:02:03Z|2024-02-29T01:02:03Z",
        "EEE, d MMM yyyy h:mm a|Thu, 29 Feb 2024 3:04 pm|2024-02-29T15:04:00Z",
        "yyyy-DDD|2024-060|2024-02-29T00:00:00Z",
        "xxxx-'W'ww-e|2022-W52-7|2023-01-01T00:00:00Z",
        "xxxx-'W'ww-e|2024-W01-1|2024-01-01T00:00:00Z",
        "xxxxwwe|2020537|2021-01-03T00:00:00Z",
        "x-w-e|2024-9-4|2024-02-29T00:00:00Z",
        "HH:mm|13:30|1970-01-01T13:30:00Z",
        "yyyy ''yy''|2024 '24'|2024-01-01T00:00:00Z",
      })
  void textIsReadAsJodaWouldReadIt(String pattern, String text, String expected) {
    assertThat(Instant.ofEpochMilli(new JodaTimePattern(pattern, ZoneOffset.UTC).parseMillis(text)))
        .isEqualTo(Instant.parse(expected));
  }

  @Test
  void textWithoutOffsetIsReadInTheZoneOfThePattern() {
    JodaTimePattern pattern =
        new JodaTimePattern("yyyy-MM-dd HH:mm", ZoneId.of("America/New_York"));
    long millis = pattern.parseMillis("2024-07-01 12:00");
    assertThat(Instant.ofEpochMilli(millis)).isEqualTo(Instant.parse("2024-07-01T16:00:00Z"));
    assertThat(pattern.format(millis)).isEqualTo("2024-07-01 12:00");
  }

  @Test
  void offsetIsWrittenAsJodaWritesIt() {
    assertThat(new JodaTimePattern("yyyy-MM-dd'T'HH:mm:ssZ", ZoneOffset.UTC).format(0))
        .isEqualTo("1970-01-01T00:00:00+0000");
    assertThat(new JodaTimePattern("HHZZ", ZoneOffset.ofHours(2)).format(0)).isEqualTo("02+02:00");
  }

  @Test
  void weeksAreThoseOfIso() {
    JodaTimePattern pattern = new JodaTimePattern("xxxx-ww-e", ZoneOffset.UTC);
    assertThat(pattern.format(Instant.parse("2023-01-01T12:00:00Z").toEpochMilli()))
        .isEqualTo("2022-52-7");
    assertThat(pattern.format(Instant.parse("2024-12-30T12:00:00Z").toEpochMilli()))
        .isEqualTo("2025-01-1");
  }

  @ParameterizedTest
  @CsvSource({
    "yyyy-MM-dd, 2023-02-29",
    "yyyy-MM-dd, 2024-02-31",
    "yyyyMMdd, 20230431",
    "yyyy-DDD, 2023-366",
    "yyyy-MM-dd HH:mm, 2024-02-29 24:00"
  })
  void dayThatDoesNotExistIsRefused(String pattern, String text) {
    JodaTimePattern time = new JodaTimePattern(pattern, ZoneOffset.UTC);
    assertThatThrownBy(() -> time.parseMillis(text)).isInstanceOf(DateTimeException.class);
  }

  @Test
  void textThatDoesNotFollowIsRefused() {
    JodaTimePattern pattern = new JodaTimePattern("yyyy-MM-dd", ZoneOffset.UTC);
    assertThatThrownBy(() -> pattern.parseMillis("2024-02-30x"))
        .isInstanceOf(DateTimeException.class);
    assertThatThrownBy(() -> pattern.parseMillis("2024-13-01"))
        .isInstanceOf(DateTimeException.class);
  }

  @Test
  void unknownLettersAndOpenQuotesAreRefused() {
    assertThatThrownBy(() -> new JodaTimePattern("yyyy-QQ", ZoneOffset.UTC))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'Q'");
    assertThatThrownBy(() -> new JodaTimePattern("yyyy'T", ZoneOffset.UTC))
        .hasMessageContaining("quote");
  }
}
