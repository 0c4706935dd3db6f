package io.gamay.query.plan;

import io.gamay.query.error.QueryErrorCode;
import io.gamay.query.error.QueryException;
import io.gamay.query.function.Argument;
import io.gamay.query.function.ArgumentType;
import io.gamay.query.function.ScalarBody;
import io.gamay.query.function.ScalarFunction;
import io.gamay.query.function.ScalarFunction.NullRule;
import io.gamay.query.function.ScalarFunction.PinotHabit;
import io.gamay.query.function.ScalarFunction.Resolution;
import io.gamay.query.function.ScalarFunctions;
import io.gamay.query.plan.QueryOptions.Dialect;
import io.gamay.query.plan.TypedExpression.Branch;
import io.gamay.query.plan.TypedExpression.Call;
import io.gamay.query.plan.TypedExpression.Case;
import io.gamay.query.plan.TypedExpression.Constant;
import io.gamay.query.sql.Expression;
import io.gamay.query.vector.Vector;
import io.gamay.segment.schema.DataType;
import io.gamay.segment.schema.Value;
import io.gamay.segment.schema.Value.LongValue;
import io.gamay.segment.schema.Value.StringValue;
import java.time.DateTimeException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** Calls of scalar functions: from names and arguments as written to typed calls and back. */
public final class FunctionCalls {

  private FunctionCalls() {}

  /** The function of a call that {@link #isValid}. */
  public static ScalarFunction function(Call call) {
    return ScalarFunctions.find(call.function())
        .orElseThrow(() -> new IllegalStateException("no function " + call.function()));
  }

  /** How a call that {@link #isValid} is computed. */
  public static Resolution resolution(Call call) {
    return resolve(call)
        .orElseThrow(() -> new IllegalStateException("no such call: " + call.function()));
  }

  /** Whether a call came out of {@link #type}: its function and signature exist here. */
  public static boolean isValid(Call call) {
    Optional<Resolution> resolution = resolve(call);
    if (resolution.isEmpty()) {
      return false;
    }
    List<Argument> arguments = arguments(call.arguments());
    List<ArgumentType> types = arguments.stream().map(Argument::type).toList();
    if (!types.equals(resolution.get().targets())) {
      return false;
    }
    return resolution
        .get()
        .result(arguments)
        .equals(new ArgumentType(call.type().element(), call.type().isArray()));
  }

  private static Optional<Resolution> resolve(Call call) {
    return ScalarFunctions.find(call.function())
        .filter(function -> function.name().equals(call.function()))
        .flatMap(function -> function.resolve(arguments(call.arguments())));
  }

  public static List<Argument> arguments(List<TypedExpression> expressions) {
    return expressions.stream().map(FunctionCalls::argument).toList();
  }

  private static Argument argument(TypedExpression expression) {
    ArgumentType type = new ArgumentType(expression.type().element(), expression.type().isArray());
    return expression instanceof Constant(Optional<Value> value, ResultType _)
        ? new Argument(type, true, value)
        : Argument.ofRows(type);
  }

  /** A call with its arguments converted; computed at once if they are all constant. */
  static TypedExpression type(
      ScalarFunction function,
      Expression.Call written,
      List<TypedExpression> arguments,
      Dialect dialect) {
    List<TypedExpression> given = arguments;
    ScalarFunction meant = function;
    if (dialect == Dialect.PINOT) {
      meant = inPinot(function, arguments.size());
      given = given.stream().map(argument -> inPinot(argument, function.pinotHabit())).toList();
    }
    if (!meant.takes(given.size())) {
      throw Refusals.invalid(
          "%s takes %s, found %d: it is called as %s"
              .formatted(
                  written.name(), function.counts(), arguments.size(), calls(function, written)));
    }
    Optional<Resolution> resolution = meant.resolve(arguments(given));
    if (resolution.isEmpty()) {
      throw misfit(function, written, given);
    }
    TypedExpression typed = typed(meant, resolution.get(), given);
    return dialect == Dialect.PINOT && function.name().equals("splitpart")
        ? orNullText(typed)
        : typed;
  }

  /** What Pinot's function of the name is called here. */
  private static ScalarFunction inPinot(ScalarFunction function, int arguments) {
    String name =
        switch (function.name()) {
          case "jsonextractscalar", "jsonextractindex" ->
              arguments == 3 ? function.name() + "strict" : function.name();
          case String other -> other;
        };
    return ScalarFunctions.find(name).orElseThrow();
  }

  /** Where there is no such part, Pinot's SPLIT_PART gives this word. */
  private static TypedExpression orNullText(TypedExpression part) {
    Constant word = Constants.of(new StringValue("null"), DataType.STRING);
    if (part instanceof Constant) {
      return Constants.isNull(part) ? word : part;
    }
    return new Case(
        List.of(new Branch(Conditions.isNull(part, true), part)),
        Optional.of(word),
        ResultType.of(DataType.STRING));
  }

  private static TypedExpression inPinot(TypedExpression argument, PinotHabit habit) {
    DataType type = argument.type().element();
    return switch (habit) {
      case NONE -> argument;
      case DOUBLE ->
          type == DataType.INT || type == DataType.LONG || type == DataType.FLOAT
              ? Constants.convert(argument, DataType.DOUBLE)
              : argument;
      case MILLIS ->
          type == DataType.TIMESTAMP ? Constants.convert(argument, DataType.LONG) : argument;
    };
  }

  private static QueryException misfit(
      ScalarFunction function, Expression.Call written, List<TypedExpression> arguments) {
    String found =
        arguments.stream().map(argument -> describe(argument)).collect(Collectors.joining(", "));
    return Refusals.invalid(
        "%s cannot take (%s): it is called as %s"
            .formatted(written.name(), found, calls(function, written)));
  }

  /** The ways to call a function, by the name that was written. */
  private static String calls(ScalarFunction function, Expression.Call written) {
    String name = function.doc().name() + "(";
    String calls =
        function.doc().signatures().stream()
            .map(
                signature ->
                    signature.startsWith(name)
                        ? written.name().toUpperCase(Locale.ROOT)
                            + signature.substring(name.length() - 1)
                        : signature)
            .collect(Collectors.joining(" or "));
    String constants =
        calls.contains("'") ? "; what is in quotes must be the same for all rows" : "";
    String decimals =
        function.name().equals("round")
            ? "; for decimal places write ROUND_DECIMAL(x, digits)"
            : "";
    return calls + constants + decimals;
  }

  private static String describe(TypedExpression argument) {
    return Constants.isNull(argument) ? "NULL" : argument.type().displayName();
  }

  private static TypedExpression typed(
      ScalarFunction function, Resolution resolution, List<TypedExpression> given) {
    List<TypedExpression> converted = new ArrayList<>();
    for (int index = 0; index < given.size(); index++) {
      converted.add(Constants.convert(given.get(index), resolution.targets().get(index).element()));
    }
    List<Argument> arguments = arguments(converted);
    ArgumentType result = resolution.result(arguments);
    ResultType type = new ResultType(result.element(), result.isArray());
    boolean isStrict = function.nullRule() != NullRule.NEVER_NULL;
    if (isStrict && converted.stream().anyMatch(Constants::isNull)) {
      return Constants.ofNull(type);
    }
    ScalarBody body = resolution.bind(arguments);
    boolean isNullable =
        function.nullRule() == NullRule.STRICT_MAYBE_NULL
            || (isStrict && converted.stream().anyMatch(TypedExpression::isNullable));
    Call call = new Call(function.name(), converted, type, isNullable);
    boolean isConstant = converted.stream().allMatch(Constant.class::isInstance);
    return isConstant && !type.isArray() ? computed(call, body) : call;
  }

  /** What fails is left as it is: it may stand where no row comes by. */
  private static TypedExpression computed(Call call, ScalarBody body) {
    Vector[] vectors = new Vector[call.arguments().size()];
    for (int index = 0; index < vectors.length; index++) {
      Constant constant = (Constant) call.arguments().get(index);
      vectors[index] = Vector.of(constant.type().element().storedType());
      constant.value().ifPresentOrElse(vectors[index]::append, vectors[index]::appendNull);
    }
    Vector out = Vector.of(call.type().element().storedType());
    out.resize(1);
    try {
      body.apply(vectors, 1, out);
    } catch (QueryException _) {
      return call;
    }
    return out.isNull(0)
        ? Constants.ofNull(call.type())
        : Constants.of(out.valueAt(0), call.type().element());
  }

  /** A time so long before the query's. */
  static TypedExpression ago(TypedExpression period, long nowMillis) {
    if (Constants.isNull(period)) {
      return Constants.ofNull(ResultType.of(DataType.LONG));
    }
    if (!(period instanceof Constant constant
        && constant.value().orElseThrow() instanceof StringValue(String text))) {
      throw Refusals.invalid("AGO takes a text such as 'PT1H' that is the same for all rows");
    }
    try {
      long millis = Duration.parse(text.strip()).toMillis();
      return Constants.of(new LongValue(Math.subtractExact(nowMillis, millis)), DataType.LONG);
    } catch (DateTimeException | ArithmeticException e) {
      throw new QueryException(
          QueryErrorCode.QUERY_VALIDATION,
          "AGO: not an ISO 8601 duration such as 'PT1H' or 'P2D': '%s'".formatted(text),
          e);
    }
  }
}
