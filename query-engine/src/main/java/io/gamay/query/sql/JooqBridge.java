package io.gamay.query.sql;

import io.gamay.query.error.QueryException;
import io.gamay.query.sql.Expression.Arithmetic;
import io.gamay.query.sql.Expression.ArithmeticOperator;
import io.gamay.query.sql.Expression.Comparison;
import io.gamay.query.sql.Expression.ComparisonOperator;
import io.gamay.query.sql.Expression.Truth;
import io.gamay.query.sql.Query.OrderItem;
import io.gamay.query.sql.Query.SelectItem;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jooq.Condition;
import org.jooq.Field;
import org.jooq.Parser;
import org.jooq.SQLDialect;
import org.jooq.Select;
import org.jooq.SelectFieldOrAsterisk;
import org.jooq.SortField;
import org.jooq.SortOrder;
import org.jooq.TableField;
import org.jooq.impl.DSL;
import org.jooq.impl.ParserException;
import org.jooq.impl.QOM;
import org.jspecify.annotations.Nullable;

/**
 * The only user of jOOQ: its parser reads a {@link Skeleton}, and what it found is taken over node
 * by node. A node that is not known here, or a name that is not a placeholder, is an error: jOOQ
 * may give a text another meaning than ours, but not unseen. For one statement, on one thread.
 */
final class JooqBridge {

  private static final Parser PARSER = DSL.using(SQLDialect.DEFAULT).parser();

  private static final int MAX_KEPT = 10_000;
  private static final int MAX_KEPT_LENGTH = 500;

  /** Skeletons read before: texts repeat themselves, and their skeletons all the more. */
  private final Map<String, Field<?>> kept = new HashMap<>();

  /** The clauses of a SELECT whose skeleton was parsed; its table is not among them. */
  record Clauses(
      boolean distinct,
      List<SelectItem> select,
      Optional<Expression> where,
      Optional<Expression> having,
      List<OrderItem> orderBy) {}

  Expression expression(Skeleton skeleton, SqlSource source) {
    try {
      return expression(parseField(skeleton.sql()), skeleton);
    } catch (ParserException e) {
      throw positioned(e, skeleton, source);
    }
  }

  private Field<?> parseField(String sql) {
    Field<?> known = kept.get(sql);
    if (known != null) {
      return known;
    }
    Field<?> parsed = PARSER.parseField(sql);
    if (sql.length() <= MAX_KEPT_LENGTH && kept.size() < MAX_KEPT) {
      kept.put(sql, parsed);
    }
    return parsed;
  }

  Clauses select(Skeleton skeleton, SqlSource source) {
    Select<?> select = parseSelect(skeleton, source);
    boolean hasMore =
        select.$with() != null
            || !select.$distinctOn().isEmpty()
            || !select.$groupBy().isEmpty()
            || !select.$window().isEmpty()
            || select.$qualify() != null
            || select.$limit() != null
            || select.$offset() != null
            || select.$from().size() != 1;
    if (hasMore) {
      throw unknown(select);
    }
    var items = new ArrayList<SelectItem>();
    for (SelectFieldOrAsterisk item : select.$select()) {
      items.add(selectItem(item, skeleton));
    }
    var orderBy = new ArrayList<OrderItem>();
    for (SortField<?> key : select.$orderBy()) {
      orderBy.add(orderItem(key, skeleton));
    }
    return new Clauses(
        select.$distinct(),
        items,
        optional(select.$where(), skeleton),
        optional(select.$having(), skeleton),
        orderBy);
  }

  private Select<?> parseSelect(Skeleton skeleton, SqlSource source) {
    try {
      Select<?> select = PARSER.parseSelect(skeleton.sql());
      if (select == null) {
        throw SqlSource.refusal("no query in the text");
      }
      return select;
    } catch (ParserException e) {
      throw positioned(e, skeleton, source);
    }
  }

  private Optional<Expression> optional(@Nullable Object condition, Skeleton skeleton) {
    return condition == null ? Optional.empty() : Optional.of(expression(condition, skeleton));
  }

  private SelectItem selectItem(SelectFieldOrAsterisk item, Skeleton skeleton) {
    if (item instanceof QOM.FieldAlias<?> aliased) {
      String placeholder = String.valueOf(aliased.$alias().last());
      String alias = skeleton.aliasOf(placeholder).orElseThrow(() -> unknown(aliased));
      return new SelectItem(expression(aliased.$aliased(), skeleton), Optional.of(alias));
    }
    return new SelectItem(expression(item, skeleton), Optional.empty());
  }

  private OrderItem orderItem(SortField<?> key, Skeleton skeleton) {
    Optional<Boolean> nullsFirst =
        Optional.ofNullable(key.$nullOrdering())
            .map(
                ordering ->
                    switch (ordering) {
                      case NULLS_FIRST -> true;
                      case NULLS_LAST -> false;
                    });
    return new OrderItem(
        expression(key.$field(), skeleton), key.$sortOrder() == SortOrder.DESC, nullsFirst);
  }

  private Expression expression(Object node, Skeleton skeleton) {
    return switch (node) {
      case TableField<?, ?> field -> value(field, skeleton);
      case QOM.ConditionAsField field -> expression(field.$condition(), skeleton);
      case QOM.FieldCondition condition -> expression(condition.$field(), skeleton);
      case QOM.Neg<?> neg -> Literals.negate(expression(neg.$arg1(), skeleton));
      case QOM.Add<?> op -> arithmetic(ArithmeticOperator.PLUS, op.$arg1(), op.$arg2(), skeleton);
      case QOM.Sub<?> op -> arithmetic(ArithmeticOperator.MINUS, op.$arg1(), op.$arg2(), skeleton);
      case QOM.Mul<?> op -> arithmetic(ArithmeticOperator.TIMES, op.$arg1(), op.$arg2(), skeleton);
      case QOM.Div<?> op -> arithmetic(ArithmeticOperator.DIVIDE, op.$arg1(), op.$arg2(), skeleton);
      case QOM.Mod<?> op ->
          arithmetic(ArithmeticOperator.MODULO, op.$dividend(), op.$divisor(), skeleton);
      case QOM.Eq<?> op -> comparison(ComparisonOperator.EQUAL, op.$arg1(), op.$arg2(), skeleton);
      case QOM.Ne<?> op ->
          comparison(ComparisonOperator.NOT_EQUAL, op.$arg1(), op.$arg2(), skeleton);
      case QOM.Lt<?> op -> comparison(ComparisonOperator.LESS, op.$arg1(), op.$arg2(), skeleton);
      case QOM.Le<?> op ->
          comparison(ComparisonOperator.LESS_OR_EQUAL, op.$arg1(), op.$arg2(), skeleton);
      case QOM.Gt<?> op -> comparison(ComparisonOperator.GREATER, op.$arg1(), op.$arg2(), skeleton);
      case QOM.Ge<?> op ->
          comparison(ComparisonOperator.GREATER_OR_EQUAL, op.$arg1(), op.$arg2(), skeleton);
      case QOM.And and -> new Expression.And(andChain(and, skeleton));
      case QOM.Or or -> new Expression.Or(orChain(or, skeleton));
      case QOM.Not not -> not(expression(not.$arg1(), skeleton));
      case QOM.IsNull isNull -> new Expression.IsNull(expression(isNull.$arg1(), skeleton), false);
      case QOM.IsNotNull isNotNull ->
          new Expression.IsNull(expression(isNotNull.$arg1(), skeleton), true);
      case QOM.Concat concat -> concat(concat, skeleton);
      case QOM.IsDistinctFrom<?> test -> distinct(test.$arg1(), test.$arg2(), false, skeleton);
      case QOM.IsNotDistinctFrom<?> test -> distinct(test.$arg1(), test.$arg2(), true, skeleton);
      case QOM.InList<?> in -> in(in.$field(), in.$list(), false, skeleton);
      case QOM.NotInList<?> in -> in(in.$field(), in.$list(), true, skeleton);
      case QOM.Between<?> between when !between.$symmetric() ->
          new Expression.Between(
              expression(between.$arg1(), skeleton),
              expression(between.$arg2(), skeleton),
              expression(between.$arg3(), skeleton),
              false);
      case QOM.Like like -> like(like.$value(), like.$pattern(), like.$escape(), false, skeleton);
      case QOM.NotLike like -> like(like.$value(), like.$pattern(), like.$escape(), true, skeleton);
      default -> throw unknown(node);
    };
  }

  private static Expression value(TableField<?, ?> field, Skeleton skeleton) {
    return skeleton.valueOf(field.getName()).orElseThrow(() -> unknown(field));
  }

  private Expression arithmetic(
      ArithmeticOperator operator, Object left, Object right, Skeleton skeleton) {
    return new Arithmetic(operator, expression(left, skeleton), expression(right, skeleton));
  }

  private Expression comparison(
      ComparisonOperator operator, Object left, Object right, Skeleton skeleton) {
    return new Comparison(operator, expression(left, skeleton), expression(right, skeleton));
  }

  /** {@code a || b}. */
  private Expression concat(QOM.Concat concat, Skeleton skeleton) {
    if (concat.$arg1().size() != 2) {
      throw unknown(concat);
    }
    return new Expression.Call(
        "concat",
        List.of(
            expression(concat.$arg1().getFirst(), skeleton),
            expression(concat.$arg1().getLast(), skeleton)),
        false,
        Optional.empty());
  }

  /** IS [NOT] DISTINCT FROM, which also stands for the tests IS TRUE, IS FALSE, IS UNKNOWN. */
  private Expression distinct(Field<?> left, Field<?> right, boolean negated, Skeleton skeleton) {
    Expression operand = expression(left, skeleton);
    Optional<Truth> truth =
        right instanceof TableField<?, ?> placeholder
            ? skeleton.truthOf(placeholder.getName())
            : Optional.empty();
    return truth.isPresent()
        ? new Expression.IsTruth(operand, truth.get(), !negated)
        : new Expression.IsDistinct(operand, expression(right, skeleton), negated);
  }

  private static Expression not(Expression operand) {
    return operand instanceof Expression.Between between && !between.negated()
        ? new Expression.Between(between.operand(), between.low(), between.high(), true)
        : new Expression.Not(operand);
  }

  /** The operands of a chain of ANDs, without recursion along it. */
  private List<Expression> andChain(QOM.And top, Skeleton skeleton) {
    var operands = new ArrayList<Expression>();
    Condition node = top;
    while (node instanceof QOM.And and) {
      operands.add(expression(and.$arg2(), skeleton));
      node = and.$arg1();
    }
    operands.add(expression(node, skeleton));
    return operands.reversed();
  }

  /** The operands of a chain of ORs, without recursion along it. */
  private List<Expression> orChain(QOM.Or top, Skeleton skeleton) {
    var operands = new ArrayList<Expression>();
    Condition node = top;
    while (node instanceof QOM.Or or) {
      operands.add(expression(or.$arg2(), skeleton));
      node = or.$arg1();
    }
    operands.add(expression(node, skeleton));
    return operands.reversed();
  }

  private Expression in(
      Field<?> operand, List<? extends Field<?>> list, boolean negated, Skeleton skeleton) {
    if (list.size() != 1 || !(list.getFirst() instanceof TableField<?, ?> placeholder)) {
      throw unknown(list);
    }
    List<Expression> values =
        skeleton.listOf(placeholder.getName()).orElseThrow(() -> unknown(placeholder));
    return new Expression.In(expression(operand, skeleton), values, negated);
  }

  private Expression like(
      Field<?> operand,
      Object pattern,
      @Nullable Character escape,
      boolean negated,
      Skeleton skeleton) {
    return new Expression.Like(
        expression(operand, skeleton),
        expression(pattern, skeleton),
        Optional.ofNullable(escape),
        negated);
  }

  private static QueryException positioned(ParserException e, Skeleton skeleton, SqlSource source) {
    int offset = skeleton.textOffset(e.position());
    String message = String.valueOf(e.getMessage());
    SqlToken token = tokenAt(offset, source);
    String problem =
        message.startsWith("Boolean field expected")
            ? "expected a condition before this"
            : Keywords.isComparison(token)
                ? "unexpected here, expected parentheses around the comparison before it"
                : "unexpected here, expected an operator, ',' or the end of the expression";
    return source.error(offset, source.show(token) + ": " + problem);
  }

  private static SqlToken tokenAt(int offset, SqlSource source) {
    return new SqlLexer(source)
        .tokens().stream()
            .filter(token -> token.start() >= offset)
            .findFirst()
            .orElseThrow(() -> new IllegalStateException("no token at offset " + offset));
  }

  private static QueryException unknown(Object node) {
    return SqlSource.refusal("not supported yet: " + node.getClass().getSimpleName());
  }
}
