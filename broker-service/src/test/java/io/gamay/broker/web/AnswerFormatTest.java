package io.gamay.broker.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AnswerFormatTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "''|JSON",
        "*/*|JSON",
        "application/json|JSON",
        "text/csv|CSV",
        "text/csv; charset=utf-8|CSV",
        "application/x-ndjson|NDJSON",
        "application/vnd.apache.arrow.stream|ARROW",
        "text/html, application/xhtml+xml, */*;q=0.8|JSON",
        "text/html|JSON",
        "application/json;q=0.5, text/csv|CSV",
        "text/csv;q=0.5, application/json|JSON",
        "text/csv;q=0|JSON",
        "no type at all|JSON",
      })
  void acceptHeaderChoosesTheFormat(String accept, AnswerFormat expected) {
    assertThat(AnswerFormat.accepted(accept.isEmpty() ? List.of() : List.of(accept)))
        .isEqualTo(expected);
  }
}
