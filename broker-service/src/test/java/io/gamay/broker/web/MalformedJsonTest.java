package io.gamay.broker.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

class MalformedJsonTest {

  @Test
  void aBodyThatIsCutOffIsSaidToEndWithLineAndColumn() {
    assertThat(words("{\"sql\":\n \"SELECT 1\""))
        .matches("line 2, column \\d+: Unexpected end-of-input: expected close marker for Object");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "{", "[", "{\"sql\"", "{\"sql\": \"x", "{\"sql\": {}}", "{,}", "SELECT 1"})
  void nothingIsSaidOfTheParsersInput(String body) {
    assertThat(words(body)).startsWith("line 1, column ").doesNotContain("Source", "REDACTED");
  }

  private static String words(String body) {
    return MalformedJson.words(
        catchThrowableOfType(
            JacksonException.class,
            () ->
                JsonMapper.builder()
                    .build()
                    .readValue(body.getBytes(StandardCharsets.UTF_8), QueryRequest.class)));
  }
}
