package io.gamay.query.sql;

import io.gamay.query.sql.Expression.ArithmeticOperator;
import io.gamay.query.sql.Expression.ComparisonOperator;
import io.gamay.segment.schema.DataType;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/** Queries that can be written down, most of them without sense. */
public final class RandomQueries {

  private RandomQueries() {}

  public static Query query(SplittableRandom random) {
    List<Expression> groupBy =
        random.nextInt(3) == 0 ? list(random).stream().distinct().toList() : List.of();
    return new Query(
        random.nextInt(4) == 0 ? Map.of("k" + random.nextInt(3), "it's") : Map.of(),
        random.nextInt(10) == 0 ? pick(random, Query.Explain.values()) : Query.Explain.NONE,
        random.nextInt(4) == 0,
        items(random),
        random.nextBoolean() ? "t" : "db.t",
        maybe(random, condition(random, 4)),
        groupBy,
        random.nextInt(4) == 0 ? sets(random, groupBy.size()) : List.of(),
        maybe(random, condition(random, 2)),
        random.nextInt(3) == 0
            ? List.of(
                new Query.OrderItem(
                    value(random, 2), random.nextBoolean(), maybe(random, random.nextBoolean())))
            : List.of(),
        random.nextBoolean() ? OptionalLong.of(random.nextInt(100)) : OptionalLong.empty(),
        random.nextInt(3) == 0 ? random.nextInt(100) : 0);
  }

  /** Grouping sets in which the keys come for the first time in their order. */
  private static List<List<Integer>> sets(SplittableRandom random, int keys) {
    var sets = new ArrayList<List<Integer>>();
    sets.add(IntStream.range(0, keys).boxed().toList());
    while (random.nextInt(3) > 0) {
      sets.add(IntStream.range(0, keys).filter(_ -> random.nextBoolean()).boxed().toList());
    }
    return sets;
  }

  private static List<Query.SelectItem> items(SplittableRandom random) {
    return list(random).stream()
        .map(
            expression ->
                new Query.SelectItem(
                    random.nextInt(5) == 0 ? new Expression.Star() : expression, Optional.empty()))
        .map(
            item ->
                item.expression() instanceof Expression.Star || random.nextBoolean()
                    ? item
                    : new Query.SelectItem(item.expression(), Optional.of(name(random).name())))
        .toList();
  }

  private static <T> T pick(SplittableRandom random, T[] from) {
    return from[random.nextInt(from.length)];
  }

  private static <T> Optional<T> maybe(SplittableRandom random, T value) {
    return random.nextBoolean() ? Optional.of(value) : Optional.empty();
  }

  private static List<Expression> list(SplittableRandom random) {
    var list = new ArrayList<Expression>();
    int size = random.nextInt(1, 4);
    for (int index = 0; index < size; index++) {
      list.add(value(random, 3));
    }
    return list;
  }

  private static Expression.Name name(SplittableRandom random) {
    String[] plain = {"a", "timestamp", "count", "$docId", "date", "t.a", "payload.size", "end_"};
    String[] quoted = {"group", "a b", "a\"b", "SELECT", "e0", "l0", "t0", "ümlaut", "1x"};
    return random.nextBoolean()
        ? new Expression.Name(plain[random.nextInt(plain.length)], false)
        : new Expression.Name(quoted[random.nextInt(quoted.length)], true);
  }

  private static Expression value(SplittableRandom random, int depth) {
    if (depth == 0) {
      return leaf(random);
    }
    return switch (random.nextInt(8)) {
      case 0, 1 ->
          new Expression.Arithmetic(
              pick(random, ArithmeticOperator.values()),
              value(random, depth - 1),
              value(random, depth - 1));
      case 2 -> new Expression.Negate(name(random));
      case 3 -> cast(random, depth);
      case 4 -> call(random, depth);
      case 5 ->
          new Expression.Case(
              List.of(
                  new Expression.Branch(condition(random, depth - 1), value(random, depth - 1))),
              maybe(random, value(random, depth - 1)));
      case 6 -> condition(random, depth - 1);
      default -> leaf(random);
    };
  }

  private static Expression cast(SplittableRandom random, int depth) {
    DataType type = pick(random, DataType.values());
    int length = random.nextInt(1, 10);
    Optional<Expression.TypeSize> size =
        switch (type) {
          case STRING -> maybe(random, new Expression.TypeSize(length, 0));
          case BIG_DECIMAL ->
              maybe(random, new Expression.TypeSize(length, random.nextInt(length + 1)));
          default -> Optional.empty();
        };
    return new Expression.Cast(value(random, depth - 1), type, size);
  }

  private static Expression call(SplittableRandom random, int depth) {
    String[] names = {"COUNT", "sum", "NOW", "YEAR", "f", "REGEXP_LIKE", "left", "date_trunc"};
    String name = names[random.nextInt(names.length)];
    if (random.nextInt(4) == 0) {
      return new Expression.Call(
          name, List.of(new Expression.Star()), false, maybe(random, condition(random, depth - 1)));
    }
    return new Expression.Call(
        name,
        list(random),
        random.nextInt(4) == 0,
        random.nextInt(4) == 0 ? Optional.of(condition(random, depth - 1)) : Optional.empty());
  }

  private static Expression leaf(SplittableRandom random) {
    return switch (random.nextInt(10)) {
      case 0 -> new Expression.IntegerLiteral(random.nextLong());
      case 1 -> new Expression.IntegerLiteral(random.nextInt(-5, 5));
      case 2 -> new Expression.DecimalLiteral(BigDecimal.valueOf(random.nextInt(), 2));
      case 3 ->
          new Expression.DecimalLiteral(
              new BigDecimal(BigInteger.ONE.shiftLeft(random.nextInt(64, 100))));
      case 4 -> new Expression.DoubleLiteral(random.nextDouble(-1e10, 1e10));
      case 5 -> new Expression.StringLiteral("it's -- /* \"?:x" + random.nextInt(9));
      case 6 -> new Expression.BooleanLiteral(random.nextBoolean());
      case 7 -> new Expression.BytesLiteral(new byte[] {(byte) random.nextInt(), 1});
      case 8 -> new Expression.NullLiteral();
      default -> name(random);
    };
  }

  private static Expression condition(SplittableRandom random, int depth) {
    if (depth <= 0) {
      return name(random);
    }
    return switch (random.nextInt(11)) {
      case 0 -> new Expression.And(conditions(random, depth));
      case 1 -> new Expression.Or(conditions(random, depth));
      case 2 -> {
        Expression operand = condition(random, depth - 1);
        yield operand instanceof Expression.Between ? operand : new Expression.Not(operand);
      }
      case 3 -> new Expression.In(value(random, depth - 1), list(random), random.nextBoolean());
      case 4 ->
          new Expression.Between(
              value(random, depth - 1),
              value(random, depth - 1),
              value(random, depth - 1),
              random.nextBoolean());
      case 5 ->
          new Expression.Like(
              value(random, depth - 1),
              new Expression.StringLiteral("a%_'"),
              maybe(random, "!'\\".charAt(random.nextInt(3))),
              random.nextBoolean());
      case 6 -> new Expression.IsNull(value(random, depth - 1), random.nextBoolean());
      case 7 ->
          new Expression.IsTruth(
              condition(random, depth - 1),
              pick(random, Expression.Truth.values()),
              random.nextBoolean());
      case 8 ->
          new Expression.IsDistinct(
              value(random, depth - 1), value(random, depth - 1), random.nextBoolean());
      default ->
          new Expression.Comparison(
              pick(random, ComparisonOperator.values()),
              value(random, depth - 1),
              value(random, depth - 1));
    };
  }

  private static List<Expression> conditions(SplittableRandom random, int depth) {
    var conditions = new ArrayList<Expression>();
    int size = random.nextInt(2, 4);
    for (int index = 0; index < size; index++) {
      conditions.add(condition(random, depth - 1));
    }
    return conditions;
  }
}
