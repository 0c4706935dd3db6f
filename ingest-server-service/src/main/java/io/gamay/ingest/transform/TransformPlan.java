package io.gamay.ingest.transform;

import io.gamay.cluster.table.TableConfig.TransformConfig;
import io.gamay.query.error.QueryException;
import io.gamay.query.sql.Expression;
import io.gamay.query.sql.SqlParser;
import io.gamay.segment.row.ColumnBuffer;
import io.gamay.segment.schema.ColumnSpec;
import io.gamay.segment.schema.DataType;
import io.gamay.segment.schema.JodaTimePattern;
import io.gamay.segment.schema.TableSchema;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The columns and steps that make a table's rows from its records: the schema's columns, then
 * source fields that only transforms read, then intermediate results of nested calls. A step fills
 * its column where the record has no value for it.
 */
final class TransformPlan {

  /**
   * @param column position in {@link #columns()}
   */
  record Step(int column, ColumnFunction function) {}

  /** How a call's argument reaches its function. */
  private record Argument(int column, ColumnBuffer buffer) {}

  private final TableSchema schema;
  private final Map<String, TransformConfig> transforms = new LinkedHashMap<>();
  private final List<ColumnBuffer> columns;
  private final List<String> fieldNames;
  private final List<Step> steps = new ArrayList<>();
  private final Set<String> planned = new HashSet<>();

  /**
   * @param schemaColumns where the rows go: one buffer per column of the schema
   * @throws TransformException naming the transform and what is wrong with it
   */
  TransformPlan(
      TableSchema schema, List<TransformConfig> configs, List<ColumnBuffer> schemaColumns) {
    this.schema = schema;
    this.columns = new ArrayList<>(schemaColumns);
    this.fieldNames = new ArrayList<>(schema.columns().stream().map(ColumnSpec::name).toList());
    for (TransformConfig config : configs) {
      if (schema.indexOf(config.column()) < 0) {
        throw new TransformException(
            "transform of column %s: the schema has no such column".formatted(config.column()));
      }
      if (transforms.put(config.column(), config) != null) {
        throw new TransformException("column %s has two transforms".formatted(config.column()));
      }
    }
    for (TransformConfig config : configs) {
      planTransform(config, new HashSet<>());
    }
  }

  /** Buffers by position. */
  List<ColumnBuffer> columns() {
    return columns;
  }

  /**
   * The record's field for each column; empty text for intermediate results, which no record has.
   */
  List<String> fieldNames() {
    return fieldNames;
  }

  /** In an order in which every argument is complete before it is read. */
  List<Step> steps() {
    return steps;
  }

  private void planTransform(TransformConfig config, Set<String> open) {
    if (planned.contains(config.column())) {
      return;
    }
    if (!open.add(config.column())) {
      throw new TransformException(
          "transform of column %s depends on itself: %s"
              .formatted(config.column(), config.function()));
    }
    ColumnFunction function = compile(parse(config), config, open);
    steps.add(new Step(schema.indexOf(config.column()), function));
    planned.add(config.column());
    open.remove(config.column());
  }

  private static Expression parse(TransformConfig config) {
    try {
      return new SqlParser().parseExpression(config.function());
    } catch (QueryException notAnExpression) {
      throw failure(config, String.valueOf(notAnExpression.getMessage()));
    }
  }

  private ColumnFunction compile(Expression expression, TransformConfig config, Set<String> open) {
    return switch (expression) {
      case Expression.IntegerLiteral(long value) -> ColumnFunctions.constantLong(value);
      case Expression.StringLiteral(String value) -> ColumnFunctions.constantText(value);
      case Expression.DecimalLiteral(var value) -> ColumnFunctions.constantText(value.toString());
      case Expression.DoubleLiteral(double value) ->
          ColumnFunctions.constantText(Double.toString(value));
      case Expression.BooleanLiteral(boolean value) ->
          ColumnFunctions.constantText(Boolean.toString(value));
      case Expression.Name name ->
          ColumnFunctions.copy(argument(name, null, config, open).buffer());
      case Expression.Call call -> compileCall(call, config, open);
      default -> throw failure(config, "only functions, fields and literals can be used");
    };
  }

  private ColumnFunction compileCall(
      Expression.Call call, TransformConfig config, Set<String> open) {
    String name = call.name().replace("_", "").toLowerCase(Locale.ROOT);
    return switch (name) {
      case "fromepochmillis", "toepochmillis" -> copyOf(call, config, open);
      case "fromepochseconds" -> multiply(call, Duration.ofSeconds(1), config, open);
      case "fromepochminutes" -> multiply(call, Duration.ofMinutes(1), config, open);
      case "fromepochhours" -> multiply(call, Duration.ofHours(1), config, open);
      case "fromepochdays" -> multiply(call, Duration.ofDays(1), config, open);
      case "toepochseconds" -> divide(call, Duration.ofSeconds(1), config, open);
      case "toepochminutes" -> divide(call, Duration.ofMinutes(1), config, open);
      case "toepochhours" -> divide(call, Duration.ofHours(1), config, open);
      case "toepochdays" -> divide(call, Duration.ofDays(1), config, open);
      case "fromdatetime" -> {
        requireArguments(call, 2, 3, config);
        yield ColumnFunctions.parseTime(
            textArgument(call.arguments().getFirst(), DataType.STRING, config, open),
            pattern(call, config));
      }
      case "todatetime" -> {
        requireArguments(call, 2, 3, config);
        yield ColumnFunctions.formatTime(
            longArgument(call.arguments().getFirst(), config, open), pattern(call, config));
      }
      case "jsonformat" -> {
        requireArguments(call, 1, 1, config);
        yield ColumnFunctions.copy(
            textArgument(call.arguments().getFirst(), DataType.JSON, config, open));
      }
      default ->
          throw failure(
              config,
              "unknown function %s; there are fromEpoch{Seconds,Minutes,Hours,Days}, toEpoch{Seconds,Minutes,Hours,Days}, fromDateTime, toDateTime, jsonFormat"
                  .formatted(call.name()));
    };
  }

  private ColumnFunction copyOf(Expression.Call call, TransformConfig config, Set<String> open) {
    requireArguments(call, 1, 1, config);
    return ColumnFunctions.copy(longArgument(call.arguments().getFirst(), config, open));
  }

  private ColumnFunction multiply(
      Expression.Call call, Duration unit, TransformConfig config, Set<String> open) {
    requireArguments(call, 1, 1, config);
    return ColumnFunctions.multiply(
        longArgument(call.arguments().getFirst(), config, open), unit.toMillis());
  }

  private ColumnFunction divide(
      Expression.Call call, Duration unit, TransformConfig config, Set<String> open) {
    requireArguments(call, 1, 1, config);
    return ColumnFunctions.divide(
        longArgument(call.arguments().getFirst(), config, open), unit.toMillis());
  }

  private ColumnBuffer longArgument(
      Expression expression, TransformConfig config, Set<String> open) {
    ColumnBuffer buffer = argument(expression, DataType.LONG, config, open).buffer();
    return switch (buffer.spec().storedType()) {
      case INT, LONG -> buffer;
      case FLOAT, DOUBLE, STRING, BYTES, BIG_DECIMAL ->
          throw failure(
              config,
              "field %s is %s, a whole number is needed"
                  .formatted(buffer.spec().name(), buffer.spec().type()));
    };
  }

  private ColumnBuffer textArgument(
      Expression expression, DataType type, TransformConfig config, Set<String> open) {
    ColumnBuffer buffer = argument(expression, type, config, open).buffer();
    if (buffer.spec().storedType() != type.storedType()) {
      throw failure(
          config,
          "field %s is %s, a text is needed".formatted(buffer.spec().name(), buffer.spec().type()));
    }
    return buffer;
  }

  /**
   * The column that holds an argument: of the schema, of the record, or made for a nested call.
   *
   * @param type for a field that the schema does not have; null: STRING
   */
  private Argument argument(
      Expression expression, @Nullable DataType type, TransformConfig config, Set<String> open) {
    DataType fieldType = type == null ? DataType.STRING : type;
    if (!(expression instanceof Expression.Name(String name, boolean _))) {
      ColumnFunction nested = compile(expression, config, open);
      Argument result = newColumn("", fieldType);
      steps.add(new Step(result.column(), nested));
      return result;
    }
    if (name.equals(config.column())) {
      throw failure(config, "a column cannot be computed from itself");
    }
    TransformConfig chained = transforms.get(name);
    if (chained != null) {
      planTransform(chained, open);
    }
    int column = fieldNames.indexOf(name);
    if (column < 0) {
      return newColumn(name, fieldType);
    }
    ColumnBuffer buffer = columns.get(column);
    if (!buffer.spec().singleValue()) {
      throw failure(config, "field %s is multi-value".formatted(name));
    }
    return new Argument(column, buffer);
  }

  private Argument newColumn(String field, DataType type) {
    ColumnBuffer buffer =
        new ColumnBuffer(ColumnSpec.dimension(field.isEmpty() ? "intermediate" : field, type));
    columns.add(buffer);
    fieldNames.add(field);
    return new Argument(columns.size() - 1, buffer);
  }

  private static JodaTimePattern pattern(Expression.Call call, TransformConfig config) {
    if (!(call.arguments().get(1) instanceof Expression.StringLiteral(String pattern))) {
      throw failure(config, "the time pattern must be a text in single quotes");
    }
    ZoneId zone = ZoneOffset.UTC;
    try {
      if (call.arguments().size() > 2) {
        if (!(call.arguments().get(2) instanceof Expression.StringLiteral(String zoneName))) {
          throw failure(config, "the time zone must be a text in single quotes");
        }
        zone = ZoneId.of(zoneName);
      }
      return new JodaTimePattern(pattern, zone);
    } catch (DateTimeException | IllegalArgumentException wrong) {
      throw failure(config, String.valueOf(wrong.getMessage()));
    }
  }

  private static void requireArguments(
      Expression.Call call, int least, int most, TransformConfig config) {
    int count = call.arguments().size();
    if (count < least || count > most) {
      throw failure(
          config,
          "%s takes %s arguments, found %d"
              .formatted(call.name(), least == most ? least : least + " to " + most, count));
    }
  }

  private static TransformException failure(TransformConfig config, String what) {
    return new TransformException(
        "transform of column %s: %s (in %s)".formatted(config.column(), what, config.function()));
  }
}
