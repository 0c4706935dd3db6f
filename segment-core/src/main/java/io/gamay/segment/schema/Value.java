package io.gamay.segment.schema;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * One value of one {@link StoredType}, for the places that are not hot: defaults, literals,
 * statistics, result cells. SQL NULL is not a Value. Two values compare only when their stored
 * types are the same.
 */
public sealed interface Value extends Comparable<Value> {

  StoredType storedType();

  record IntValue(int value) implements Value {
    @Override
    public StoredType storedType() {
      return StoredType.INT;
    }
  }

  record LongValue(long value) implements Value {
    @Override
    public StoredType storedType() {
      return StoredType.LONG;
    }
  }

  record FloatValue(float value) implements Value {
    @Override
    public StoredType storedType() {
      return StoredType.FLOAT;
    }
  }

  record DoubleValue(double value) implements Value {
    @Override
    public StoredType storedType() {
      return StoredType.DOUBLE;
    }
  }

  record StringValue(String value) implements Value {
    @Override
    public StoredType storedType() {
      return StoredType.STRING;
    }
  }

  /** The array is owned by this value: neither side changes it. */
  record BytesValue(byte[] value) implements Value {
    @Override
    public StoredType storedType() {
      return StoredType.BYTES;
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof BytesValue that && Arrays.equals(value, that.value);
    }

    @Override
    public int hashCode() {
      return Arrays.hashCode(value);
    }

    @Override
    public String toString() {
      return HexFormat.of().formatHex(value);
    }
  }

  record BigDecimalValue(BigDecimal value) implements Value {
    public BigDecimalValue {
      value = value.signum() == 0 ? BigDecimal.ZERO : value.stripTrailingZeros();
    }

    @Override
    public StoredType storedType() {
      return StoredType.BIG_DECIMAL;
    }
  }

  /**
   * Numbers by size (NaN largest, -0.0 before 0.0), STRING and BYTES by unsigned bytes.
   *
   * @throws IllegalArgumentException if the stored types differ
   */
  @Override
  default int compareTo(Value other) {
    return switch (this) {
      case IntValue(int a) when other instanceof IntValue(int b) -> Integer.compare(a, b);
      case LongValue(long a) when other instanceof LongValue(long b) -> Long.compare(a, b);
      case FloatValue(float a) when other instanceof FloatValue(float b) -> Float.compare(a, b);
      case DoubleValue(double a) when other instanceof DoubleValue(double b) ->
          Double.compare(a, b);
      case StringValue(String a) when other instanceof StringValue(String b) ->
          Arrays.compareUnsigned(
              a.getBytes(StandardCharsets.UTF_8), b.getBytes(StandardCharsets.UTF_8));
      case BytesValue(byte[] a) when other instanceof BytesValue(byte[] b) ->
          Arrays.compareUnsigned(a, b);
      case BigDecimalValue(BigDecimal a) when other instanceof BigDecimalValue(BigDecimal b) ->
          a.compareTo(b);
      default ->
          throw new IllegalArgumentException(
              "cannot compare " + storedType() + " with " + other.storedType());
    };
  }
}
