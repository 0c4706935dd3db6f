package io.gamay.segment.format;

import io.gamay.segment.schema.ColumnRole;
import io.gamay.segment.schema.ColumnSpec;
import io.gamay.segment.schema.DataType;
import io.gamay.segment.schema.TableSchema;
import io.gamay.segment.schema.TimeFormat;
import io.gamay.segment.schema.TooLongPolicy;
import io.gamay.segment.schema.Value;
import java.time.Duration;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** A table schema as a record: the block {@link BlockKind#SCHEMA}. */
final class SchemaCodec {

  private SchemaCodec() {}

  static void write(TableSchema schema, RecordOutput out) {
    out.putString(schema.name());
    out.putInt(schema.version());
    out.putInt(schema.columns().size());
    for (ColumnSpec column : schema.columns()) {
      write(column, out);
    }
  }

  static TableSchema read(RecordInput in) {
    String name = in.getString();
    int version = in.getInt();
    int columnCount = in.getCount();
    List<ColumnSpec> columns = new ArrayList<>(columnCount);
    for (int index = 0; index < columnCount; index++) {
      columns.add(readColumn(in));
    }
    return new TableSchema(name, version, columns);
  }

  private static void write(ColumnSpec column, RecordOutput out) {
    out.putString(column.name());
    out.putByte(numberOf(column.type()));
    out.putBoolean(column.singleValue());
    out.putByte(numberOf(column.role()));
    ValueCodec.write(column.defaultValue(), out);
    out.putBoolean(column.nullable());
    out.putBoolean(column.maxLength().isPresent());
    out.putInt(column.maxLength().orElse(0));
    out.putByte(numberOf(column.onTooLong()));
    write(column.timeFormat(), out);
  }

  private static ColumnSpec readColumn(RecordInput in) {
    String name = in.getString();
    DataType type = dataTypeOf(in.getByte());
    boolean singleValue = in.getBoolean();
    ColumnRole role = roleOf(in.getByte());
    Value defaultValue = ValueCodec.read(in);
    boolean nullable = in.getBoolean();
    boolean hasMaxLength = in.getBoolean();
    int maxLength = in.getInt();
    TooLongPolicy onTooLong = policyOf(in.getByte());
    return new ColumnSpec(
        name,
        type,
        singleValue,
        role,
        defaultValue,
        nullable,
        hasMaxLength ? OptionalInt.of(maxLength) : OptionalInt.empty(),
        onTooLong,
        readTimeFormat(in));
  }

  private static void write(Optional<TimeFormat> format, RecordOutput out) {
    if (format.isEmpty()) {
      out.putByte(0);
      return;
    }
    switch (format.get()) {
      case TimeFormat.Epoch(Duration unit) -> {
        out.putByte(1);
        out.putLong(unit.getSeconds());
        out.putInt(unit.getNano());
      }
      case TimeFormat.Timestamp() -> out.putByte(2);
      case TimeFormat.Pattern(String pattern, ZoneId zone) -> {
        out.putByte(3);
        out.putString(pattern);
        out.putString(zone.getId());
      }
    }
  }

  private static Optional<TimeFormat> readTimeFormat(RecordInput in) {
    int number = in.getByte();
    return switch (number) {
      case 0 -> Optional.empty();
      case 1 -> Optional.of(new TimeFormat.Epoch(Duration.ofSeconds(in.getLong(), in.getInt())));
      case 2 -> Optional.of(new TimeFormat.Timestamp());
      case 3 -> Optional.of(new TimeFormat.Pattern(in.getString(), ZoneId.of(in.getString())));
      default -> throw new IllegalArgumentException("unknown time format " + number);
    };
  }

  private static int numberOf(DataType type) {
    return switch (type) {
      case INT -> 1;
      case LONG -> 2;
      case FLOAT -> 3;
      case DOUBLE -> 4;
      case BIG_DECIMAL -> 5;
      case BOOLEAN -> 6;
      case TIMESTAMP -> 7;
      case STRING -> 8;
      case JSON -> 9;
      case BYTES -> 10;
    };
  }

  private static DataType dataTypeOf(int number) {
    for (DataType type : DataType.values()) {
      if (numberOf(type) == number) {
        return type;
      }
    }
    throw new IllegalArgumentException("unknown data type " + number);
  }

  private static int numberOf(ColumnRole role) {
    return switch (role) {
      case DIMENSION -> 1;
      case METRIC -> 2;
      case DATE_TIME -> 3;
    };
  }

  private static ColumnRole roleOf(int number) {
    for (ColumnRole role : ColumnRole.values()) {
      if (numberOf(role) == number) {
        return role;
      }
    }
    throw new IllegalArgumentException("unknown column role " + number);
  }

  private static int numberOf(TooLongPolicy policy) {
    return switch (policy) {
      case TRIM -> 1;
      case REJECT -> 2;
      case USE_DEFAULT -> 3;
      case KEEP -> 4;
    };
  }

  private static TooLongPolicy policyOf(int number) {
    for (TooLongPolicy policy : TooLongPolicy.values()) {
      if (numberOf(policy) == number) {
        return policy;
      }
    }
    throw new IllegalArgumentException("unknown policy for long values " + number);
  }
}
