package io.gamay.cluster.layout;

import io.gamay.segment.schema.StoredType;
import io.gamay.segment.schema.Value;
import java.math.BigDecimal;
import java.util.Base64;
import java.util.Map;
import tools.jackson.core.JsonParser;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.deser.std.StdDeserializer;

/** Reads what {@link ValueSerializer} writes. */
final class ValueDeserializer extends StdDeserializer<Value> {

  ValueDeserializer() {
    super(Value.class);
  }

  @Override
  public Value deserialize(JsonParser json, DeserializationContext context) {
    JsonNode node = context.readTree(json);
    if (node.isObject() && node.size() == 1) {
      Map.Entry<String, JsonNode> member = node.properties().iterator().next();
      try {
        return valueOf(StoredType.valueOf(member.getKey()), member.getValue());
      } catch (IllegalArgumentException e) {
        throw context.weirdStringException(
            node.toString(), Value.class, String.valueOf(e.getMessage()));
      }
    }
    throw context.weirdStringException(
        node.toString(), Value.class, "expected an object with one member, the stored type");
  }

  private static Value valueOf(StoredType type, JsonNode node) {
    if (!node.isString() && !node.isNumber()) {
      throw new IllegalArgumentException("expected a number or text, found " + node);
    }
    String text = node.asString();
    return switch (type) {
      case INT -> new Value.IntValue(Integer.parseInt(text));
      case LONG -> new Value.LongValue(Long.parseLong(text));
      case FLOAT -> new Value.FloatValue(Float.parseFloat(text));
      case DOUBLE -> new Value.DoubleValue(Double.parseDouble(text));
      case STRING -> new Value.StringValue(text);
      case BYTES -> new Value.BytesValue(Base64.getDecoder().decode(text));
      case BIG_DECIMAL -> new Value.BigDecimalValue(new BigDecimal(text));
    };
  }
}
