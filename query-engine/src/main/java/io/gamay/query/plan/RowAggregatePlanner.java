package io.gamay.query.plan;

import io.gamay.query.plan.TypedExpression.VirtualColumn;
import io.gamay.query.plan.TypedExpression.VirtualColumnKind;
import io.gamay.query.sql.Expression;
import io.gamay.query.sql.Expression.Call;
import io.gamay.segment.schema.DataType;
import io.gamay.segment.schema.Value;
import io.gamay.segment.schema.Value.DoubleValue;
import io.gamay.segment.schema.Value.LongValue;
import io.gamay.segment.schema.Value.StringValue;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** Aggregations that look at several expressions of a row, or give lists. */
final class RowAggregatePlanner {

  private static final int MAX_BINS = 10_000;
  private static final int MAX_STEPS = 60;
  private static final List<String> FUNNEL_MODES =
      List.of("STRICT_DEDUPLICATION", "STRICT_ORDER", "STRICT_INCREASE", "KEEP_ALL");

  private final AggregateArguments in;
  private final boolean isPinot;

  RowAggregatePlanner(AggregateArguments in, boolean isPinot) {
    this.in = in;
    this.isPinot = isPinot;
  }

  AggregateShape pair(AggregateFunction function) {
    return new AggregateShape(
        function,
        List.of(in.single(0, in.numbers(0)), in.single(1, in.numbers(1))),
        List.of(),
        ResultType.of(DataType.DOUBLE));
  }

  /** FIRSTWITHTIME and LASTWITHTIME: value, time and perhaps the value's type. */
  AggregateShape withTime(AggregateFunction function) {
    TypedExpression value = in.single(0, in.column(0));
    if (in.count() > 2) {
      value = in.as(value, in.dataType(2));
    }
    return firstRow(function, value, List.of(in.single(1, in.column(1))));
  }

  /** ARG_MIN and ARG_MAX: the value is the last argument. */
  AggregateShape valueLast(AggregateFunction function) {
    int last = in.count() - 1;
    List<TypedExpression> measures = new ArrayList<>();
    for (int index = 0; index < last; index++) {
      measures.add(in.single(index, in.column(index)));
    }
    return firstRow(function, in.single(last, in.column(last)), measures);
  }

  /** MIN_BY and MAX_BY: the value is the first argument. */
  AggregateShape valueFirst(AggregateFunction function) {
    return firstRow(function, in.single(0, in.column(0)), List.of(in.single(1, in.column(1))));
  }

  private static AggregateShape firstRow(
      AggregateFunction function, TypedExpression value, List<TypedExpression> measures) {
    List<TypedExpression> arguments = new ArrayList<>();
    arguments.add(value);
    arguments.addAll(measures);
    arguments.add(new VirtualColumn(VirtualColumnKind.PARTITION_ID));
    arguments.add(new VirtualColumn(VirtualColumnKind.OFFSET));
    return new AggregateShape(function, arguments, List.of(), value.type());
  }

  AggregateShape arrayAgg(boolean isDistinct) {
    TypedExpression value = in.column(0);
    if (in.count() > 1) {
      value = in.as(value, in.dataType(1));
    }
    ResultType type = ResultType.arrayOf(value.type().element());
    return isDistinct || (in.count() > 2 && in.flag(2))
        ? new AggregateShape(AggregateFunction.ARRAY_AGG_DISTINCT, List.of(value), List.of(), type)
        : new AggregateShape(AggregateFunction.ARRAY_AGG, withRow(value), List.of(), type);
  }

  AggregateShape listAgg(boolean isDistinct) {
    TypedExpression text = in.as(in.column(0), DataType.STRING);
    List<Value> separator = List.of(new StringValue(in.count() > 1 ? in.text(1) : ","));
    ResultType type = ResultType.of(DataType.STRING);
    return isDistinct || (in.count() > 2 && in.flag(2))
        ? new AggregateShape(AggregateFunction.LIST_AGG_DISTINCT, List.of(text), separator, type)
        : new AggregateShape(AggregateFunction.LIST_AGG, withRow(text), separator, type);
  }

  private static List<TypedExpression> withRow(TypedExpression value) {
    return List.of(
        value,
        new VirtualColumn(VirtualColumnKind.PARTITION_ID),
        new VirtualColumn(VirtualColumnKind.OFFSET));
  }

  /** Edges as an array, or lowest, highest and number of bins of one width. */
  AggregateShape histogram() {
    double[] edges = in.count() == 2 ? in.reals(1) : equalBins();
    if (edges.length < 2 || edges.length > MAX_BINS + 1) {
      throw Refusals.invalid(
          "HISTOGRAM takes 1 to %d bins, found %d".formatted(MAX_BINS, edges.length - 1));
    }
    for (int bin = 1; bin < edges.length; bin++) {
      if (!(edges[bin - 1] < edges[bin])) {
        throw Refusals.invalid("edges of HISTOGRAM must ascend, %s does not".formatted(edges[bin]));
      }
    }
    return new AggregateShape(
        AggregateFunction.HISTOGRAM,
        List.of(in.numbers(0)),
        Arrays.stream(edges).<Value>mapToObj(DoubleValue::new).toList(),
        ResultType.arrayOf(isPinot ? DataType.DOUBLE : DataType.LONG));
  }

  private double[] equalBins() {
    if (in.count() != 4) {
      throw Refusals.invalid(
          "HISTOGRAM takes an array of edges, or lowest, highest and the number of bins");
    }
    double lowest = in.real(1, "the lowest edge", -Double.MAX_VALUE, Double.MAX_VALUE);
    double highest = in.real(2, "the highest edge", -Double.MAX_VALUE, Double.MAX_VALUE);
    int bins = in.whole(3, "the number of bins", 1, MAX_BINS).value();
    double[] edges = new double[bins + 1];
    for (int bin = 0; bin < bins; bin++) {
      edges[bin] = lowest + (highest - lowest) * bin / bins;
    }
    edges[bins] = highest;
    return edges;
  }

  /** STEPS(condition, ...), CORRELATE_BY(x); SETTINGS(...) have no meaning here. */
  AggregateShape funnel() {
    List<TypedExpression> arguments = new ArrayList<>();
    List<Expression> steps = List.of();
    for (Expression written : in.written()) {
      if (!(written instanceof Call part)) {
        throw funnelParts();
      }
      switch (FunctionNames.canonical(part.name()).toLowerCase(Locale.ROOT)) {
        case "steps" -> steps = part.arguments();
        case "correlateby" -> {
          if (part.arguments().size() != 1) {
            throw Refusals.invalid("CORRELATE_BY takes one argument");
          }
          arguments.addFirst(in.typed(part.arguments().getFirst()));
        }
        case "settings" -> {}
        default -> throw funnelParts();
      }
    }
    if (arguments.size() != 1 || arguments.getFirst().type().isArray() || steps.isEmpty()) {
      throw funnelParts();
    }
    steps.forEach(step -> arguments.add(in.condition(step)));
    return new AggregateShape(
        AggregateFunction.FUNNEL_COUNT, arguments, List.of(), ResultType.arrayOf(DataType.LONG));
  }

  /**
   * Time, window, number of steps, as many conditions, then modes, each alone or several behind
   * {@code MODE=}, and of durations the statistics behind {@code DURATIONFUNCTIONS=}.
   */
  AggregateShape funnelEvents(AggregateFunction function) {
    long window = in.wholeLong(1, "the window", 1);
    int steps = in.whole(2, "the number of steps", 1, MAX_STEPS).value();
    if (in.count() < 3 + steps) {
      throw Refusals.invalid(
          "%s of %d steps takes as many conditions, found %d"
              .formatted(function, steps, in.count() - 3));
    }
    List<TypedExpression> arguments = new ArrayList<>();
    arguments.add(in.single(0, in.time(0)));
    for (int step = 0; step < steps; step++) {
      arguments.add(in.condition(in.written().get(3 + step)));
    }
    List<Value> parameters = new ArrayList<>();
    parameters.add(new LongValue(window));
    for (int index = 3 + steps; index < in.count(); index++) {
      parameters.addAll(setting(function, in.text(index)));
    }
    if (tellsDurations(function) && !hasStatistic(parameters)) {
      throw Refusals.invalid(
          "%s takes 'durationFunctions=avg, ...' behind its conditions".formatted(function));
    }
    ResultType type =
        switch (function) {
          case FUNNEL_MATCH_STEP -> ResultType.arrayOf(DataType.INT);
          case FUNNEL_STEP_DURATION_STATS -> ResultType.arrayOf(DataType.DOUBLE);
          case FUNNEL_COMPLETE_COUNT -> ResultType.of(DataType.LONG);
          default -> ResultType.of(DataType.INT);
        };
    return new AggregateShape(function, arguments, parameters, type);
  }

  private static boolean tellsDurations(AggregateFunction function) {
    return function == AggregateFunction.FUNNEL_STEP_DURATION_STATS;
  }

  private static boolean hasStatistic(List<Value> parameters) {
    return parameters.stream()
        .anyMatch(
            parameter ->
                parameter instanceof StringValue(String name)
                    && FunnelStatistic.named(name).isPresent());
  }

  private static List<Value> setting(AggregateFunction function, String written) {
    int sign = written.indexOf('=');
    if (sign < 0) {
      return List.of(new StringValue(mode(written)));
    }
    String key = written.substring(0, sign).strip().toUpperCase(Locale.ROOT);
    List<String> names = List.of(written.substring(sign + 1).split(",", -1));
    return switch (key) {
      case "MODE" -> names.stream().<Value>map(name -> new StringValue(mode(name))).toList();
      case "DURATIONFUNCTIONS" -> {
        if (!tellsDurations(function)) {
          throw Refusals.invalid("%s tells no durations".formatted(function));
        }
        yield names.stream().<Value>map(name -> new StringValue(statistic(name))).toList();
      }
      default ->
          throw Refusals.invalid(
              "%s knows no setting '%s', expected MODE%s"
                  .formatted(
                      function,
                      written.strip(),
                      tellsDurations(function) ? " or DURATIONFUNCTIONS" : ""));
    };
  }

  private static String statistic(String written) {
    if (FunnelStatistic.named(written).isEmpty()) {
      throw Refusals.invalid(
          "durations have the functions AVG, MEDIAN, MIN, MAX, COUNT and PERCENTILE0 to"
              + " PERCENTILE100, not '%s'".formatted(written.strip()));
    }
    return written.strip().toUpperCase(Locale.ROOT);
  }

  private static String mode(String written) {
    String mode = written.strip().toUpperCase(Locale.ROOT);
    if (!FUNNEL_MODES.contains(mode)) {
      throw Refusals.invalid(
          "funnels have the modes %s, not '%s'".formatted(FUNNEL_MODES, written));
    }
    return mode;
  }

  AggregateShape arraySum(DataType element) {
    TypedExpression list = in.converted(0, element);
    if (!list.type().isArray()) {
      throw Refusals.invalid("sums of lists need a multi-value column");
    }
    return new AggregateShape(
        AggregateFunction.SUM_ARRAY, List.of(list), List.of(), ResultType.arrayOf(element));
  }

  private static RuntimeException funnelParts() {
    return Refusals.invalid(
        "FUNNEL_COUNT takes STEPS(condition, ...) and CORRELATE_BY(single-value expression)");
  }
}
