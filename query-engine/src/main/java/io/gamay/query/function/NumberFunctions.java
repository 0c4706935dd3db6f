package io.gamay.query.function;

import static io.gamay.query.function.Parameter.constant;
import static io.gamay.query.function.Parameter.of;
import static io.gamay.query.function.ScalarFunction.function;

import io.gamay.query.vector.Vector;
import io.gamay.segment.schema.DataType;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.List;
import java.util.function.DoubleUnaryOperator;

/** Roots, powers, rounding. Whole numbers stay whole and exact; what overflows fails. */
final class NumberFunctions {

  private static final int MAX_SCALE = 10_000;

  private NumberFunctions() {}

  static List<ScalarFunction> all() {
    List<ScalarFunction> all = new ArrayList<>();
    addOperators(all);
    addRounding(all);
    addReal(all);
    addWhole(all);
    all.add(random());
    all.add(decimal());
    return all;
  }

  private static ScalarFunction random() {
    return function("RAND", FunctionGroup.ARITHMETIC)
        .written("RAND()", "RAND(seed long)")
        .doc(
            "A number in [0, 1) for each row, as if by chance: it follows from the seed (of the"
                + " moment of the query where none is given), the row's partition and its offset,"
                + " so that the same seed gives the same numbers again.")
        .signature(
            DataType.DOUBLE,
            _ ->
                RowBodies.doubles(
                    (a, r) -> RowRandom.of(a[0].longs()[r], a[1].ints()[r], a[2].longs()[r])),
            of("seed", ParameterType.LONG),
            of("partition", ParameterType.INT),
            of("offset", ParameterType.LONG))
        .build();
  }

  private static ScalarFunction decimal() {
    return function("CAST_DECIMAL", FunctionGroup.ARITHMETIC)
        .doc(
            "The number rounded half up (away from zero) to so many digits behind the point; fails"
                + " if it then has more digits than the precision. The same as"
                + " CAST(x AS DECIMAL(precision, scale)) in the standard dialect.")
        .example("CAST_DECIMAL(CAST(2.345 AS DECIMAL), 5, 2)", "2.35")
        .mayFail()
        .signature(
            DataType.BIG_DECIMAL,
            arguments -> {
              int precision = Constants.integer(arguments.get(1));
              int scale = Constants.integer(arguments.get(2));
              return RowBodies.decimals((a, r) -> sized(a[0].decimalAt(r), precision, scale));
            },
            of("x", ParameterType.BIG_DECIMAL),
            constant("precision", ParameterType.INT),
            constant("scale", ParameterType.INT))
        .build();
  }

  private static BigDecimal sized(BigDecimal number, int precision, int scale) {
    long wholeDigits = (long) number.precision() - number.scale();
    BigDecimal rounded =
        wholeDigits > precision ? number : number.setScale(scale, RoundingMode.HALF_UP);
    if (rounded.signum() != 0 && (long) rounded.precision() - rounded.scale() > precision - scale) {
      throw Failures.ofValue(
          "CAST", "does not fit DECIMAL(%d, %d)".formatted(precision, scale), number);
    }
    return rounded;
  }

  private static void addOperators(List<ScalarFunction> all) {
    all.add(operator("ADD", "PLUS", "a + b", "The sum.", "ADD(1, 2)", "3"));
    all.add(operator("SUB", "MINUS", "a - b", "The difference.", "SUB(3, 2)", "1"));
    all.add(operator("MULT", "TIMES", "a * b", "The product.", "MULT(3, 2)", "6"));
    all.add(
        operator(
            "DIV",
            "DIVIDE",
            "a / b",
            "The quotient: of whole numbers a whole number, cut towards zero; in the Pinot dialect"
                + " a DOUBLE.",
            "DIV(7, 2)",
            "3"));
    all.add(
        operator(
            "MOD",
            "MODULO",
            "a % b",
            "The remainder, with the sign of the dividend.",
            "MOD(-7, 2)",
            "-1"));
  }

  private static ScalarFunction operator(
      String name, String alias, String meaning, String doc, String call, String result) {
    return function(name, FunctionGroup.ARITHMETIC)
        .alias(alias)
        .written(name + "(a number, b number)")
        .doc(doc + " The same as " + meaning + ".")
        .example(call, result)
        .mayFail()
        .build();
  }

  private static void addRounding(List<ScalarFunction> all) {
    all.add(
        function("ABS", FunctionGroup.ARITHMETIC)
            .doc("The number without its sign.")
            .example("ABS(-2)", "2")
            .example("ABS(-2.5)", "2.5")
            .doubleInPinot()
            .mayFail()
            .signature(
                DataType.INT,
                _ -> RowBodies.ints((a, r) -> abs(a[0].ints()[r])),
                x(ParameterType.INT))
            .signature(
                DataType.LONG,
                _ -> RowBodies.longs((a, r) -> abs(a[0].longs()[r])),
                x(ParameterType.LONG))
            .signature(DataType.DOUBLE, _ -> real(Math::abs), x(ParameterType.DOUBLE))
            .signature(
                DataType.BIG_DECIMAL,
                _ -> RowBodies.decimals((a, r) -> a[0].decimalAt(r).abs()),
                x(ParameterType.BIG_DECIMAL))
            .build());
    all.add(
        rounding(
                "FLOOR",
                "The greatest whole number that is not greater.",
                Math::floor,
                RoundingMode.FLOOR)
            .example("FLOOR(-2.5)", "-3.0")
            .example("FLOOR(7)", "7")
            .build());
    all.add(
        rounding(
                "CEIL",
                "The smallest whole number that is not smaller.",
                Math::ceil,
                RoundingMode.CEILING)
            .alias("CEILING")
            .example("CEIL(2.1)", "3.0")
            .example("CEIL(7)", "7")
            .build());
    all.add(
        function("ROUND_DECIMAL", FunctionGroup.ARITHMETIC)
            .doc(
                "Rounds to so many digits behind the point, half away from zero; without digits to"
                    + " a whole number, half up.")
            .example("ROUND_DECIMAL(2.345, 2)", "2.35")
            .example("ROUND_DECIMAL(2.5)", "3.0")
            .mayFail()
            .doubleInPinot()
            .signature(
                DataType.DOUBLE,
                _ -> real(v -> Math.abs(v) < 0x1p52 ? (double) Math.round(v) : v),
                x(ParameterType.DOUBLE))
            .signature(
                DataType.DOUBLE,
                _ -> scaled("ROUND_DECIMAL", RoundingMode.HALF_UP),
                x(ParameterType.DOUBLE),
                of("digits", ParameterType.INT))
            .build());
    all.add(
        function("TRUNCATE", FunctionGroup.ARITHMETIC)
            .doc("Cuts behind so many digits (none: 0) towards zero.")
            .example("TRUNCATE(-2.7)", "-2.0")
            .example("TRUNCATE(2.349, 2)", "2.34")
            .mayFail()
            .doubleInPinot()
            .signature(
                DataType.DOUBLE,
                _ -> real(v -> v < 0 ? Math.ceil(v) : Math.floor(v)),
                x(ParameterType.DOUBLE))
            .signature(
                DataType.DOUBLE,
                _ -> scaled("TRUNCATE", RoundingMode.DOWN),
                x(ParameterType.DOUBLE),
                of("digits", ParameterType.INT))
            .build());
    all.add(
        function("ROUND", FunctionGroup.ARITHMETIC)
            .doc(
                "Cuts a whole number to a multiple of another, towards zero, as Pinot does with"
                    + " times. For decimals see ROUND_DECIMAL.")
            .example("ROUND(1234, 100)", "1200")
            .mayFail()
            .signature(
                DataType.LONG,
                _ ->
                    RowBodies.longs(
                        (a, r) -> {
                          long step = a[1].longs()[r];
                          if (step == 0) {
                            throw Failures.ofValue("ROUND", "cannot round to a multiple of", step);
                          }
                          long value = a[0].longs()[r];
                          return value - value % step;
                        }),
                x(ParameterType.LONG),
                of("step", ParameterType.LONG))
            .build());
    all.add(
        function("SIGN", FunctionGroup.ARITHMETIC)
            .doc("-1, 0 or 1, of the argument's type.")
            .example("SIGN(-7)", "-1")
            .example("SIGN(2.5)", "1.0")
            .doubleInPinot()
            .signature(
                DataType.INT,
                _ -> RowBodies.ints((a, r) -> Integer.signum(a[0].ints()[r])),
                x(ParameterType.INT))
            .signature(
                DataType.LONG,
                _ -> RowBodies.longs((a, r) -> Long.signum(a[0].longs()[r])),
                x(ParameterType.LONG))
            .signature(DataType.DOUBLE, _ -> real(Math::signum), x(ParameterType.DOUBLE))
            .signature(
                DataType.BIG_DECIMAL,
                _ -> RowBodies.decimals((a, r) -> BigDecimal.valueOf(a[0].decimalAt(r).signum())),
                x(ParameterType.BIG_DECIMAL))
            .build());
    all.add(
        extreme("GREATEST", "The greatest of the arguments.", 1)
            .example("GREATEST(1, 3, 2)", "3")
            .build());
    all.add(
        extreme("LEAST", "The smallest of the arguments.", -1)
            .example("LEAST('b', 'a')", "a")
            .build());
  }

  private static Parameter x(ParameterType type) {
    return of("x", type);
  }

  private static int abs(int value) {
    if (value == Integer.MIN_VALUE) {
      throw Failures.ofValue("ABS", "INT overflow", value);
    }
    return Math.abs(value);
  }

  private static long abs(long value) {
    if (value == Long.MIN_VALUE) {
      throw Failures.ofValue("ABS", "LONG overflow", value);
    }
    return Math.abs(value);
  }

  /** FLOOR and CEIL: whole numbers as they are. */
  private static ScalarFunction.Builder rounding(
      String name, String doc, DoubleUnaryOperator operator, RoundingMode mode) {
    return function(name, FunctionGroup.ARITHMETIC)
        .doc(doc + " Whole numbers stay as they are; in the Pinot dialect the result is DOUBLE.")
        .doubleInPinot()
        .mayFail()
        .signature(
            DataType.INT,
            _ ->
                (arguments, rows, out) ->
                    System.arraycopy(arguments[0].ints(), 0, out.ints(), 0, rows),
            x(ParameterType.INT))
        .signature(
            DataType.LONG,
            _ ->
                (arguments, rows, out) ->
                    System.arraycopy(arguments[0].longs(), 0, out.longs(), 0, rows),
            x(ParameterType.LONG))
        .signature(DataType.DOUBLE, _ -> real(operator), x(ParameterType.DOUBLE))
        .signature(
            DataType.BIG_DECIMAL,
            _ -> RowBodies.decimals((a, r) -> rounded(name, a[0].decimalAt(r), mode)),
            x(ParameterType.BIG_DECIMAL));
  }

  private static BigDecimal rounded(String name, BigDecimal value, RoundingMode mode) {
    if (value.scale() < -MAX_SCALE) {
      throw Failures.ofValue(name, "number has too many digits", value);
    }
    return value.setScale(0, mode);
  }

  private static ScalarBody scaled(String name, RoundingMode mode) {
    return RowBodies.doubles(
        (a, r) -> {
          double value = a[0].doubles()[r];
          int digits = a[1].ints()[r];
          if (Math.abs((long) digits) > MAX_SCALE) {
            throw Failures.ofValue(name, "digits out of range", digits);
          }
          return Double.isFinite(value)
              ? BigDecimal.valueOf(value).setScale(digits, mode).doubleValue()
              : value;
        });
  }

  private static ScalarFunction.Builder extreme(String name, String doc, int wantedSign) {
    return function(name, FunctionGroup.ARITHMETIC)
        .doc(doc + " All are compared in one type that holds them all.")
        .doubleInPinot()
        .signature(
            arguments -> arguments.getFirst().type(),
            _ ->
                RowBodies.values(
                    (a, r) -> {
                      int best = 0;
                      for (int index = 1; index < a.length; index++) {
                        if (Vector.compare(a[index], r, a[best], r) * wantedSign > 0) {
                          best = index;
                        }
                      }
                      return a[best].valueAt(r);
                    }),
            new Parameter("value", ParameterType.COMMON, false, Parameter.Presence.REPEATED));
  }

  private static void addReal(List<ScalarFunction> all) {
    all.add(real("EXP", "e to the power of x.", Math::exp).example("EXP(0)", "1.0").build());
    all.add(
        real("LN", "The natural logarithm.", Math::log)
            .alias("LOG")
            .example("LN(1)", "0.0")
            .build());
    all.add(
        real("LOG2", "The logarithm to base 2.", NumberFunctions::log2)
            .example("LOG2(8)", "3.0")
            .build());
    all.add(
        real("LOG10", "The logarithm to base 10.", Math::log10)
            .example("LOG10(1000)", "3.0")
            .build());
    all.add(real("SQRT", "The square root.", Math::sqrt).example("SQRT(9)", "3.0").build());
    all.add(real("CBRT", "The cube root.", Math::cbrt).example("CBRT(27)", "3.0").build());
    all.add(
        function("POWER", FunctionGroup.ARITHMETIC)
            .alias("POW")
            .doc("x to the power of y.")
            .example("POWER(2, 10)", "1024.0")
            .signature(
                DataType.DOUBLE,
                _ -> RowBodies.doubles((a, r) -> Math.pow(a[0].doubles()[r], a[1].doubles()[r])),
                x(ParameterType.DOUBLE),
                of("y", ParameterType.DOUBLE))
            .build());
    all.add(
        function("HYPOT", FunctionGroup.ARITHMETIC)
            .doc("The square root of x*x + y*y.")
            .example("HYPOT(3, 4)", "5.0")
            .signature(
                DataType.DOUBLE,
                _ -> RowBodies.doubles((a, r) -> Math.hypot(a[0].doubles()[r], a[1].doubles()[r])),
                x(ParameterType.DOUBLE),
                of("y", ParameterType.DOUBLE))
            .build());
    all.add(
        number(
            "PI",
            "The ratio of a circle's circumference to its diameter.",
            Math.PI,
            "PI()",
            "3.141592653589793"));
    all.add(number("E", "The base of natural logarithms.", Math.E, "E()", "2.718281828459045"));
    all.add(
        function("WIDTH_BUCKET", FunctionGroup.ARITHMETIC)
            .doc(
                "Which of so many buckets of equal width between low and high holds x: 1 to count,"
                    + " 0 below, count + 1 at high or above.")
            .example("WIDTH_BUCKET(5.5, 0, 10, 5)", "3")
            .mayFail()
            .signature(
                DataType.INT,
                _ -> RowBodies.ints(NumberFunctions::widthBucket),
                x(ParameterType.DOUBLE),
                of("low", ParameterType.DOUBLE),
                of("high", ParameterType.DOUBLE),
                of("count", ParameterType.INT))
            .build());
  }

  private static ScalarFunction number(
      String name, String doc, double value, String call, String result) {
    return function(name, FunctionGroup.ARITHMETIC)
        .doc(doc)
        .example(call, result)
        .signature(DataType.DOUBLE, _ -> RowBodies.doubles((_, _) -> value))
        .build();
  }

  private static double log2(double value) {
    if (value > 0 && value < Double.POSITIVE_INFINITY) {
      int exponent = Math.getExponent(value);
      if (value == Math.scalb(1.0, exponent)) {
        return exponent;
      }
    }
    return Math.log(value) / Math.log(2);
  }

  private static int widthBucket(Vector[] arguments, int row) {
    double value = arguments[0].doubles()[row];
    double low = arguments[1].doubles()[row];
    double high = arguments[2].doubles()[row];
    int count = arguments[3].ints()[row];
    if (count <= 0
        || low == high
        || Double.isNaN(value)
        || !Double.isFinite(low)
        || !Double.isFinite(high)) {
      throw Failures.ofValue(
          "WIDTH_BUCKET",
          "needs a number, two different finite bounds and a positive count",
          "%s, %s, %s, %d".formatted(value, low, high, count));
    }
    boolean isRising = low < high;
    if (isRising ? value < low : value > low) {
      return 0;
    }
    if (isRising ? value >= high : value <= high) {
      if (count == Integer.MAX_VALUE) {
        throw Failures.ofValue(
            "WIDTH_BUCKET", "gives the bucket behind the last, whose number is no INT", count);
      }
      return count + 1;
    }
    return (int) Math.min(count, (long) (count * ((value - low) / (high - low))) + 1);
  }

  static ScalarFunction.Builder real(String name, String doc, DoubleUnaryOperator operator) {
    return function(name, FunctionGroup.ARITHMETIC)
        .doc(doc)
        .signature(DataType.DOUBLE, _ -> real(operator), x(ParameterType.DOUBLE));
  }

  static ScalarBody real(DoubleUnaryOperator operator) {
    return RowBodies.doubles((a, r) -> operator.applyAsDouble(a[0].doubles()[r]));
  }

  private static void addWhole(List<ScalarFunction> all) {
    all.add(
        whole(
                "INT_DIV",
                "The quotient of whole numbers, cut towards zero; division by zero fails.",
                (x, y) -> {
                  if (y == 0) {
                    throw Failures.ofValue("INT_DIV", "division by zero", x);
                  }
                  return Math.divideExact(x, y);
                })
            .example("INT_DIV(7, 2)", "3")
            .build());
    all.add(
        whole(
                "INT_DIV_OR_ZERO",
                "The quotient of whole numbers, cut towards zero; 0 where the divisor is 0.",
                (x, y) -> y == 0 ? 0 : Math.divideExact(x, y))
            .example("INT_DIV_OR_ZERO(7, 0)", "0")
            .build());
    all.add(
        whole(
                "MODULO_OR_ZERO",
                "The remainder of whole numbers; 0 where the divisor is 0.",
                (x, y) -> y == 0 ? 0 : x % y)
            .example("MODULO_OR_ZERO(7, 0)", "0")
            .build());
    all.add(
        whole(
                "POSITIVE_MODULO",
                "The remainder of whole numbers that is not negative.",
                (x, y) -> {
                  if (y == 0) {
                    throw Failures.ofValue("POSITIVE_MODULO", "division by zero", x);
                  }
                  long rest = x % y;
                  return rest < 0 ? rest + Math.absExact(y) : rest;
                })
            .example("POSITIVE_MODULO(-7, 3)", "2")
            .build());
    all.add(
        whole("GCD", "The greatest common divisor.", NumberFunctions::gcd)
            .example("GCD(12, 18)", "6")
            .build());
    all.add(
        whole(
                "LCM",
                "The least common multiple.",
                (x, y) ->
                    x == 0 || y == 0 ? 0 : Math.absExact(Math.multiplyExact(x / gcd(x, y), y)))
            .example("LCM(4, 6)", "12")
            .build());
    all.add(
        function("FACTORIAL", FunctionGroup.ARITHMETIC)
            .doc("The product of the whole numbers from 1 to x, for x from 0 to 20.")
            .example("FACTORIAL(5)", "120")
            .mayFail()
            .signature(
                DataType.LONG,
                _ -> RowBodies.longs((a, r) -> factorial(a[0].longs()[r])),
                x(ParameterType.LONG))
            .build());
  }

  private interface WholeOperator {
    long apply(long x, long y);
  }

  private static ScalarFunction.Builder whole(String name, String doc, WholeOperator operator) {
    return function(name, FunctionGroup.ARITHMETIC)
        .doc(doc)
        .mayFail()
        .signature(
            DataType.LONG,
            _ ->
                RowBodies.longs(
                    (a, r) -> {
                      long x = a[0].longs()[r];
                      long y = a[1].longs()[r];
                      try {
                        return operator.apply(x, y);
                      } catch (ArithmeticException _) {
                        throw Failures.ofValue(name, "LONG overflow", x + ", " + y);
                      }
                    }),
            x(ParameterType.LONG),
            of("y", ParameterType.LONG));
  }

  private static long gcd(long x, long y) {
    long a = x;
    long b = y;
    while (b != 0) {
      long rest = a % b;
      a = b;
      b = rest;
    }
    return Math.absExact(a);
  }

  private static long factorial(long value) {
    if (value < 0 || value > 20) {
      throw Failures.ofValue("FACTORIAL", "defined for 0 to 20", value);
    }
    long product = 1;
    for (long factor = 2; factor <= value; factor++) {
      product *= factor;
    }
    return product;
  }
}
