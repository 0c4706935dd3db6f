package io.gamay.query.plan;

import io.gamay.segment.schema.DataType;
import io.gamay.segment.schema.Value;
import java.util.List;

/** What of an aggregation is particular to its function. */
record AggregateShape(
    AggregateFunction function,
    List<TypedExpression> arguments,
    List<Value> parameters,
    ResultType type) {

  static AggregateShape of(
      AggregateFunction function, TypedExpression argument, DataType type, Value... parameters) {
    return new AggregateShape(
        function, List.of(argument), List.of(parameters), ResultType.of(type));
  }
}
