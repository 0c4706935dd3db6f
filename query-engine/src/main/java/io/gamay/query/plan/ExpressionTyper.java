package io.gamay.query.plan;

import io.gamay.query.error.QueryException;
import io.gamay.query.function.ScalarFunction;
import io.gamay.query.function.ScalarFunctions;
import io.gamay.query.plan.QueryOptions.Dialect;
import io.gamay.query.plan.TypedExpression.Branch;
import io.gamay.query.plan.TypedExpression.Constant;
import io.gamay.query.plan.TypedExpression.VirtualColumnKind;
import io.gamay.query.sql.Expression;
import io.gamay.query.sql.Expression.ArithmeticOperator;
import io.gamay.query.sql.Expression.Call;
import io.gamay.segment.schema.DataType;
import io.gamay.segment.schema.StoredType;
import io.gamay.segment.schema.Value;
import io.gamay.segment.schema.Value.BigDecimalValue;
import io.gamay.segment.schema.Value.BytesValue;
import io.gamay.segment.schema.Value.DoubleValue;
import io.gamay.segment.schema.Value.IntValue;
import io.gamay.segment.schema.Value.LongValue;
import io.gamay.segment.schema.Value.StringValue;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Resolves names, finds types, inserts conversions and computes constants, in one {@link Scope}.
 */
final class ExpressionTyper {

  private static final String IN_ID_SET = "inidset";

  private final Scope scope;
  private final Dialect dialect;
  private final long nowMillis;
  private final PlanSize size;

  /**
   * @param nowMillis what NOW() is
   */
  ExpressionTyper(Scope scope, Dialect dialect, long nowMillis, PlanSize size) {
    this.scope = scope;
    this.dialect = dialect;
    this.nowMillis = nowMillis;
    this.size = size;
  }

  TypedExpression type(Expression expression) {
    size.count();
    return scope.whole(expression).orElseGet(() -> typeParts(expression));
  }

  /** An expression that must be a condition; only true counts. */
  TypedExpression condition(Expression expression) {
    return Conditions.whereTrue(logical(expression));
  }

  private TypedExpression typeParts(Expression expression) {
    return switch (expression) {
      case Expression.Name name -> scope.name(name);
      case Expression.IntegerLiteral(long value) -> integer(value);
      case Expression.DecimalLiteral(BigDecimal value) -> decimal(value);
      case Expression.DoubleLiteral(double value) ->
          Constants.of(new DoubleValue(value), DataType.DOUBLE);
      case Expression.StringLiteral(String value) ->
          Constants.of(new StringValue(value), DataType.STRING);
      case Expression.BooleanLiteral(boolean value) -> Constants.bool(value);
      case Expression.BytesLiteral(byte[] value) ->
          Constants.of(new BytesValue(value), DataType.BYTES);
      case Expression.NullLiteral _ -> Constants.ofNull(ResultType.of(DataType.STRING));
      case Expression.Star _ -> throw Refusals.invalid("* cannot stand here");
      case Expression.Arithmetic e -> arithmetic(e.operator(), number(e.left()), number(e.right()));
      case Expression.Negate e ->
          arithmetic(
              ArithmeticOperator.TIMES,
              Constants.of(new IntValue(-1), DataType.INT),
              number(e.operand()));
      case Expression.Comparison e -> comparison(e);
      case Expression.And e -> Conditions.and(e.operands().stream().map(this::logical).toList());
      case Expression.Or e -> Conditions.or(e.operands().stream().map(this::logical).toList());
      case Expression.Not e -> Conditions.not(logical(e.operand()));
      case Expression.In e -> in(e);
      case Expression.Between e -> between(e);
      case Expression.Like e -> like(e);
      case Expression.IsNull e -> Conditions.isNull(type(e.operand()), e.negated());
      case Expression.IsTruth e -> truth(e);
      case Expression.IsDistinct e -> distinct(e);
      case Expression.Case e -> caseOf(e);
      case Expression.Cast e -> cast(e);
      case Call call -> call(call);
    };
  }

  /** What stands several times in the plan counts as often. */
  private void countAgain(Expression expression, int times) {
    if (!(expression instanceof Expression.Name)) {
      for (int time = 0; time < times; time++) {
        type(expression);
      }
    }
  }

  private TypedExpression comparison(Expression.Comparison written) {
    Operand left = new Operand(written.left(), type(written.left()));
    Operand right = new Operand(written.right(), type(written.right()));
    return compared(
        () -> Comparisons.compare(written.operator(), left.typed(), right.typed()),
        List.of(left, right));
  }

  private TypedExpression between(Expression.Between written) {
    countAgain(written.operand(), 1);
    Operand operand = new Operand(written.operand(), type(written.operand()));
    Operand low = new Operand(written.low(), single(written.low()));
    Operand high = new Operand(written.high(), single(written.high()));
    return compared(
        () -> Comparisons.between(operand.typed(), low.typed(), high.typed(), written.negated()),
        List.of(operand, low, high));
  }

  private TypedExpression in(Expression.In in) {
    TypedExpression operand = type(in.operand());
    List<TypedExpression> values = in.values().stream().map(this::single).toList();
    long compared = values.stream().filter(value -> !(value instanceof Constant)).count();
    countAgain(in.operand(), (int) compared);
    return compared(
        () -> Comparisons.in(operand, values, in.negated()),
        List.of(new Operand(in.operand(), operand)));
  }

  /** An expression as it was written and as it was understood. */
  private record Operand(Expression written, TypedExpression typed) {

    String described() {
      return "%s is %s".formatted(ColumnNames.describe(written), typed.type().displayName());
    }
  }

  /** What cannot be compared is told with what was written; a literal tells itself. */
  private static TypedExpression compared(
      Supplier<TypedExpression> comparison, List<Operand> operands) {
    try {
      return comparison.get();
    } catch (QueryException e) {
      String culprits =
          operands.stream()
              .filter(operand -> !(operand.typed() instanceof Constant))
              .map(Operand::described)
              .collect(Collectors.joining(", "));
      throw culprits.isEmpty()
          ? e
          : new QueryException(e.code(), "%s (%s)".formatted(e.getMessage(), culprits), e);
    }
  }

  private TypedExpression truth(Expression.IsTruth test) {
    countAgain(test.operand(), 1);
    return Conditions.isTruth(logical(test.operand()), test.truth(), test.negated());
  }

  /** An expression of one value per row. */
  private TypedExpression single(Expression expression) {
    TypedExpression typed = type(expression);
    if (typed.type().isArray()) {
      throw Refusals.invalid(
          "multi-value %s cannot stand here, where one value is needed"
              .formatted(ColumnNames.describe(expression)));
    }
    return typed;
  }

  /** An operand of arithmetic. */
  private TypedExpression number(Expression expression) {
    TypedExpression typed = single(expression);
    if (!Constants.isNull(typed) && !Types.isNumberLike(typed.type().element())) {
      throw Refusals.invalid(
          "arithmetic needs numbers, %s is %s"
              .formatted(ColumnNames.describe(expression), typed.type().displayName()));
    }
    return typed;
  }

  private TypedExpression logical(Expression expression) {
    TypedExpression typed = single(expression);
    if (Constants.isNull(typed)) {
      return Constants.UNKNOWN;
    }
    if (typed.type().element() != DataType.BOOLEAN) {
      throw Refusals.invalid(
          "%s is %s, expected a condition"
              .formatted(ColumnNames.describe(expression), typed.type().displayName()));
    }
    return typed;
  }

  private static Constant integer(long value) {
    return value == (int) value
        ? Constants.of(new IntValue((int) value), DataType.INT)
        : Constants.of(new LongValue(value), DataType.LONG);
  }

  /** DOUBLE if that keeps all digits, as in most databases and in Pinot. */
  private static Constant decimal(BigDecimal value) {
    double near = value.doubleValue();
    boolean isDouble =
        value.scale() != 0
            && Double.isFinite(near)
            && BigDecimal.valueOf(near).compareTo(value) == 0;
    return isDouble
        ? Constants.of(new DoubleValue(near), DataType.DOUBLE)
        : Constants.of(new BigDecimalValue(value), DataType.BIG_DECIMAL);
  }

  private TypedExpression arithmetic(
      ArithmeticOperator operator, TypedExpression left, TypedExpression right) {
    DataType leftType = operandType(left, right);
    DataType rightType = operandType(right, left);
    DataType type = Types.arithmetic(leftType, rightType, dialect);
    return Constants.arithmetic(
        operator, Constants.convert(left, type), Constants.convert(right, type), type);
  }

  private static DataType operandType(TypedExpression operand, TypedExpression other) {
    if (Constants.isNull(operand)) {
      return Types.isNumberLike(other.type().element()) ? other.type().element() : DataType.INT;
    }
    DataType type = operand.type().element();
    return isLiteralBesideFloating(operand, other) ? DataType.DOUBLE : type;
  }

  /** Digits of a literal do not make decimals of FLOAT and DOUBLE, which may be NaN or infinite. */
  private static boolean isLiteralBesideFloating(TypedExpression operand, TypedExpression other) {
    DataType otherType = other.type().element();
    return operand instanceof Constant
        && !(other instanceof Constant)
        && operand.type().element() == DataType.BIG_DECIMAL
        && (otherType == DataType.FLOAT || otherType == DataType.DOUBLE);
  }

  private TypedExpression like(Expression.Like like) {
    TypedExpression operand = type(like.operand());
    TypedExpression pattern = single(like.pattern());
    if (Constants.isNull(operand) || Constants.isNull(pattern)) {
      return Constants.UNKNOWN;
    }
    if (!Types.isText(operand.type().element())) {
      throw Refusals.invalid(
          "LIKE needs STRING, %s is %s"
              .formatted(ColumnNames.describe(like.operand()), operand.type().displayName()));
    }
    if (!(pattern instanceof Constant(Optional<Value> text, ResultType _)
        && text.orElseThrow() instanceof StringValue(String patternText))) {
      throw Refusals.invalid("the pattern of LIKE must be a string literal");
    }
    boolean isPinot = dialect == Dialect.PINOT;
    Optional<Character> escape =
        like.escape().or(() -> isPinot ? Optional.of('\\') : Optional.empty());
    if (like.escape().isPresent()) {
      checkEscapes(patternText, like.escape().get());
    }
    return new TypedExpression.Like(operand, patternText, escape, isPinot, like.negated());
  }

  private static void checkEscapes(String pattern, char escape) {
    int next = pattern.indexOf(escape);
    while (next >= 0) {
      int index = next + 1;
      boolean isEscapable =
          index < pattern.length()
              && (pattern.charAt(index) == escape || "%_".indexOf(pattern.charAt(index)) >= 0);
      if (!isEscapable) {
        throw Refusals.invalid(
            "in LIKE '%s' the escape character %s must stand before %%, _ or itself"
                .formatted(pattern, escape));
      }
      next = pattern.indexOf(escape, index + 1);
    }
  }

  private TypedExpression caseOf(Expression.Case written) {
    var conditions = new ArrayList<TypedExpression>();
    var results = new ArrayList<Operand>();
    Optional<Operand> rest = written.otherwise().map(this::singleOperand);
    for (Expression.Branch branch : written.branches()) {
      conditions.add(condition(branch.condition()));
      results.add(singleOperand(branch.result()));
    }
    DataType type = resultType(results, rest);
    Optional<TypedExpression> otherwise =
        rest.map(result -> Constants.convert(result.typed(), type));
    var branches = new ArrayList<Branch>();
    for (int index = 0; index < conditions.size(); index++) {
      TypedExpression result = Constants.convert(results.get(index).typed(), type);
      if (conditions.get(index).equals(Constants.TRUE)) {
        otherwise = Optional.of(result);
        break;
      }
      if (!conditions.get(index).equals(Constants.FALSE)) {
        branches.add(new Branch(conditions.get(index), result));
      }
    }
    if (branches.isEmpty()) {
      return otherwise.orElse(Constants.ofNull(ResultType.of(type)));
    }
    return new TypedExpression.Case(branches, otherwise, ResultType.of(type));
  }

  private Operand singleOperand(Expression written) {
    return new Operand(written, single(written));
  }

  /** The type that holds all results, of CASE and of what is written out as one. */
  private static DataType resultType(List<Operand> results, Optional<Operand> otherwise) {
    List<Operand> typed =
        Stream.concat(results.stream(), otherwise.stream())
            .filter(result -> !Constants.isNull(result.typed()))
            .toList();
    if (typed.isEmpty()) {
      return DataType.STRING;
    }
    DataType common = typed.getFirst().typed().type().element();
    for (Operand result : typed) {
      common =
          Types.common(common, result.typed().type().element())
              .orElseThrow(
                  () ->
                      Refusals.invalid(
                          "results have no common type: %s, %s: write a CAST"
                              .formatted(typed.getFirst().described(), result.described())));
    }
    return common;
  }

  private TypedExpression distinct(Expression.IsDistinct written) {
    countAgain(written.left(), 2);
    countAgain(written.right(), 2);
    Operand left = new Operand(written.left(), single(written.left()));
    Operand right = new Operand(written.right(), single(written.right()));
    TypedExpression isDistinct =
        compared(() -> Comparisons.distinct(left.typed(), right.typed()), List.of(left, right));
    return written.negated() ? Conditions.not(isDistinct) : isDistinct;
  }

  /**
   * The standard dialect cuts a text to its type's length and rounds a decimal to its scale; Pinot
   * looks at no size.
   */
  private TypedExpression cast(Expression.Cast cast) {
    if (cast.size().isEmpty() || dialect == Dialect.PINOT) {
      return cast(type(cast.operand()), cast.type());
    }
    Expression.TypeSize size = cast.size().get();
    TypedExpression operand = cast(single(cast.operand()), cast.type());
    TypedExpression length = integer(size.length());
    boolean isText = cast.type() == DataType.STRING;
    return FunctionCalls.type(
        ScalarFunctions.find(isText ? "left" : "castdecimal").orElseThrow(),
        new Call("CAST", List.of(cast.operand()), false, Optional.empty()),
        isText ? List.of(operand, length) : List.of(operand, length, integer(size.scale())),
        dialect);
  }

  private static TypedExpression cast(TypedExpression operand, DataType target) {
    DataType from = operand.type().element();
    if (!Constants.isNull(operand) && !ValueConverter.isConvertible(from, target)) {
      throw Refusals.invalid("cannot convert %s to %s".formatted(from, target));
    }
    return Constants.convert(operand, target);
  }

  private TypedExpression call(Call call) {
    Optional<FunctionNames.Aggregate> aggregate = FunctionNames.aggregate(call.name());
    if (aggregate.isPresent()) {
      return scope.aggregate(call, aggregate.get());
    }
    if (call.filter().isPresent() || call.distinct()) {
      throw known(call)
          ? Refusals.invalid(
              "DISTINCT and FILTER need an aggregation, not %s".formatted(call.name()))
          : unknown(call);
    }
    Optional<ArithmeticOperator> operator = FunctionNames.arithmetic(call.name());
    if (operator.isPresent()) {
      requireArguments(call, 2);
      return arithmetic(
          operator.get(), number(call.arguments().get(0)), number(call.arguments().get(1)));
    }
    if (FunctionNames.canonical(call.name()).equals(IN_ID_SET)) {
      return inIdSet(call);
    }
    ScalarFunction function = ScalarFunctions.find(call.name()).orElseThrow(() -> unknown(call));
    if (function.name().equals("rand")) {
      return random(function, call);
    }
    return function.isRewritten()
        ? rewritten(function.name(), call)
        : FunctionCalls.type(
            function, call, call.arguments().stream().map(this::type).toList(), dialect);
  }

  /** IN a list that another query made with ID_SET. */
  private TypedExpression inIdSet(Call call) {
    requireArguments(call, 2);
    TypedExpression operand = type(call.arguments().get(0));
    if (!(type(call.arguments().get(1)) instanceof Constant(Optional<Value> text, ResultType _))
        || !(text.orElse(null) instanceof Value.StringValue(String written))) {
      throw Refusals.invalid("%s takes the text of ID_SET as a literal".formatted(call.name()));
    }
    IdSet set;
    try {
      set = IdSet.parse(written);
    } catch (IllegalArgumentException e) {
      throw Refusals.invalid("%s: %s".formatted(call.name(), e.getMessage()));
    }
    StoredType stored = operand.type().element().storedType();
    if (!set.values().isEmpty() && set.type() != stored && !Constants.isNull(operand)) {
      throw Refusals.invalid(
          "%s: a set of %s, but values of %s"
              .formatted(call.name(), set.type(), operand.type().element()));
    }
    return new TypedExpression.InSet(
        operand, set.values().stream().distinct().sorted().toList(), false, false);
  }

  /** RAND() and RAND(seed), as a function of the row's place; the first place without a table. */
  private TypedExpression random(ScalarFunction function, Call call) {
    if (call.arguments().size() > 1) {
      throw Refusals.invalid(
          "%s takes 0 to 1 arguments, found %d".formatted(call.name(), call.arguments().size()));
    }
    TypedExpression seed =
        call.arguments().isEmpty()
            ? Constants.of(new LongValue(nowMillis), DataType.LONG)
            : single(call.arguments().getFirst());
    return FunctionCalls.type(
        function,
        call,
        List.of(
            seed,
            place(VirtualColumnKind.PARTITION_ID, Constants.of(new IntValue(0), DataType.INT)),
            place(VirtualColumnKind.OFFSET, Constants.of(new LongValue(0), DataType.LONG))),
        dialect);
  }

  private TypedExpression place(VirtualColumnKind kind, Constant first) {
    return scope.hasRows() ? type(new Expression.Name(kind.columnName(), false)) : first;
  }

  /** Functions that say what the language's operators say. */
  private TypedExpression rewritten(String function, Call call) {
    return switch (function) {
      case "now" -> {
        requireArguments(call, 0);
        yield Constants.of(new LongValue(nowMillis), DataType.LONG);
      }
      case "ago" -> {
        requireArguments(call, 1);
        yield FunctionCalls.ago(single(call.arguments().getFirst()), nowMillis);
      }
      case "coalesce" -> coalesce(call);
      case "nullif" -> {
        requireArguments(call, 2);
        Expression first = call.arguments().get(0);
        Expression equal =
            new Expression.Comparison(
                Expression.ComparisonOperator.EQUAL, first, call.arguments().get(1));
        yield caseOf(
            new Expression.Case(
                List.of(new Expression.Branch(equal, new Expression.NullLiteral())),
                Optional.of(first)));
      }
      case "isnull", "isnotnull" -> {
        if (function.equals("isnull") && call.arguments().size() == 2) {
          throw Refusals.invalid(
              "%s takes 1 arguments, found 2: write COALESCE(a, b)".formatted(call.name()));
        }
        requireArguments(call, 1);
        yield Conditions.isNull(type(call.arguments().getFirst()), function.equals("isnotnull"));
      }
      case "if" -> {
        requireArguments(call, 3);
        yield caseOf(
            new Expression.Case(
                List.of(new Expression.Branch(call.arguments().get(0), call.arguments().get(1))),
                Optional.of(call.arguments().get(2))));
      }
      default -> throw unknown(call);
    };
  }

  private TypedExpression coalesce(Call call) {
    List<Expression> arguments = call.arguments();
    if (arguments.isEmpty()) {
      throw Refusals.invalid("%s takes 1 or more arguments, found 0".formatted(call.name()));
    }
    var branches = new ArrayList<Expression.Branch>();
    for (Expression argument : arguments.subList(0, arguments.size() - 1)) {
      branches.add(new Expression.Branch(new Expression.IsNull(argument, true), argument));
    }
    return branches.isEmpty()
        ? single(arguments.getFirst())
        : caseOf(new Expression.Case(branches, Optional.of(arguments.getLast())));
  }

  private static boolean known(Call call) {
    return FunctionNames.arithmetic(call.name()).isPresent()
        || ScalarFunctions.find(call.name()).isPresent();
  }

  private static QueryException unknown(Call call) {
    return Refusals.invalid(
        MissingFunctions.reason(call.name())
            .map(reason -> "not supported yet: function %s: %s".formatted(call.name(), reason))
            .orElseGet(
                () ->
                    "unknown function %s%s"
                        .formatted(call.name(), FunctionDocs.nearest(call.name()))));
  }

  private static void requireArguments(Call call, int count) {
    if (call.arguments().size() != count) {
      throw Refusals.invalid(
          "%s takes %d arguments, found %d".formatted(call.name(), count, call.arguments().size()));
    }
  }
}
