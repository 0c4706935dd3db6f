package io.gamay.query.function;

import io.gamay.segment.schema.DataType;
import java.util.OptionalInt;

/**
 * What a parameter takes. Arguments of other types are converted where nothing is lost: whole
 * numbers to wider numbers, JSON to text, and anything but BYTES to text where text is asked for.
 */
enum ParameterType {
  INT("int", DataType.INT, false),
  LONG("long", DataType.LONG, false),
  DOUBLE("double", DataType.DOUBLE, false),
  BIG_DECIMAL("decimal", DataType.BIG_DECIMAL, false),
  BOOLEAN("boolean", DataType.BOOLEAN, false),
  TEXT("text", DataType.STRING, false),
  BYTES("bytes", DataType.BYTES, false),
  TIMESTAMP("timestamp", DataType.TIMESTAMP, false),
  /** TIMESTAMP, or a whole number of milliseconds; a constant text is read as TIMESTAMP. */
  INSTANT("time", DataType.TIMESTAMP, false),
  /** Any type; all parameters of this type of one call get one type that holds all of them. */
  COMMON("value", DataType.STRING, false),
  /** Any type, as it is. */
  ANY("any", DataType.STRING, false),
  INT_LIST("int[]", DataType.INT, true),
  LONG_LIST("long[]", DataType.LONG, true),
  FLOAT_LIST("float[]", DataType.FLOAT, true),
  DOUBLE_LIST("double[]", DataType.DOUBLE, true),
  TEXT_LIST("text[]", DataType.STRING, true),
  /** A list of any type; parameters of type COMMON beside it get its element type. */
  ANY_LIST("any[]", DataType.STRING, true);

  private final String label;
  private final DataType type;
  private final boolean isList;

  ParameterType(String label, DataType type, boolean isList) {
    this.label = label;
    this.type = type;
    this.isList = isList;
  }

  String label() {
    return label;
  }

  boolean isList() {
    return isList;
  }

  /** The type that an argument is converted to; COMMON is decided over all arguments later. */
  ArgumentType target(ArgumentType from) {
    return switch (this) {
      case ANY, ANY_LIST, COMMON -> from;
      case INSTANT ->
          from.element() == DataType.INT || from.element() == DataType.LONG
              ? ArgumentType.of(DataType.LONG)
              : ArgumentType.of(DataType.TIMESTAMP);
      case INT,
          LONG,
          DOUBLE,
          BIG_DECIMAL,
          BOOLEAN,
          TEXT,
          BYTES,
          TIMESTAMP,
          INT_LIST,
          LONG_LIST,
          FLOAT_LIST,
          DOUBLE_LIST,
          TEXT_LIST ->
          new ArgumentType(type, isList);
    };
  }

  /** How far an argument is from what is wanted; 0: as it is; empty: it does not fit. */
  OptionalInt distance(Argument argument) {
    if (argument.isNullConstant()) {
      return isList ? OptionalInt.empty() : OptionalInt.of(0);
    }
    if (argument.type().isArray() != isList) {
      return OptionalInt.empty();
    }
    DataType from = argument.type().element();
    return switch (this) {
      case ANY, ANY_LIST -> OptionalInt.of(1);
      case COMMON -> OptionalInt.of(1);
      case INSTANT ->
          switch (from) {
            case INT, LONG, TIMESTAMP -> OptionalInt.of(0);
            case STRING -> argument.isConstant() ? OptionalInt.of(1) : OptionalInt.empty();
            case FLOAT, DOUBLE, BIG_DECIMAL, BOOLEAN, JSON, BYTES -> OptionalInt.empty();
          };
      case INT,
          LONG,
          DOUBLE,
          BIG_DECIMAL,
          BOOLEAN,
          TEXT,
          BYTES,
          TIMESTAMP,
          INT_LIST,
          LONG_LIST,
          FLOAT_LIST,
          DOUBLE_LIST,
          TEXT_LIST ->
          distance(from, argument.isConstant());
    };
  }

  private OptionalInt distance(DataType from, boolean isConstant) {
    if (from == type) {
      return OptionalInt.of(0);
    }
    return switch (type) {
      case LONG ->
          switch (from) {
            case INT, TIMESTAMP -> OptionalInt.of(1);
            case BOOLEAN -> OptionalInt.of(2);
            case LONG, FLOAT, DOUBLE, BIG_DECIMAL, STRING, JSON, BYTES -> OptionalInt.empty();
          };
      case INT -> from == DataType.BOOLEAN ? OptionalInt.of(1) : OptionalInt.empty();
      case DOUBLE ->
          switch (from) {
            case FLOAT -> OptionalInt.of(1);
            case INT, LONG -> OptionalInt.of(2);
            case TIMESTAMP, BOOLEAN -> OptionalInt.of(3);
            case BIG_DECIMAL -> OptionalInt.of(4);
            case DOUBLE, STRING, JSON, BYTES -> OptionalInt.empty();
          };
      case BIG_DECIMAL ->
          switch (from) {
            case INT, LONG -> OptionalInt.of(3);
            case BIG_DECIMAL, FLOAT, DOUBLE, BOOLEAN, TIMESTAMP, STRING, JSON, BYTES ->
                OptionalInt.empty();
          };
      case STRING ->
          switch (from) {
            case JSON -> OptionalInt.of(1);
            case INT, LONG, FLOAT, DOUBLE, BIG_DECIMAL, BOOLEAN, TIMESTAMP -> OptionalInt.of(6);
            case STRING, BYTES -> OptionalInt.empty();
          };
      case TIMESTAMP ->
          from == DataType.LONG
              ? OptionalInt.of(2)
              : from == DataType.STRING && isConstant ? OptionalInt.of(2) : OptionalInt.empty();
      case FLOAT -> from == DataType.DOUBLE ? OptionalInt.of(2) : OptionalInt.empty();
      case BOOLEAN, JSON, BYTES -> OptionalInt.empty();
    };
  }
}
