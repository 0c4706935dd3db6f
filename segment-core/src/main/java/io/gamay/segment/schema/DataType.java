package io.gamay.segment.schema;

/** The type of a column as users see it; {@link #storedType()} is how its values are held. */
public enum DataType {
  INT(StoredType.INT),
  LONG(StoredType.LONG),
  FLOAT(StoredType.FLOAT),
  DOUBLE(StoredType.DOUBLE),
  BIG_DECIMAL(StoredType.BIG_DECIMAL),
  /** Stored as the INT 0 or 1. */
  BOOLEAN(StoredType.INT),
  /** Stored as LONG milliseconds since 1970-01-01T00:00Z. */
  TIMESTAMP(StoredType.LONG),
  STRING(StoredType.STRING),
  /** A JSON document in its text form. */
  JSON(StoredType.STRING),
  BYTES(StoredType.BYTES);

  private final StoredType storedType;

  DataType(StoredType storedType) {
    this.storedType = storedType;
  }

  public StoredType storedType() {
    return storedType;
  }

  public boolean isNumeric() {
    return switch (this) {
      case INT, LONG, FLOAT, DOUBLE, BIG_DECIMAL -> true;
      case BOOLEAN, TIMESTAMP, STRING, JSON, BYTES -> false;
    };
  }
}
