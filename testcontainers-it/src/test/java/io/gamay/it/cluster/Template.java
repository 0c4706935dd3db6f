package io.gamay.it.cluster;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** Schema and table JSON from the class path, with values in place of <code>${name}</code>. */
public final class Template {
  private Template() {}

  /** Fills in every placeholder; one without a value fails. */
  public static String fill(String resource, Map<String, String> values) {
    try (var input = Template.class.getResourceAsStream(resource)) {
      if (input == null) {
        throw new IllegalArgumentException("no resource " + resource);
      }
      String text = new String(input.readAllBytes(), StandardCharsets.UTF_8);
      for (Map.Entry<String, String> value : values.entrySet()) {
        text = text.replace("${" + value.getKey() + "}", value.getValue());
      }
      if (text.contains("${")) {
        throw new IllegalArgumentException(resource + " has a placeholder without a value");
      }
      return text;
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }
}
