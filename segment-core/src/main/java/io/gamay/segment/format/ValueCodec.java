package io.gamay.segment.format;

import io.gamay.segment.schema.BigDecimalCodec;
import io.gamay.segment.schema.StoredType;
import io.gamay.segment.schema.Value;

/** Single values and stored types as fields of a record. */
final class ValueCodec {

  private ValueCodec() {}

  /** The stored type's number (1 byte), then the value in that type's form. */
  static void write(Value value, RecordOutput out) {
    out.putByte(numberOf(value.storedType()));
    switch (value) {
      case Value.IntValue(int v) -> out.putInt(v);
      case Value.LongValue(long v) -> out.putLong(v);
      case Value.FloatValue(float v) -> out.putInt(Float.floatToIntBits(v));
      case Value.DoubleValue(double v) -> out.putLong(Double.doubleToLongBits(v));
      case Value.StringValue(String v) -> out.putString(v);
      case Value.BytesValue(byte[] v) -> out.putBytes(v);
      case Value.BigDecimalValue(var v) -> out.putBytes(BigDecimalCodec.encode(v));
    }
  }

  static Value read(RecordInput in) {
    return switch (storedTypeOf(in.getByte())) {
      case INT -> new Value.IntValue(in.getInt());
      case LONG -> new Value.LongValue(in.getLong());
      case FLOAT -> new Value.FloatValue(Float.intBitsToFloat(in.getInt()));
      case DOUBLE -> new Value.DoubleValue(Double.longBitsToDouble(in.getLong()));
      case STRING -> new Value.StringValue(in.getString());
      case BYTES -> new Value.BytesValue(in.getBytes());
      case BIG_DECIMAL -> {
        byte[] bytes = in.getBytes();
        yield new Value.BigDecimalValue(BigDecimalCodec.decode(bytes, 0, bytes.length));
      }
    };
  }

  private static int numberOf(StoredType type) {
    return switch (type) {
      case INT -> 1;
      case LONG -> 2;
      case FLOAT -> 3;
      case DOUBLE -> 4;
      case STRING -> 5;
      case BYTES -> 6;
      case BIG_DECIMAL -> 7;
    };
  }

  private static StoredType storedTypeOf(int number) {
    return switch (number) {
      case 1 -> StoredType.INT;
      case 2 -> StoredType.LONG;
      case 3 -> StoredType.FLOAT;
      case 4 -> StoredType.DOUBLE;
      case 5 -> StoredType.STRING;
      case 6 -> StoredType.BYTES;
      case 7 -> StoredType.BIG_DECIMAL;
      default -> throw new IllegalArgumentException("unknown stored type " + number);
    };
  }
}
