package io.gamay.cluster.table;

import io.gamay.segment.schema.ColumnRole;
import io.gamay.segment.schema.ColumnSpec;
import io.gamay.segment.schema.DataType;
import io.gamay.segment.schema.DateTimeFormat;
import io.gamay.segment.schema.DefaultValues;
import io.gamay.segment.schema.TimeFormat;
import io.gamay.segment.schema.TooLongPolicy;
import io.gamay.segment.schema.Value;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/**
 * One field of a schema's JSON.
 *
 * @param path where it stands
 * @param name empty if it has none
 * @param column empty if something is wrong with it
 */
record FieldSpec(
    String path,
    String name,
    Optional<ColumnSpec> column,
    boolean notNull,
    Optional<TransformExpression> transform) {

  private static final Set<String> KNOWN_TYPES_NOT_BUILT =
      Set.of("UUID", "MAP", "LIST", "STRUCT", "OPEN_STRUCT", "OBJECT", "UNKNOWN");
  private static final List<String> TYPE_NAMES =
      Arrays.stream(DataType.values()).map(DataType::name).toList();

  static FieldSpec read(ConfigObject field, ColumnRole role) {
    Optional<String> name = field.requiredText("name", "");
    name.ifPresent(written -> checkName(field, written));
    Optional<DataType> type = readType(field);
    type.ifPresent(read -> checkRole(field, read, role));
    boolean singleValue = readSingleValue(field, type, role);
    Optional<TimeFormat> format =
        role == ColumnRole.DATE_TIME ? readFormat(field, type) : Optional.empty();
    Optional<Value> defaultValue = type.flatMap(read -> readDefault(field, read, role));
    Optional<TransformExpression> transform = readTransform(field, name);
    boolean notNull = field.flag("notNull", false);
    OptionalInt maxLength = readMaxLength(field, type);
    TooLongPolicy onTooLong = readTooLong(field, type, maxLength);
    field.refuse("it fills a column from code", "virtualColumnProvider");
    field.refuse("trailing zeros of a BIG_DECIMAL are not kept", "allowTrailingZeros");
    field.accept("fieldType", "fieldId", "description");
    field.finish();

    boolean isComplete =
        name.isPresent()
            && type.isPresent()
            && defaultValue.isPresent()
            && (role != ColumnRole.DATE_TIME || format.isPresent());
    Optional<ColumnSpec> column =
        isComplete
            ? Optional.of(
                new ColumnSpec(
                    name.get(),
                    type.get(),
                    singleValue,
                    role,
                    defaultValue.get(),
                    false,
                    maxLength,
                    onTooLong,
                    format))
            : Optional.empty();
    return new FieldSpec(field.path(), name.orElse(""), column, notNull, transform);
  }

  private static void checkName(ConfigObject field, String name) {
    if (name.startsWith("$")) {
      field.problem("name", "'" + name + "' starts with '$', as built-in columns do", "");
    }
    if (name.chars().anyMatch(c -> Character.isWhitespace(c) || Character.isISOControl(c))) {
      field.problem("name", "'" + name + "' contains a blank", "");
    }
  }

  private static Optional<DataType> readType(ConfigObject field) {
    Optional<String> text =
        field.requiredText("dataType", "one of " + String.join(", ", TYPE_NAMES));
    if (text.isEmpty() || TYPE_NAMES.contains(text.get())) {
      return text.map(DataType::valueOf);
    }
    if (KNOWN_TYPES_NOT_BUILT.contains(text.get())) {
      field.problem("dataType", "type " + text.get() + " is not supported yet", "");
    } else {
      field.problem(
          "dataType",
          "'" + text.get() + "' is not a type",
          NearestName.of(text.get(), TYPE_NAMES)
              .map(near -> "did you mean " + near + "?")
              .orElse("one of " + String.join(", ", TYPE_NAMES)));
    }
    return Optional.empty();
  }

  private static void checkRole(ConfigObject field, DataType type, ColumnRole role) {
    boolean isSumless =
        type == DataType.BOOLEAN || type == DataType.TIMESTAMP || type == DataType.JSON;
    if (role == ColumnRole.METRIC && isSumless) {
      field.problem("dataType", "a metric cannot be " + type, "make it a dimension");
    }
  }

  private static boolean readSingleValue(
      ConfigObject field, Optional<DataType> type, ColumnRole role) {
    boolean singleValue = field.flag("singleValueField", true);
    if (!singleValue && role != ColumnRole.DIMENSION) {
      field.problem(
          "singleValueField", "only dimensions hold lists of values", "make it a dimension");
    }
    if (!singleValue && type.equals(Optional.of(DataType.JSON))) {
      field.problem(
          "singleValueField", "a JSON column holds one document", "put the list inside of it");
    }
    return singleValue;
  }

  private static Optional<TimeFormat> readFormat(ConfigObject field, Optional<DataType> type) {
    Optional<String> text = field.requiredText("format", DateTimeFormat.FORMS);
    field.accept("sampleValue");
    field
        .text("granularity")
        .ifPresent(
            granularity -> {
              try {
                DateTimeFormat.checkGranularity(granularity);
              } catch (IllegalArgumentException e) {
                field.problem("granularity", String.valueOf(e.getMessage()), "DAYS|1");
              }
            });
    if (text.isEmpty()) {
      return Optional.empty();
    }
    try {
      TimeFormat format = DateTimeFormat.parse(text.get());
      return type.isEmpty() ? Optional.of(format) : fitting(field, format, type.get());
    } catch (IllegalArgumentException e) {
      field.problem("format", String.valueOf(e.getMessage()), DateTimeFormat.FORMS);
      return Optional.empty();
    }
  }

  /** A TIMESTAMP column is milliseconds, whichever of its two names the format has. */
  private static Optional<TimeFormat> fitting(
      ConfigObject field, TimeFormat format, DataType type) {
    boolean fits =
        switch (format) {
          case TimeFormat.Epoch epoch ->
              type == DataType.INT
                  || type == DataType.LONG
                  || (type == DataType.TIMESTAMP && epoch.unit().toNanos() == 1_000_000);
          case TimeFormat.Timestamp _ -> type == DataType.TIMESTAMP || type == DataType.STRING;
          case TimeFormat.Pattern _ ->
              type == DataType.STRING || type == DataType.INT || type == DataType.LONG;
        };
    if (!fits) {
      field.problem("format", "it does not fit type " + type, "");
      return Optional.empty();
    }
    return Optional.of(type == DataType.TIMESTAMP ? new TimeFormat.Timestamp() : format);
  }

  private static Optional<Value> readDefault(ConfigObject field, DataType type, ColumnRole role) {
    Optional<JsonNode> json = field.any("defaultNullValue");
    if (json.isEmpty()) {
      return Optional.of(DefaultValues.of(type, role));
    }
    try {
      return Optional.of(DefaultNullValue.parse(json.get(), type));
    } catch (IllegalArgumentException e) {
      field.problem("defaultNullValue", String.valueOf(e.getMessage()), "");
      return Optional.empty();
    }
  }

  private static Optional<TransformExpression> readTransform(
      ConfigObject field, Optional<String> name) {
    Optional<String> text = field.text("transformFunction").filter(written -> !written.isEmpty());
    try {
      Optional<TransformExpression> expression = text.map(TransformExpression::parse);
      if (expression.isPresent()
          && name.isPresent()
          && expression.get().fields().contains(name.get())) {
        field.problem("transformFunction", "it reads the column that it makes", "");
      }
      return expression;
    } catch (IllegalArgumentException e) {
      field.problem("transformFunction", String.valueOf(e.getMessage()), "");
      return Optional.empty();
    }
  }

  private static OptionalInt readMaxLength(ConfigObject field, Optional<DataType> type) {
    OptionalLong written = field.whole("maxLength", 1, Integer.MAX_VALUE);
    if (written.isEmpty()) {
      return OptionalInt.empty();
    }
    if (type.isPresent() && !hasLength(type.get())) {
      field.warning("maxLength", "has no effect on a column of type " + type.get(), "");
      return OptionalInt.empty();
    }
    return OptionalInt.of((int) written.getAsLong());
  }

  private static boolean hasLength(DataType type) {
    return switch (type) {
      case STRING, JSON, BYTES -> true;
      case INT, LONG, FLOAT, DOUBLE, BIG_DECIMAL, BOOLEAN, TIMESTAMP -> false;
    };
  }

  private static TooLongPolicy readTooLong(
      ConfigObject field, Optional<DataType> type, OptionalInt maxLength) {
    TooLongPolicy byDefault =
        type.equals(Optional.of(DataType.JSON)) ? TooLongPolicy.KEEP : TooLongPolicy.TRIM;
    Optional<String> text = field.text("maxLengthExceedStrategy");
    if (text.isEmpty()) {
      return byDefault;
    }
    if (maxLength.isEmpty()) {
      field.warning(
          "maxLengthExceedStrategy",
          "has no effect without maxLength: values are kept whole",
          "write maxLength");
    }
    return switch (text.get()) {
      case "TRIM_LENGTH" -> TooLongPolicy.TRIM;
      case "ERROR" -> TooLongPolicy.REJECT;
      case "SUBSTITUTE_DEFAULT_VALUE" -> TooLongPolicy.USE_DEFAULT;
      case "NO_ACTION" -> TooLongPolicy.KEEP;
      default -> {
        field.problem(
            "maxLengthExceedStrategy",
            "'" + text.get() + "' is not a strategy",
            "TRIM_LENGTH, ERROR, SUBSTITUTE_DEFAULT_VALUE or NO_ACTION");
        yield byDefault;
      }
    };
  }
}
