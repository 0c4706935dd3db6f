package io.gamay.query.function;

import io.gamay.query.function.ScalarFunction.Resolution;
import io.gamay.query.vector.Vector;
import io.gamay.segment.schema.DataType;
import io.gamay.segment.schema.Value;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Calls of functions with values of Java's types, over one row. */
final class TestCall {

  private TestCall() {}

  /** An argument that is the same for all rows. */
  record Fixed(Object value) {}

  /** Empty: NULL. */
  static Optional<Value> value(String function, Object... arguments) {
    Vector out = vector(function, arguments);
    return out.isNull(0) ? Optional.empty() : Optional.of(out.valueAt(0));
  }

  static String text(String function, Object... arguments) {
    return ((Value.StringValue) value(function, arguments).orElseThrow()).value();
  }

  static byte[] bytes(String function, Object... arguments) {
    return ((Value.BytesValue) value(function, arguments).orElseThrow()).value();
  }

  static double real(String function, Object... arguments) {
    return ((Value.DoubleValue) value(function, arguments).orElseThrow()).value();
  }

  static boolean flag(String function, Object... arguments) {
    return value(function, arguments).orElseThrow().equals(new Value.IntValue(1));
  }

  static List<Value> list(String function, Object... arguments) {
    return vector(function, arguments).listAt(0);
  }

  private static Vector vector(String function, Object... values) {
    List<Argument> arguments = new ArrayList<>();
    Vector[] vectors = new Vector[values.length];
    for (int index = 0; index < values.length; index++) {
      boolean isFixed = values[index] instanceof Fixed;
      Object value = values[index] instanceof Fixed(Object inner) ? inner : values[index];
      if (value instanceof List<?> list) {
        DataType element = list.isEmpty() ? DataType.INT : type(list.getFirst());
        vectors[index] = new Vector(element.storedType(), true);
        vectors[index].appendList(list.stream().map(TestCall::boxed).toList());
        arguments.add(Argument.ofRows(ArgumentType.arrayOf(element)));
        continue;
      }
      ArgumentType type = ArgumentType.of(type(value));
      vectors[index] = Vector.of(type.element().storedType());
      if (!isFixed) {
        vectors[index].append(boxed(value));
      }
      arguments.add(
          isFixed ? new Argument(type, true, Optional.of(boxed(value))) : Argument.ofRows(type));
    }
    Resolution resolution =
        ScalarFunctions.find(function).orElseThrow().resolve(arguments).orElseThrow();
    ArgumentType result = resolution.result(arguments);
    Vector out = new Vector(result.element().storedType(), result.isArray());
    out.resize(1);
    resolution.bind(arguments).apply(vectors, 1, out);
    return out;
  }

  private static DataType type(Object value) {
    return switch (value) {
      case Integer _ -> DataType.INT;
      case Long _ -> DataType.LONG;
      case Float _ -> DataType.FLOAT;
      case Double _ -> DataType.DOUBLE;
      case BigDecimal _ -> DataType.BIG_DECIMAL;
      case String _ -> DataType.STRING;
      case byte[] _ -> DataType.BYTES;
      default -> throw new IllegalArgumentException("no value: " + value);
    };
  }

  private static Value boxed(Object value) {
    return switch (value) {
      case Integer number -> new Value.IntValue(number);
      case Long number -> new Value.LongValue(number);
      case Float number -> new Value.FloatValue(number);
      case Double number -> new Value.DoubleValue(number);
      case BigDecimal number -> new Value.BigDecimalValue(number);
      case String text -> new Value.StringValue(text);
      case byte[] bytes -> new Value.BytesValue(bytes);
      default -> throw new IllegalArgumentException("no value: " + value);
    };
  }
}
