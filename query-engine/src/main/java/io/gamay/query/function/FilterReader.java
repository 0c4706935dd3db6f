package io.gamay.query.function;

import com.google.re2j.Pattern;
import io.gamay.query.error.QueryException;
import io.gamay.query.function.FilterNode.All;
import io.gamay.query.function.FilterNode.Any;
import io.gamay.query.function.FilterNode.Present;
import io.gamay.query.function.FilterNode.Tested;
import io.gamay.query.function.FilterValue.Literal;
import io.gamay.query.function.FilterValue.LiteralReader;
import io.gamay.query.function.ValueTest.Matches;
import io.gamay.query.function.ValueTest.OneOf;
import io.gamay.query.function.ValueTest.Range;
import io.gamay.query.function.ValueTest.Range.Bound;
import io.gamay.query.sql.Expression;
import io.gamay.query.sql.Expression.Call;
import io.gamay.query.sql.Expression.ComparisonOperator;
import io.gamay.query.sql.SqlParser;
import io.gamay.segment.schema.Value;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * Reads a filter that is written in a text: comparisons of names with literals, IN, BETWEEN, LIKE,
 * REGEXP_LIKE, IS NULL, with AND, OR and NOT, in the SQL of queries.
 *
 * @param <S> what a name means
 */
final class FilterReader<S> {

  private static final String EXPECTED =
      "a filter has comparisons of a name with a literal, IN, BETWEEN, LIKE, REGEXP_LIKE, IS NULL,"
          + " AND, OR and NOT only";

  private final String function;
  private final String filter;
  private final Function<String, S> subjects;
  private final LiteralReader literals;

  private FilterReader(
      String function, String filter, Function<String, S> subjects, LiteralReader literals) {
    this.function = function;
    this.filter = filter;
    this.subjects = subjects;
    this.literals = literals;
  }

  /**
   * @param subjects what the names in the filter mean
   * @throws QueryException if the text is no such filter
   */
  static <S> FilterNode<S> read(
      String function, String filter, Function<String, S> subjects, LiteralReader literals) {
    Expression expression;
    try {
      expression = new SqlParser().parseCondition(filter);
    } catch (QueryException e) {
      throw Failures.ofConstant(function, "filter: " + e.getMessage(), filter);
    }
    return new FilterReader<>(function, filter, subjects, literals).node(expression, false);
  }

  private FilterNode<S> node(Expression expression, boolean negated) {
    return switch (expression) {
      case Expression.And and ->
          negated
              ? new Any<>(nodes(and.operands(), true))
              : new All<>(nodes(and.operands(), false));
      case Expression.Or or ->
          negated ? new All<>(nodes(or.operands(), true)) : new Any<>(nodes(or.operands(), false));
      case Expression.Not not -> node(not.operand(), !negated);
      case Expression.Comparison comparison -> comparison(comparison, negated);
      case Expression.In in ->
          tested(
              in.operand(),
              OneOf.of(in.values().stream().map(this::literal).toList()),
              in.negated() != negated);
      case Expression.Between between ->
          tested(
              between.operand(),
              new Range(bound(between.low(), true), bound(between.high(), true)),
              between.negated() != negated);
      case Expression.Like like ->
          tested(like.operand(), new Matches(pattern(like)), like.negated() != negated);
      case Expression.IsNull isNull ->
          new Present<>(subject(isNull.operand()), isNull.negated() == negated);
      case Call call
          when ScalarFunction.canonical(call.name()).equals("regexplike")
              && call.arguments().size() > 1 ->
          tested(call.arguments().getFirst(), matches(call), negated);
      default -> throw unexpected(expression);
    };
  }

  private List<FilterNode<S>> nodes(List<Expression> operands, boolean negated) {
    List<FilterNode<S>> nodes = new ArrayList<>();
    for (Expression operand : operands) {
      nodes.add(node(operand, negated));
    }
    return nodes;
  }

  private FilterNode<S> tested(Expression name, ValueTest test, boolean negated) {
    return new Tested<>(subject(name), test, negated);
  }

  private S subject(Expression expression) {
    if (expression instanceof Expression.Name(String name, boolean _)) {
      return subjects.apply(name);
    }
    throw unexpected(expression);
  }

  private FilterNode<S> comparison(Expression.Comparison comparison, boolean negated) {
    boolean isReversed =
        comparison.right() instanceof Expression.Name
            && !(comparison.left() instanceof Expression.Name);
    Expression name = isReversed ? comparison.right() : comparison.left();
    Expression bound = isReversed ? comparison.left() : comparison.right();
    ComparisonOperator operator =
        isReversed ? mirrored(comparison.operator()) : comparison.operator();
    return switch (operator) {
      case EQUAL -> tested(name, OneOf.of(List.of(literal(bound))), negated);
      case NOT_EQUAL -> tested(name, OneOf.of(List.of(literal(bound))), !negated);
      case GREATER -> tested(name, new Range(bound(bound, false), Optional.empty()), negated);
      case GREATER_OR_EQUAL ->
          tested(name, new Range(bound(bound, true), Optional.empty()), negated);
      case LESS -> tested(name, new Range(Optional.empty(), bound(bound, false)), negated);
      case LESS_OR_EQUAL -> tested(name, new Range(Optional.empty(), bound(bound, true)), negated);
    };
  }

  private static ComparisonOperator mirrored(ComparisonOperator operator) {
    return switch (operator) {
      case EQUAL, NOT_EQUAL -> operator;
      case LESS -> ComparisonOperator.GREATER;
      case LESS_OR_EQUAL -> ComparisonOperator.GREATER_OR_EQUAL;
      case GREATER -> ComparisonOperator.LESS;
      case GREATER_OR_EQUAL -> ComparisonOperator.LESS_OR_EQUAL;
    };
  }

  private Optional<Bound> bound(Expression literal, boolean isIncluded) {
    return Optional.of(new Bound(literal(literal), isIncluded));
  }

  private Literal literal(Expression expression) {
    return literals.read(
        switch (expression) {
          case Expression.IntegerLiteral(long value) -> new Value.LongValue(value);
          case Expression.DecimalLiteral(BigDecimal value) -> new Value.BigDecimalValue(value);
          case Expression.DoubleLiteral(double value) -> new Value.DoubleValue(value);
          case Expression.StringLiteral(String value) -> new Value.StringValue(value);
          case Expression.BytesLiteral(byte[] value) -> new Value.BytesValue(value);
          case Expression.BooleanLiteral(boolean value) ->
              new Value.StringValue(Boolean.toString(value));
          default -> throw unexpected(expression);
        });
  }

  private Matches matches(Call call) {
    List<String> texts = new ArrayList<>();
    for (Expression argument : call.arguments().subList(1, call.arguments().size())) {
      if (!(argument instanceof Expression.StringLiteral(String text))) {
        throw unexpected(call);
      }
      texts.add(text);
    }
    if (texts.size() > 2) {
      throw unexpected(call);
    }
    boolean caseInsensitive =
        texts.size() > 1 && RegexFunctions.isCaseInsensitive(function, texts.get(1));
    return new Matches(Regex.pattern(function, texts.getFirst(), caseInsensitive));
  }

  private Pattern pattern(Expression.Like like) {
    if (!(like.pattern() instanceof Expression.StringLiteral(String text))) {
      throw unexpected(like.pattern());
    }
    var regex = new StringBuilder("(?s)^");
    int index = 0;
    while (index < text.length()) {
      int c = text.codePointAt(index);
      index += Character.charCount(c);
      if (like.escape().isPresent() && like.escape().get() == c && index < text.length()) {
        c = text.codePointAt(index);
        index += Character.charCount(c);
        regex.append(Pattern.quote(Character.toString(c)));
      } else if (c == '%' || c == '_') {
        regex.append(c == '%' ? ".*" : ".");
      } else {
        regex.append(Pattern.quote(Character.toString(c)));
      }
    }
    return Regex.pattern(function, regex.append('$').toString(), false);
  }

  private QueryException unexpected(Expression expression) {
    return Failures.ofConstant(
        function,
        "%s, found %s".formatted(EXPECTED, expression.getClass().getSimpleName()),
        filter);
  }
}
