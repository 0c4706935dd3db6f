package io.gamay.segment.schema;

import java.math.BigDecimal;

/** The values that stand for a missing one where a schema names none (those of Apache Pinot). */
public final class DefaultValues {

  private DefaultValues() {}

  public static Value of(DataType type, ColumnRole role) {
    boolean metric = role == ColumnRole.METRIC;
    return switch (type) {
      case INT -> new Value.IntValue(metric ? 0 : Integer.MIN_VALUE);
      case LONG -> new Value.LongValue(metric ? 0 : Long.MIN_VALUE);
      case FLOAT -> new Value.FloatValue(metric ? 0 : Float.NEGATIVE_INFINITY);
      case DOUBLE -> new Value.DoubleValue(metric ? 0 : Double.NEGATIVE_INFINITY);
      case BIG_DECIMAL -> new Value.BigDecimalValue(BigDecimal.ZERO);
      case BOOLEAN -> new Value.IntValue(0);
      case TIMESTAMP -> new Value.LongValue(0);
      case STRING, JSON -> new Value.StringValue("null");
      case BYTES -> new Value.BytesValue(new byte[0]);
    };
  }
}
