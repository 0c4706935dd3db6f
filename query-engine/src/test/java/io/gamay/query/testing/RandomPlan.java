package io.gamay.query.testing;

import io.gamay.query.plan.AggregateCall;
import io.gamay.query.plan.ExampleCalls;
import io.gamay.query.plan.FunctionCalls;
import io.gamay.query.plan.OutputPlan;
import io.gamay.query.plan.OutputPlan.OutputColumn;
import io.gamay.query.plan.ResultType;
import io.gamay.query.plan.ServerPlan;
import io.gamay.query.plan.ServerWork;
import io.gamay.query.plan.SortKey;
import io.gamay.query.plan.TypedExpression;
import io.gamay.query.plan.TypedExpression.AggregateReference;
import io.gamay.query.plan.TypedExpression.And;
import io.gamay.query.plan.TypedExpression.AnyBetween;
import io.gamay.query.plan.TypedExpression.Arithmetic;
import io.gamay.query.plan.TypedExpression.Branch;
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
import io.gamay.query.plan.TypedExpression.VirtualColumnKind;
import io.gamay.query.sql.Expression.ArithmeticOperator;
import io.gamay.query.sql.Expression.ComparisonOperator;
import io.gamay.segment.schema.DataType;
import io.gamay.segment.schema.Value;
import io.gamay.testkit.random.SeededRandom;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;

/**
 * A random plan over a table.
 *
 * @param server what servers do
 * @param output what is made of it
 */
public record RandomPlan(ServerPlan server, OutputPlan output) {

  private static final List<DataType> SORTABLE = List.of(DataType.values());

  public static RandomPlan of(SeededRandom random, RandomTable table) {
    return new Generator(random, table, false).plan();
  }

  /** As the other, with estimates among the aggregations. */
  public static RandomPlan withSketches(SeededRandom random, RandomTable table) {
    return new Generator(random, table, true).plan();
  }

  /** A random filter over a table. */
  public static TypedExpression filter(SeededRandom random, RandomTable table) {
    return new Generator(random, table, false).condition(3);
  }

  /** Whether differences from means are among the aggregations, which leave fewer digits. */
  public boolean hasMoments() {
    List<AggregateCall> calls =
        switch (server.work()) {
          case ServerWork.Select _ -> List.of();
          case ServerWork.Aggregate work -> work.aggregates();
          case ServerWork.GroupBy work -> work.aggregates();
        };
    return calls.stream().anyMatch(call -> RandomCalls.MOMENTS.contains(call.function()));
  }

  record Generator(SeededRandom random, RandomTable table, boolean hasSketches) {

    RandomPlan plan() {
      Optional<TypedExpression> filter =
          random.chance(0.75) ? Optional.of(condition(3)) : Optional.empty();
      return switch (random.between(0, 2)) {
        case 0 -> select(filter);
        case 1 -> aggregate(filter);
        default -> groupBy(filter);
      };
    }

    private RandomPlan select(Optional<TypedExpression> filter) {
      List<TypedExpression> columns = new ArrayList<>();
      int count = random.between(1, 4);
      for (int column = 0; column < count; column++) {
        columns.add(
            random.chance(0.2)
                ? table.reference(random.oneOf(table.schema().columns()))
                : value(type(), 2));
      }
      List<SortKey> orderBy = new ArrayList<>();
      while (random.chance(0.5)) {
        orderBy.add(sortKey(value(type(), 1)));
      }
      long limit = limit();
      long offset = random.chance(0.3) ? random.between(0, 20) : 0;
      List<OutputColumn> output = new ArrayList<>();
      for (int column = 0; column < columns.size(); column++) {
        TypedExpression expression = columns.get(column);
        output.add(
            new OutputColumn(
                "o" + column,
                new KeyReference(column, expression.type(), expression.isNullable())));
      }
      return new RandomPlan(
          new ServerPlan("t", 2, filter, new ServerWork.Select(columns, orderBy, limit + offset)),
          new OutputPlan(output, Optional.empty(), orderBy, offset, limit, true));
    }

    private RandomPlan aggregate(Optional<TypedExpression> filter) {
      List<AggregateCall> calls = calls(random.between(1, 4));
      return new RandomPlan(
          new ServerPlan("t", 2, filter, new ServerWork.Aggregate(calls)),
          output(List.of(), calls));
    }

    private RandomPlan groupBy(Optional<TypedExpression> filter) {
      List<TypedExpression> keys = new ArrayList<>();
      int count = random.between(1, 4);
      for (int key = 0; key < count; key++) {
        Optional<ColumnReference> list =
            random.chance(0.2)
                ? table.column(random, random.chance(0.5) ? DataType.STRING : DataType.INT, true)
                : Optional.empty();
        keys.add(
            list.isPresent() ? list.get() : random.chance(0.7) ? column(type()) : value(type(), 2));
      }
      keys = List.copyOf(new LinkedHashSet<>(keys));
      List<AggregateCall> calls = calls(random.between(0, 3));
      return new RandomPlan(
          new ServerPlan("t", 2, filter, new ServerWork.GroupBy(keys, calls, 1_000_000)),
          output(keys, calls));
    }

    private OutputPlan output(List<TypedExpression> keys, List<AggregateCall> calls) {
      List<TypedExpression> references = new ArrayList<>();
      for (int key = 0; key < keys.size(); key++) {
        references.add(
            new KeyReference(
                key, ResultType.of(keys.get(key).type().element()), keys.get(key).isNullable()));
      }
      for (int call = 0; call < calls.size(); call++) {
        references.add(
            new AggregateReference(call, calls.get(call).type(), calls.get(call).isNullable()));
      }
      List<OutputColumn> columns = new ArrayList<>();
      for (TypedExpression reference : references) {
        columns.add(new OutputColumn("o" + columns.size(), reference));
        if (reference.type().equals(ResultType.of(DataType.DOUBLE)) && random.chance(0.3)) {
          columns.add(
              new OutputColumn(
                  "o" + columns.size(),
                  new Arithmetic(
                      ArithmeticOperator.TIMES,
                      reference,
                      constant(DataType.DOUBLE),
                      ResultType.of(DataType.DOUBLE))));
        }
      }
      Optional<TypedExpression> having = Optional.empty();
      List<SortKey> orderBy = new ArrayList<>();
      List<TypedExpression> exact =
          references.stream()
              .filter(r -> r.type().element() != DataType.DOUBLE && !r.type().isArray())
              .toList();
      if (!exact.isEmpty()) {
        if (random.chance(0.3)) {
          TypedExpression reference = random.oneOf(exact);
          having =
              Optional.of(
                  new Comparison(
                      random.oneOf(List.of(ComparisonOperator.values())),
                      reference,
                      constant(reference.type().element())));
        }
        while (random.chance(0.5)) {
          orderBy.add(sortKey(random.oneOf(exact)));
        }
      }
      return new OutputPlan(
          columns, having, orderBy, random.chance(0.2) ? random.between(0, 5) : 0, limit(), true);
    }

    private long limit() {
      return random.chance(0.5) ? 1_000_000 : random.between(0, 30);
    }

    private SortKey sortKey(TypedExpression expression) {
      return new SortKey(expression, random.chance(0.5), random.chance(0.5));
    }

    private List<AggregateCall> calls(int count) {
      List<AggregateCall> calls = new ArrayList<>();
      RandomCalls generator = new RandomCalls(this);
      for (int call = 0; call < count; call++) {
        calls.add(hasSketches && random.chance(0.5) ? generator.sketch() : generator.exact());
      }
      return calls;
    }

    private DataType type() {
      return random.oneOf(SORTABLE);
    }

    TypedExpression column(DataType type) {
      return table.column(random, type, false).orElseThrow();
    }

    TypedExpression value(DataType type, int depth) {
      if (depth == 0 || random.chance(0.4)) {
        return random.chance(0.8) ? column(type) : constant(type);
      }
      if (random.chance(0.2)) {
        Optional<TypedExpression> call = functionCall(type, depth);
        if (call.isPresent()) {
          return call.get();
        }
      }
      ResultType result = ResultType.of(type);
      if (random.chance(0.2)) {
        List<Branch> branches = new ArrayList<>();
        do {
          branches.add(new Branch(condition(depth - 1), value(type, depth - 1)));
        } while (random.chance(0.3));
        return new Case(
            branches,
            random.chance(0.6) ? Optional.of(value(type, depth - 1)) : Optional.empty(),
            result);
      }
      return switch (type) {
        case INT ->
            random.chance(0.3)
                ? new Arithmetic(
                    random.chance(0.5) ? ArithmeticOperator.MODULO : ArithmeticOperator.DIVIDE,
                    value(type, depth - 1),
                    table.isTame()
                        ? constant(new Value.IntValue(random.between(1, 7)), type)
                        : value(type, depth - 1),
                    result)
                : plain(type, depth);
        case LONG ->
            random.chance(0.2)
                ? new VirtualColumn(VirtualColumnKind.OFFSET)
                : random.chance(0.3)
                    ? new Convert(value(DataType.INT, depth - 1), DataType.LONG)
                    : plain(type, depth);
        case DOUBLE ->
            random.chance(0.3)
                ? new Convert(
                    value(random.chance(0.5) ? DataType.INT : DataType.LONG, depth - 1), type)
                : plain(type, depth);
        case BOOLEAN -> condition(depth);
        case STRING ->
            random.chance(0.5) ? new Convert(value(DataType.INT, depth - 1), type) : column(type);
        case BIG_DECIMAL ->
            random.chance(0.5) ? new Convert(value(DataType.INT, depth - 1), type) : column(type);
        case FLOAT, TIMESTAMP, JSON, BYTES -> column(type);
      };
    }

    /** A function of the examples in the documentation, some of its arguments replaced. */
    private Optional<TypedExpression> functionCall(DataType type, int depth) {
      if (table.isTame()) {
        return Optional.empty();
      }
      List<Call> fitting =
          ExampleCalls.all().stream()
              .filter(call -> call.type().equals(ResultType.of(type)))
              .toList();
      if (fitting.isEmpty()) {
        return Optional.empty();
      }
      Call call = random.oneOf(fitting);
      List<TypedExpression> arguments = new ArrayList<>();
      for (int index = 0; index < call.arguments().size(); index++) {
        TypedExpression argument = call.arguments().get(index);
        arguments.add(
            ExampleCalls.isFree(call, index) && random.chance(0.7)
                ? replaced(argument, depth)
                : argument);
      }
      Call made = ExampleCalls.withArguments(call, arguments);
      // The planner would take another signature for some constants that are NULL.
      return Optional.of(FunctionCalls.isValid(made) ? made : call);
    }

    private TypedExpression replaced(TypedExpression argument, int depth) {
      DataType type = argument.type().element();
      return argument.type().isArray()
          ? table.column(random, type, true).<TypedExpression>map(c -> c).orElse(argument)
          : value(type, depth - 1);
    }

    private TypedExpression plain(DataType type, int depth) {
      return new Arithmetic(
          random.oneOf(
              List.of(ArithmeticOperator.PLUS, ArithmeticOperator.MINUS, ArithmeticOperator.TIMES)),
          value(type, depth - 1),
          value(type, depth - 1),
          ResultType.of(type));
    }

    TypedExpression condition(int depth) {
      if (depth > 0 && random.chance(0.5)) {
        return switch (random.between(0, 2)) {
          case 0 -> new And(conditions(depth - 1));
          case 1 -> new Or(conditions(depth - 1));
          default -> new Not(condition(depth - 1));
        };
      }
      if (random.chance(0.15)) {
        Optional<TypedExpression> call = functionCall(DataType.BOOLEAN, Math.max(1, depth));
        if (call.isPresent()) {
          return call.get();
        }
      }
      DataType type = type();
      Optional<ColumnReference> list =
          random.chance(0.2) ? table.column(random, type, true) : Optional.empty();
      TypedExpression operand =
          list.isPresent()
              ? list.get()
              : random.chance(0.7) ? column(type) : value(type, Math.max(0, depth - 1));
      if (list.isPresent() && random.chance(0.3)) {
        return new AnyBetween(operand, constant(type), constant(type), random.chance(0.4));
      }
      return switch (random.between(0, 5)) {
        case 0 -> {
          LinkedHashSet<Value> values = new LinkedHashSet<>();
          do {
            values.add(table.value(random, type));
          } while (random.chance(0.6));
          yield new InSet(operand, List.copyOf(values), random.chance(0.1), random.chance(0.4));
        }
        case 1 -> {
          TypedExpression text =
              random.chance(0.2)
                  ? table.column(random, DataType.STRING, true).orElseThrow()
                  : value(DataType.STRING, 1);
          boolean escapes = random.chance(0.3);
          yield new Like(
              text,
              pattern(escapes),
              escapes ? Optional.of('!') : Optional.empty(),
              random.chance(0.3),
              random.chance(0.3));
        }
        case 2 -> new IsNull(operand, random.chance(0.5));
        case 3 -> random.chance(0.3) ? column(DataType.BOOLEAN) : comparison(operand, type, depth);
        default -> comparison(operand, type, depth);
      };
    }

    private TypedExpression comparison(TypedExpression operand, DataType type, int depth) {
      return new Comparison(
          random.oneOf(List.of(ComparisonOperator.values())),
          operand,
          random.chance(0.85) ? constant(type) : value(type, Math.max(0, depth - 1)));
    }

    private List<TypedExpression> conditions(int depth) {
      List<TypedExpression> all = new ArrayList<>();
      do {
        all.add(condition(depth));
      } while (all.size() < 2 || random.chance(0.4));
      return all;
    }

    private String pattern(boolean escapes) {
      StringBuilder pattern = new StringBuilder();
      while (random.chance(0.8)) {
        pattern.append(random.oneOf(List.of("%", "_", "a", "b", "B", "er", "ü", "'", "1")));
        if (escapes && random.chance(0.3)) {
          pattern.append(random.oneOf(List.of("!%", "!_", "!!")));
        }
      }
      return pattern.toString();
    }

    private TypedExpression constant(DataType type) {
      return random.chance(0.03)
          ? new Constant(Optional.empty(), ResultType.of(type))
          : constant(table.value(random, type), type);
    }

    private static TypedExpression constant(Value value, DataType type) {
      return new Constant(Optional.of(value), ResultType.of(type));
    }
  }
}
