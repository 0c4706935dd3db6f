package io.gamay.query.sql;

import io.gamay.segment.schema.DataType;
import java.util.Locale;
import java.util.Optional;

/** The types that CAST knows, under the names that Pinot and SQL give them. */
final class CastTypes {

  static final String NAMES =
      "one of the types INT, LONG, FLOAT, DOUBLE, BIG_DECIMAL, BOOLEAN, TIMESTAMP, STRING, JSON,"
          + " BYTES, or a name that SQL has for them";

  private CastTypes() {}

  static Optional<DataType> ofName(String name) {
    return switch (name.toUpperCase(Locale.ROOT)) {
      case "INT", "INTEGER" -> Optional.of(DataType.INT);
      case "LONG", "BIGINT" -> Optional.of(DataType.LONG);
      case "FLOAT", "REAL" -> Optional.of(DataType.FLOAT);
      case "DOUBLE" -> Optional.of(DataType.DOUBLE);
      case "BIG_DECIMAL", "DECIMAL", "NUMERIC" -> Optional.of(DataType.BIG_DECIMAL);
      case "BOOLEAN" -> Optional.of(DataType.BOOLEAN);
      case "TIMESTAMP" -> Optional.of(DataType.TIMESTAMP);
      case "STRING", "VARCHAR", "CHAR" -> Optional.of(DataType.STRING);
      case "JSON" -> Optional.of(DataType.JSON);
      case "BYTES", "VARBINARY" -> Optional.of(DataType.BYTES);
      default -> Optional.empty();
    };
  }

  /** VARCHAR(n). */
  static boolean takesLength(String name) {
    return switch (name.toUpperCase(Locale.ROOT)) {
      case "STRING", "VARCHAR", "CHAR" -> true;
      default -> false;
    };
  }

  /** DECIMAL(p), DECIMAL(p, s). */
  static boolean takesScale(String name) {
    return switch (name.toUpperCase(Locale.ROOT)) {
      case "BIG_DECIMAL", "DECIMAL", "NUMERIC" -> true;
      default -> false;
    };
  }
}
