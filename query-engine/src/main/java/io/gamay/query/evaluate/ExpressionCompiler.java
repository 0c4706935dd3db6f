package io.gamay.query.evaluate;

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
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Compiles typed expressions. Within one scope equal expressions are compiled and evaluated once;
 * all expressions of a scope must be evaluated for the same blocks. What is evaluated for a part of
 * a block only (the branch of a CASE, the next operand of an AND) has a scope of its own.
 */
public final class ExpressionCompiler {

  private final Leaves leaves;
  private final Map<TypedExpression, BlockExpression> compiled = new HashMap<>();

  public ExpressionCompiler(Leaves leaves) {
    this.leaves = leaves;
  }

  public ExpressionCompiler newScope() {
    return new ExpressionCompiler(leaves);
  }

  public BlockExpression compile(TypedExpression expression) {
    BlockExpression known = compiled.get(expression);
    if (known != null) {
      return known;
    }
    BlockExpression fresh = compileNew(expression);
    compiled.put(expression, fresh);
    return fresh;
  }

  public List<BlockExpression> compileAll(List<TypedExpression> expressions) {
    List<BlockExpression> all = new ArrayList<>(expressions.size());
    for (TypedExpression expression : expressions) {
      all.add(compile(expression));
    }
    return all;
  }

  private BlockExpression compileNew(TypedExpression expression) {
    return switch (expression) {
      case ColumnReference column -> leaves.column(column);
      case VirtualColumn column -> leaves.virtual(column);
      case KeyReference key -> leaves.key(key);
      case AggregateReference aggregate -> leaves.aggregate(aggregate);
      case Constant constant -> new ConstantExpression(constant);
      case Convert convert ->
          new ConvertExpression(
              convert.operand().type(), convert.type(), compile(convert.operand()));
      case Arithmetic arithmetic -> arithmetic(arithmetic);
      case Comparison comparison ->
          comparison.left().type().isArray()
              ? new ListMatchExpression(
                  compile(comparison.left()),
                  ElementMatcher.ofComparison(
                      comparison.operator(),
                      compile(comparison.right()),
                      comparison.left().type().element().storedType()))
              : new ComparisonExpression(
                  comparison.operator(), compile(comparison.left()), compile(comparison.right()));
      case AnyBetween between ->
          new ListMatchExpression(
              compile(between.operand()),
              ElementMatcher.ofBetween(
                  compile(between.low()),
                  compile(between.high()),
                  between.operand().type().element().storedType(),
                  between.negated()));
      case InSet set -> new ListMatchExpression(compile(set.operand()), ElementMatcher.ofSet(set));
      case Like like ->
          new ListMatchExpression(compile(like.operand()), ElementMatcher.ofLike(like));
      case Call call -> new FunctionExpression(call, compileAll(call.arguments()), leaves.watch());
      case IsNull isNull -> new IsNullExpression(compile(isNull.operand()), isNull.negated());
      case And and -> new ConnectiveExpression(scoped(and.operands()), false);
      case Or or -> new ConnectiveExpression(scoped(or.operands()), true);
      case Not not -> new NotExpression(compile(not.operand()));
      case Case cases -> caseExpression(cases);
    };
  }

  private BlockExpression arithmetic(Arithmetic arithmetic) {
    return new ArithmeticExpression(
        arithmetic.operator(),
        arithmetic.type(),
        compile(widened(arithmetic.left(), arithmetic)),
        compile(widened(arithmetic.right(), arithmetic)));
  }

  /** Division may have a wider type than its operands. */
  private static TypedExpression widened(TypedExpression operand, Arithmetic arithmetic) {
    return operand.type().element().storedType() == arithmetic.type().element().storedType()
        ? operand
        : new Convert(operand, arithmetic.type().element());
  }

  private BlockExpression caseExpression(Case cases) {
    List<BlockExpression> conditions = new ArrayList<>();
    List<BlockExpression> results = new ArrayList<>();
    for (TypedExpression.Branch branch : cases.branches()) {
      conditions.add(newScope().compile(branch.condition()));
      results.add(newScope().compile(branch.result()));
    }
    cases.otherwise().ifPresent(otherwise -> results.add(newScope().compile(otherwise)));
    return new CaseExpression(cases.type(), conditions, results);
  }

  private List<BlockExpression> scoped(List<TypedExpression> operands) {
    List<BlockExpression> all = new ArrayList<>(operands.size());
    for (TypedExpression operand : operands) {
      all.add(newScope().compile(operand));
    }
    return all;
  }
}
