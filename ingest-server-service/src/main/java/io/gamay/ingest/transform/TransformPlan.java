package io.gamay.ingest.transform;

import io.gamay.cluster.table.TableConfig.TransformConfig;
import io.gamay.cluster.table.TransformExpression;
import io.gamay.cluster.table.TransformFields;
import io.gamay.cluster.table.TransformFunction;
import io.gamay.segment.row.ColumnBuffer;
import io.gamay.segment.schema.ColumnSpec;
import io.gamay.segment.schema.DataType;
import io.gamay.segment.schema.TableSchema;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The columns and steps that make a table's rows from its records: the schema's columns, then
 * fields of the records that only transforms read, then intermediate results of nested calls. A
 * step fills its column where the record has no value for it.
 */
final class TransformPlan {

  /**
   * @param column position in {@link #columns()}
   */
  record Step(int column, ColumnFunction function) {}

  private final List<ColumnBuffer> columns;
  private final List<String> fieldNames;
  private final List<Step> steps = new ArrayList<>();

  /**
   * @param transforms each after those whose columns it reads, as a table config has them
   * @param schemaColumns where the rows go: one buffer per column of the schema
   * @throws IllegalArgumentException if the transforms do not fit the schema
   */
  TransformPlan(
      TableSchema schema, List<TransformConfig> transforms, List<ColumnBuffer> schemaColumns) {
    this.columns = new ArrayList<>(schemaColumns);
    this.fieldNames = new ArrayList<>(schema.columns().stream().map(ColumnSpec::name).toList());
    TransformFields.beside(
            name ->
                Optional.of(schema.indexOf(name))
                    .filter(index -> index >= 0)
                    .map(schema.columns()::get),
            transforms)
        .forEach(this::addColumn);
    for (TransformConfig transform : transforms) {
      ColumnFunction function = compile(transform.expression());
      steps.add(new Step(schema.indexOf(transform.column()), function));
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

  private ColumnFunction compile(TransformExpression expression) {
    return switch (expression) {
      case TransformExpression.NumberLiteral number ->
          number.asLong().isPresent()
              ? ColumnFunctions.constantLong(number.asLong().getAsLong())
              : ColumnFunctions.constantText(number.value().toString());
      case TransformExpression.TextLiteral(String value) -> ColumnFunctions.constantText(value);
      case TransformExpression.BooleanLiteral(boolean value) ->
          ColumnFunctions.constantText(Boolean.toString(value));
      case TransformExpression.Field field ->
          ColumnFunctions.copy(argument(field, DataType.STRING));
      case TransformExpression.Call call -> compileCall(call);
    };
  }

  private ColumnFunction compileCall(TransformExpression.Call call) {
    TransformExpression first = call.arguments().getFirst();
    return switch (call.function()) {
      case FROM_EPOCH_SECONDS -> multiply(first, Duration.ofSeconds(1));
      case FROM_EPOCH_MINUTES -> multiply(first, Duration.ofMinutes(1));
      case FROM_EPOCH_HOURS -> multiply(first, Duration.ofHours(1));
      case FROM_EPOCH_DAYS -> multiply(first, Duration.ofDays(1));
      case TO_EPOCH_SECONDS -> divide(first, Duration.ofSeconds(1));
      case TO_EPOCH_MINUTES -> divide(first, Duration.ofMinutes(1));
      case TO_EPOCH_HOURS -> divide(first, Duration.ofHours(1));
      case TO_EPOCH_DAYS -> divide(first, Duration.ofDays(1));
      case FROM_DATE_TIME ->
          ColumnFunctions.parseTime(
              argument(first, DataType.STRING), TransformFunction.pattern(call));
      case TO_DATE_TIME ->
          ColumnFunctions.formatTime(
              argument(first, DataType.LONG), TransformFunction.pattern(call));
      case JSON_FORMAT -> ColumnFunctions.copy(argument(first, DataType.JSON));
    };
  }

  private ColumnFunction multiply(TransformExpression argument, Duration unit) {
    return ColumnFunctions.multiply(argument(argument, DataType.LONG), unit.toMillis());
  }

  private ColumnFunction divide(TransformExpression argument, Duration unit) {
    return ColumnFunctions.divide(argument(argument, DataType.LONG), unit.toMillis());
  }

  /**
   * The column that holds an argument: of the schema, of the record, or made for a literal or a
   * nested call.
   *
   * @param type of a column that is made
   */
  private ColumnBuffer argument(TransformExpression expression, DataType type) {
    if (expression instanceof TransformExpression.Field(String name)) {
      return columns.get(fieldNames.indexOf(name));
    }
    ColumnFunction nested = compile(expression);
    addColumn("", type);
    steps.add(new Step(columns.size() - 1, nested));
    return columns.getLast();
  }

  private void addColumn(String field, DataType type) {
    columns.add(
        new ColumnBuffer(ColumnSpec.dimension(field.isEmpty() ? "intermediate" : field, type)));
    fieldNames.add(field);
  }
}
