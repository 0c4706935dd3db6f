package io.gamay.cluster.table;

import io.gamay.cluster.table.TableConfig.TransformConfig;
import io.gamay.cluster.table.TransformExpression.BooleanLiteral;
import io.gamay.cluster.table.TransformExpression.Call;
import io.gamay.cluster.table.TransformExpression.Field;
import io.gamay.cluster.table.TransformExpression.NumberLiteral;
import io.gamay.cluster.table.TransformExpression.TextLiteral;
import io.gamay.segment.schema.ColumnSpec;
import io.gamay.segment.schema.DataType;
import io.gamay.segment.schema.StoredType;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** What transforms read: columns of the schema, and fields of the records beside them. */
public final class TransformFields {

  private final Function<String, Optional<ColumnSpec>> columns;
  private final Map<String, DataType> asked = new LinkedHashMap<>();

  /**
   * @param columns the schema's column of a name
   */
  TransformFields(Function<String, Optional<ColumnSpec>> columns) {
    this.columns = columns;
  }

  /**
   * The fields of the records that are no columns of the schema, and the type to read each as.
   *
   * @param columns the schema's column of a name
   * @throws IllegalArgumentException if a transform cannot read one of its arguments
   */
  public static Map<String, DataType> beside(
      Function<String, Optional<ColumnSpec>> columns, List<TransformConfig> transforms) {
    TransformFields fields = new TransformFields(columns);
    transforms.forEach(transform -> fields.add(transform.expression()));
    Map<String, DataType> found = new LinkedHashMap<>();
    for (TransformConfig transform : transforms) {
      for (String field : transform.expression().fields()) {
        if (columns.apply(field).isEmpty()) {
          found.put(field, fields.asked.getOrDefault(field, DataType.STRING));
        }
      }
    }
    return found;
  }

  /**
   * @throws IllegalArgumentException if an argument is of the wrong type, also if an earlier
   *     transform reads the same field as another type
   */
  void add(TransformExpression expression) {
    if (expression instanceof Field(String name)) {
      requireSingleValue(name);
    }
    if (expression instanceof Call(TransformFunction function, var arguments)) {
      addArgument(function, function.argument(), arguments.getFirst());
    }
  }

  private void addArgument(
      TransformFunction function, DataType type, TransformExpression argument) {
    boolean isNumber = type == DataType.LONG;
    switch (argument) {
      case Call call -> add(call);
      case Field(String name) -> addField(function, type, name);
      case NumberLiteral number ->
          require(isNumber && number.asLong().isPresent(), function, type, "" + number.value());
      case TextLiteral(String value) -> require(!isNumber, function, type, "'" + value + "'");
      case BooleanLiteral(boolean value) -> require(false, function, type, "" + value);
    }
  }

  private void addField(TransformFunction function, DataType type, String name) {
    Optional<ColumnSpec> column = columns.apply(name);
    if (column.isPresent()) {
      requireSingleValue(name);
      StoredType stored = column.get().storedType();
      boolean fits =
          type == DataType.LONG
              ? stored == StoredType.LONG || stored == StoredType.INT
              : stored == type.storedType();
      require(fits, function, type, "column %s is %s".formatted(name, column.get().type()));
      return;
    }
    DataType before = asked.putIfAbsent(name, type);
    if (before != null && before != type) {
      throw new IllegalArgumentException(
          "%s reads field %s as %s, another call reads it as %s: add a column %s to the schema"
              .formatted(function, name, describe(type), describe(before), name));
    }
  }

  private void requireSingleValue(String name) {
    if (columns.apply(name).filter(column -> !column.singleValue()).isPresent()) {
      throw new IllegalArgumentException(
          "column %s is multi-value, transforms read single values".formatted(name));
    }
  }

  private static void require(
      boolean fits, TransformFunction function, DataType type, String found) {
    if (!fits) {
      throw new IllegalArgumentException(
          "function %s takes %s, but %s"
              .formatted(
                  function,
                  describe(type),
                  found.startsWith("column") ? found : found + " is none"));
    }
  }

  private static String describe(DataType type) {
    return switch (type) {
      case LONG -> "a whole number";
      case JSON -> "JSON";
      default -> "a text";
    };
  }
}
