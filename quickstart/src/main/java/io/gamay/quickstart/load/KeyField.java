package io.gamay.quickstart.load;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/** The top-level field whose text becomes the Kafka key. */
record KeyField(String name) {
  /**
   * The field's value as text in UTF-8; empty when the record has no such field, holds null, an
   * object or an array there, or is not a JSON object.
   */
  Optional<byte[]> keyOf(byte[] record) {
    try (JsonParser parser = JsonValueReader.JSON.createParser(record)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        return Optional.empty();
      }
      while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
        boolean isIt = parser.currentName().equals(name);
        JsonToken value = parser.nextToken();
        if (isIt) {
          return value != null && value.isScalarValue() && value != JsonToken.VALUE_NULL
              ? Optional.of(parser.getString().getBytes(StandardCharsets.UTF_8))
              : Optional.empty();
        }
        parser.skipChildren();
      }
      return Optional.empty();
    } catch (JacksonException malformed) {
      return Optional.empty();
    }
  }
}
