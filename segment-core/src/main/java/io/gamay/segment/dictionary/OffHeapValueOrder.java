package io.gamay.segment.dictionary;

import io.gamay.segment.memory.BytesView;
import io.gamay.segment.schema.StoredType;
import io.gamay.segment.schema.Value;
import java.nio.charset.StandardCharsets;

/** The order and the boxed form of off-heap STRING, BYTES and BIG_DECIMAL values. */
public final class OffHeapValueOrder {

  private OffHeapValueOrder() {}

  /** STRING and BYTES by unsigned bytes, BIG_DECIMAL by size. */
  public static int compare(StoredType type, BytesView values, int left, int right) {
    if (type != StoredType.BIG_DECIMAL) {
      return values.compare(left, right);
    }
    return OffHeapDecimalOrder.compare(values, left, right);
  }

  public static Value valueAt(StoredType type, BytesView values, int index) {
    return switch (type) {
      case STRING ->
          new Value.StringValue(new String(values.bytesAt(index), StandardCharsets.UTF_8));
      case BYTES -> new Value.BytesValue(values.bytesAt(index));
      case BIG_DECIMAL -> new Value.BigDecimalValue(OffHeapDecimalOrder.decimalAt(values, index));
      case INT, LONG, FLOAT, DOUBLE ->
          throw new IllegalArgumentException("not a type of bytes: " + type);
    };
  }
}
