package io.gamay.segment.schema;

import java.util.Optional;
import java.util.OptionalInt;

/**
 * One column of a table.
 *
 * @param singleValue false: a row holds a list of values (multi-value), at least one of them
 * @param defaultValue what stands for a missing value; of the column's stored type
 * @param nullable whether a missing value is SQL NULL to a query (the null bitmap is stored either
 *     way); else it is the default
 * @param maxLength longest accepted STRING, JSON or BYTES value in characters (bytes for BYTES),
 *     empty: no limit
 * @param onTooLong what happens to a longer one
 * @param timeFormat present for {@link ColumnRole#DATE_TIME}
 */
public record ColumnSpec(
    String name,
    DataType type,
    boolean singleValue,
    ColumnRole role,
    Value defaultValue,
    boolean nullable,
    OptionalInt maxLength,
    TooLongPolicy onTooLong,
    Optional<TimeFormat> timeFormat) {

  public ColumnSpec {
    if (name.isEmpty()) {
      throw new IllegalArgumentException("column name is empty");
    }
    if (defaultValue.storedType() != type.storedType()) {
      throw new IllegalArgumentException(
          "default of column %s is %s, expected %s"
              .formatted(name, defaultValue.storedType(), type.storedType()));
    }
  }

  /** A single-value dimension without limits, for tests and derived columns. */
  public static ColumnSpec dimension(String name, DataType type) {
    return new ColumnSpec(
        name,
        type,
        true,
        ColumnRole.DIMENSION,
        DefaultValues.of(type, ColumnRole.DIMENSION),
        false,
        OptionalInt.empty(),
        TooLongPolicy.TRIM,
        Optional.empty());
  }

  public ColumnSpec asMultiValue() {
    return new ColumnSpec(
        name, type, false, role, defaultValue, nullable, maxLength, onTooLong, timeFormat);
  }

  public ColumnSpec withNullable(boolean isNullable) {
    return new ColumnSpec(
        name, type, singleValue, role, defaultValue, isNullable, maxLength, onTooLong, timeFormat);
  }

  public StoredType storedType() {
    return type.storedType();
  }
}
