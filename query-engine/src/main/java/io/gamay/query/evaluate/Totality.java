package io.gamay.query.evaluate;

import io.gamay.query.plan.FunctionCalls;
import io.gamay.query.plan.TypedExpression;
import io.gamay.query.plan.TypedExpression.AggregateReference;
import io.gamay.query.plan.TypedExpression.And;
import io.gamay.query.plan.TypedExpression.AnyBetween;
import io.gamay.query.plan.TypedExpression.Arithmetic;
import io.gamay.query.plan.TypedExpression.Call;
import io.gamay.query.plan.TypedExpression.Case;
import io.gamay.query.plan.TypedExpression.ColumnReference;
import io.gamay.query.plan.TypedExpression.Comparison;
import io.gamay.query.plan.TypedExpression.Constant;
import io.gamay.query.plan.TypedExpression.Convert;
import io.gamay.query.plan.TypedExpression.InSet;
import io.gamay.query.plan.TypedExpression.IsNull;
import io.gamay.query.plan.TypedExpression.KeyReference;
import io.gamay.query.plan.TypedExpression.Like;
import io.gamay.query.plan.TypedExpression.Not;
import io.gamay.query.plan.TypedExpression.Or;
import io.gamay.query.plan.TypedExpression.VirtualColumn;
import io.gamay.segment.schema.DataType;
import java.util.List;

/** Which expressions have a value for all rows, so that they may be evaluated where nobody asks. */
public final class Totality {

  private Totality() {}

  /** Whether no value can make the expression fail the query. */
  public static boolean isTotal(TypedExpression expression) {
    return switch (expression) {
      case ColumnReference _, VirtualColumn _, Constant _, KeyReference _, AggregateReference _ ->
          true;
      case Convert convert ->
          isTotal(convert.operand())
              && isTotal(convert.operand().type().element(), convert.target());
      case Arithmetic arithmetic ->
          switch (arithmetic.type().element()) {
            case FLOAT, DOUBLE -> isTotal(arithmetic.left()) && isTotal(arithmetic.right());
            case INT, LONG, BIG_DECIMAL, BOOLEAN, TIMESTAMP, STRING, JSON, BYTES -> false;
          };
      case Comparison comparison -> isTotal(comparison.left()) && isTotal(comparison.right());
      case AnyBetween between ->
          areTotal(List.of(between.operand(), between.low(), between.high()));
      case InSet set -> isTotal(set.operand());
      case Like like -> isTotal(like.operand());
      case Call call -> FunctionCalls.function(call).isTotal() && areTotal(call.arguments());
      case IsNull isNull -> isTotal(isNull.operand());
      case And and -> areTotal(and.operands());
      case Or or -> areTotal(or.operands());
      case Not not -> isTotal(not.operand());
      case Case cases ->
          cases.otherwise().map(Totality::isTotal).orElse(true)
              && cases.branches().stream()
                  .allMatch(branch -> isTotal(branch.condition()) && isTotal(branch.result()));
    };
  }

  private static boolean areTotal(List<TypedExpression> operands) {
    return operands.stream().allMatch(Totality::isTotal);
  }

  private static boolean isTotal(DataType from, DataType to) {
    return switch (to) {
      case INT -> from == DataType.INT || from == DataType.BOOLEAN;
      case LONG, TIMESTAMP ->
          switch (from) {
            case INT, LONG, BOOLEAN, TIMESTAMP -> true;
            case FLOAT, DOUBLE, BIG_DECIMAL, STRING, JSON, BYTES -> false;
          };
      case BOOLEAN ->
          switch (from) {
            case INT, LONG, BIG_DECIMAL, BOOLEAN, TIMESTAMP -> true;
            case FLOAT, DOUBLE, STRING, JSON, BYTES -> false;
          };
      case FLOAT, DOUBLE ->
          switch (from) {
            case INT, LONG, FLOAT, DOUBLE, BIG_DECIMAL, BOOLEAN, TIMESTAMP -> true;
            case STRING, JSON, BYTES -> false;
          };
      case BIG_DECIMAL ->
          switch (from) {
            case INT, LONG, BIG_DECIMAL, BOOLEAN, TIMESTAMP -> true;
            case FLOAT, DOUBLE, STRING, JSON, BYTES -> false;
          };
      case STRING, JSON -> from != DataType.BIG_DECIMAL;
      case BYTES -> from == DataType.BYTES;
    };
  }
}
