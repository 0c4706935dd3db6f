package io.gamay.query.function;

import static io.gamay.query.function.Parameter.of;
import static io.gamay.query.function.ScalarFunction.function;

import io.gamay.segment.schema.DataType;
import java.util.List;
import java.util.function.IntBinaryOperator;
import java.util.function.LongBinaryOperator;

/** Whole numbers as bits: INT as 32, LONG as 64. */
final class BitFunctions {

  private BitFunctions() {}

  static List<ScalarFunction> all() {
    return List.of(
        pair("BIT_AND", "The bits that both have.", (x, y) -> x & y, (x, y) -> x & y)
            .example("BIT_AND(6, 3)", "2")
            .build(),
        pair("BIT_OR", "The bits that one or both have.", (x, y) -> x | y, (x, y) -> x | y)
            .example("BIT_OR(6, 3)", "7")
            .build(),
        pair("BIT_XOR", "The bits that only one has.", (x, y) -> x ^ y, (x, y) -> x ^ y)
            .example("BIT_XOR(6, 3)", "5")
            .build(),
        function("BIT_NOT", FunctionGroup.BITS)
            .doc("The bits that it does not have.")
            .example("BIT_NOT(0)", "-1")
            .signature(
                DataType.INT,
                _ -> RowBodies.ints((a, r) -> ~a[0].ints()[r]),
                of("x", ParameterType.INT))
            .signature(
                DataType.LONG,
                _ -> RowBodies.longs((a, r) -> ~a[0].longs()[r]),
                of("x", ParameterType.LONG))
            .build(),
        shift("BIT_SHIFT_LEFT", "to higher places, zeros behind", BitFunctions::left)
            .example("BIT_SHIFT_LEFT(1, 4)", "16")
            .build(),
        shift("BIT_SHIFT_RIGHT", "to lower places, the sign stays", BitFunctions::right)
            .example("BIT_SHIFT_RIGHT(-16, 2)", "-4")
            .build(),
        shift(
                "BIT_SHIFT_RIGHT_LOGICAL",
                "of 64 to lower places, zeros in front",
                BitFunctions::logicalRight)
            .alias("BIT_SHIFT_RIGHT_UNSIGNED")
            .example("BIT_SHIFT_RIGHT_LOGICAL(-1, 60)", "15")
            .build(),
        function("BIT_COUNT", FunctionGroup.BITS)
            .doc("How many bits it has.")
            .example("BIT_COUNT(7)", "3")
            .signature(
                DataType.INT,
                _ -> RowBodies.ints((a, r) -> Integer.bitCount(a[0].ints()[r])),
                of("x", ParameterType.INT))
            .signature(
                DataType.INT,
                _ -> RowBodies.ints((a, r) -> Long.bitCount(a[0].longs()[r])),
                of("x", ParameterType.LONG))
            .build());
  }

  private static ScalarFunction.Builder pair(
      String name, String doc, IntBinaryOperator ints, LongBinaryOperator longs) {
    return function(name, FunctionGroup.BITS)
        .doc(doc)
        .signature(
            DataType.INT,
            _ -> RowBodies.ints((a, r) -> ints.applyAsInt(a[0].ints()[r], a[1].ints()[r])),
            of("x", ParameterType.INT),
            of("y", ParameterType.INT))
        .signature(
            DataType.LONG,
            _ -> RowBodies.longs((a, r) -> longs.applyAsLong(a[0].longs()[r], a[1].longs()[r])),
            of("x", ParameterType.LONG),
            of("y", ParameterType.LONG));
  }

  private static ScalarFunction.Builder shift(
      String name, String doc, LongBinaryOperator operator) {
    return function(name, FunctionGroup.BITS)
        .doc("The bits so many places %s.".formatted(doc))
        .signature(
            DataType.LONG,
            _ -> RowBodies.longs((a, r) -> operator.applyAsLong(a[0].longs()[r], a[1].longs()[r])),
            of("x", ParameterType.LONG),
            of("places", ParameterType.LONG));
  }

  /** Java takes places modulo 64; here all bits are gone then. */
  private static long left(long bits, long places) {
    return places < 0 ? right(bits, positive(places)) : places > 63 ? 0 : bits << places;
  }

  private static long right(long bits, long places) {
    return places < 0 ? left(bits, positive(places)) : bits >> Math.min(places, 63);
  }

  private static long logicalRight(long bits, long places) {
    return places < 0 ? left(bits, positive(places)) : places > 63 ? 0 : bits >>> places;
  }

  private static long positive(long places) {
    return places == Long.MIN_VALUE ? Long.MAX_VALUE : -places;
  }
}
