package io.gamay.cluster.layout;

import io.gamay.segment.schema.Value;
import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.ser.std.StdSerializer;

/**
 * A value as an object with one member named by its stored type. Numbers that JSON does not have
 * (NaN, infinities) and BIG_DECIMAL are text; BYTES are Base64.
 */
final class ValueSerializer extends StdSerializer<Value> {

  ValueSerializer() {
    super(Value.class);
  }

  @Override
  public void serialize(Value value, JsonGenerator json, SerializationContext context) {
    json.writeStartObject();
    json.writeName(value.storedType().name());
    switch (value) {
      case Value.IntValue(int number) -> json.writeNumber(number);
      case Value.LongValue(long number) -> json.writeNumber(number);
      case Value.FloatValue(float number) when Float.isFinite(number) -> json.writeNumber(number);
      case Value.FloatValue(float number) -> json.writeString(Float.toString(number));
      case Value.DoubleValue(double number) when Double.isFinite(number) ->
          json.writeNumber(number);
      case Value.DoubleValue(double number) -> json.writeString(Double.toString(number));
      case Value.StringValue(String text) -> json.writeString(text);
      case Value.BytesValue(byte[] bytes) -> json.writeBinary(bytes);
      case Value.BigDecimalValue decimal -> json.writeString(decimal.value().toString());
    }
    json.writeEndObject();
  }
}
