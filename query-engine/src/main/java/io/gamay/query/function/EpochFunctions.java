package io.gamay.query.function;

import static io.gamay.query.function.Parameter.of;
import static io.gamay.query.function.ScalarFunction.function;

import io.gamay.segment.schema.DataType;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Between milliseconds and counts of longer units since 1970-01-01T00:00Z. */
final class EpochFunctions {

  private static final Parameter TIME = of("time", ParameterType.INSTANT);

  private EpochFunctions() {}

  static List<ScalarFunction> all() {
    List<ScalarFunction> all = new ArrayList<>();
    add(all, TimeUnit.SECONDS, "1700003725", "1700003000", "1700003");
    add(all, TimeUnit.MINUTES, "28333395", "28333000", "28333");
    add(all, TimeUnit.HOURS, "472223", "472000", "472");
    add(all, TimeUnit.DAYS, "19675", "19000", "19");
    all.add(
        function("TO_TIMESTAMP", FunctionGroup.DATE)
            .doc("Milliseconds since 1970-01-01T00:00Z as a TIMESTAMP.")
            .example("TO_TIMESTAMP(1700003725123)", "2023-11-14 23:15:25.123")
            .signature(DataType.TIMESTAMP, _ -> copy(), of("millis", ParameterType.LONG))
            .build());
    all.add(
        function("FROM_TIMESTAMP", FunctionGroup.DATE)
            .doc("A TIMESTAMP as milliseconds since 1970-01-01T00:00Z.")
            .example("FROM_TIMESTAMP(TIMESTAMP '1970-01-01 00:00:01')", "1000")
            .signature(DataType.LONG, _ -> copy(), of("timestamp", ParameterType.TIMESTAMP))
            .build());
    return all;
  }

  private static ScalarBody copy() {
    return (arguments, rows, out) ->
        System.arraycopy(arguments[0].longs(), 0, out.longs(), 0, rows);
  }

  private static void add(
      List<ScalarFunction> all, TimeUnit unit, String count, String rounded, String bucket) {
    String name = unit.name();
    String plural = name.toLowerCase(java.util.Locale.ROOT);
    long width = unit.toMillis(1);
    all.add(
        function("TO_EPOCH_" + name, FunctionGroup.DATE)
            .doc("Whole %s since 1970-01-01T00:00Z, down.".formatted(plural))
            .example("TO_EPOCH_%s(1700003725123)".formatted(name), count)
            .signature(
                DataType.LONG,
                _ -> RowBodies.longs((a, r) -> Math.floorDiv(a[0].longs()[r], width)),
                TIME)
            .build());
    all.add(
        stepped("TO_EPOCH_%s_ROUNDED".formatted(name))
            .doc("Whole %s since 1970-01-01T00:00Z, down to a multiple of step.".formatted(plural))
            .example("TO_EPOCH_%s_ROUNDED(1700003725123, 1000)".formatted(name), rounded)
            .signature(
                DataType.LONG,
                _ ->
                    RowBodies.longs(
                        (a, r) -> {
                          long step = step("TO_EPOCH_" + name + "_ROUNDED", a[1].longs()[r]);
                          long units = Math.floorDiv(a[0].longs()[r], width);
                          return units - Math.floorMod(units, step);
                        }),
                TIME,
                of("step", ParameterType.LONG))
            .build());
    all.add(
        stepped("TO_EPOCH_%s_BUCKET".formatted(name))
            .doc("How many times so many %s since 1970-01-01T00:00Z, down.".formatted(plural))
            .example("TO_EPOCH_%s_BUCKET(1700003725123, 1000)".formatted(name), bucket)
            .signature(
                DataType.LONG,
                _ ->
                    RowBodies.longs(
                        (a, r) ->
                            Math.floorDiv(
                                Math.floorDiv(a[0].longs()[r], width),
                                step("TO_EPOCH_" + name + "_BUCKET", a[1].longs()[r]))),
                TIME,
                of("step", ParameterType.LONG))
            .build());
    all.add(
        stepped("FROM_EPOCH_" + name)
            .doc("Milliseconds of so many %s since 1970-01-01T00:00Z.".formatted(plural))
            .example("FROM_EPOCH_%s(2)".formatted(name), Long.toString(2 * width))
            .signature(
                DataType.LONG,
                _ -> RowBodies.longs((a, r) -> times("FROM_EPOCH_" + name, a[0].longs()[r], width)),
                of("count", ParameterType.LONG))
            .build());
    all.add(
        stepped("FROM_EPOCH_%s_BUCKET".formatted(name))
            .doc("Milliseconds of so many times so many %s.".formatted(plural))
            .example("FROM_EPOCH_%s_BUCKET(2, 5)".formatted(name), Long.toString(10 * width))
            .signature(
                DataType.LONG,
                _ ->
                    RowBodies.longs(
                        (a, r) -> {
                          String function = "FROM_EPOCH_" + name + "_BUCKET";
                          long units = times(function, a[0].longs()[r], a[1].longs()[r]);
                          return times(function, units, width);
                        }),
                of("count", ParameterType.LONG),
                of("step", ParameterType.LONG))
            .build());
  }

  private static ScalarFunction.Builder stepped(String name) {
    return function(name, FunctionGroup.DATE).mayFail();
  }

  private static long step(String function, long step) {
    if (step <= 0) {
      throw Failures.ofValue(function, "step must be positive", step);
    }
    return step;
  }

  static long times(String function, long count, long factor) {
    long product = count * factor;
    if (Math.multiplyHigh(count, factor) != product >> 63) {
      throw Failures.ofValue(function, "LONG overflow", count);
    }
    return product;
  }
}
