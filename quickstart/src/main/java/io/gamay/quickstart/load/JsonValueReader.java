package io.gamay.quickstart.load;

import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.cfg.JsonNodeFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * JSON objects, either the elements of one array or written one after the other. Numbers keep all
 * their digits; blanks between tokens are not kept. A value that is not an object is unreadable;
 * what is not JSON ends the file, for nothing tells where the next object begins.
 */
final class JsonValueReader implements RecordReader {
  static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
          .build();

  private final JsonParser parser;
  private final boolean isArray;
  private boolean isFirst = true;
  private long recordCount;

  JsonValueReader(InputStream input) throws MalformedFileException {
    this.parser = JSON.createParser(input);
    this.isArray = nextToken() == JsonToken.START_ARRAY;
  }

  @Override
  public @Nullable Row next() throws IOException {
    JsonToken token = isFirst && !isArray ? parser.currentToken() : nextToken();
    isFirst = false;
    if (isArray && token == JsonToken.END_ARRAY) {
      if (nextToken() != null) {
        throw new MalformedFileException("there is more text after the array's end");
      }
      return null;
    }
    if (token == null) {
      if (isArray) {
        throw new MalformedFileException("the file ends before its array does");
      }
      return null;
    }
    try {
      Row row = token == JsonToken.START_OBJECT ? object() : other(token);
      recordCount++;
      return row;
    } catch (JacksonException malformed) {
      throw malformed(malformed);
    }
  }

  private Row object() {
    return new Row.Sendable(JSON.writeValueAsBytes(parser.<JsonNode>readValueAsTree()));
  }

  private Row other(JsonToken token) {
    int line = parser.currentTokenLocation().getLineNr();
    parser.skipChildren();
    String kind = token == JsonToken.START_ARRAY ? "an array" : "a bare value";
    return new Row.Unreadable(line, kind + ", not an object");
  }

  private @Nullable JsonToken nextToken() throws MalformedFileException {
    try {
      return parser.nextToken();
    } catch (JacksonException malformed) {
      throw malformed(malformed);
    }
  }

  private MalformedFileException malformed(JacksonException failure) {
    return new MalformedFileException(
        "not JSON after %d %s, line %d: %s"
            .formatted(
                recordCount,
                recordCount == 1 ? "record" : "records",
                parser.currentLocation().getLineNr(),
                failure.getOriginalMessage()),
        failure);
  }

  @Override
  public void close() {
    parser.close();
  }
}
