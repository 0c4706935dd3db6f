package io.gamay.quickstart.load;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class KeyFieldTest {

  @Test
  void theKeyIsTheTextOfATopLevelScalar() {
    assertThat(key("{\"x\":{\"id\":1},\"y\":[{\"id\":2}],\"id\":\"S\\u00e3o\"}"))
        .contains("S\u00e3o");
    assertThat(key("{\"id\":12}")).contains("12");
    assertThat(key("{\"id\":true}")).contains("true");
  }

  @Test
  void recordsWithoutAUsableKeyHaveNone() {
    assertThat(key("{\"other\":1}")).isEmpty();
    assertThat(key("{\"id\":null}")).isEmpty();
    assertThat(key("{\"id\":{\"a\":1}}")).isEmpty();
    assertThat(key("[1]")).isEmpty();
    assertThat(key("{broken")).isEmpty();
    assertThat(key("")).isEmpty();
  }

  private static Optional<String> key(String record) {
    return new KeyField("id")
        .keyOf(record.getBytes(StandardCharsets.UTF_8))
        .map(bytes -> new String(bytes, StandardCharsets.UTF_8));
  }
}
