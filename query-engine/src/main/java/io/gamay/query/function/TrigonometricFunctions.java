package io.gamay.query.function;

import static io.gamay.query.function.Parameter.of;
import static io.gamay.query.function.ScalarFunction.function;

import io.gamay.segment.schema.DataType;
import java.util.List;
import java.util.function.DoubleUnaryOperator;

/** Angles, in radians. */
final class TrigonometricFunctions {

  private TrigonometricFunctions() {}

  static List<ScalarFunction> all() {
    return List.of(
        angle("SIN", "The sine of an angle in radians.", Math::sin, "SIN(0)", "0.0"),
        angle("COS", "The cosine of an angle in radians.", Math::cos, "COS(0)", "1.0"),
        angle("TAN", "The tangent of an angle in radians.", Math::tan, "TAN(0)", "0.0"),
        angle(
            "COT",
            "The cotangent of an angle in radians.",
            x -> 1 / Math.tan(x),
            "COT(0)",
            "Infinity"),
        angle("ASIN", "The angle with a sine.", Math::asin, "ASIN(0)", "0.0"),
        angle("ACOS", "The angle with a cosine.", Math::acos, "ACOS(1)", "0.0"),
        angle("ATAN", "The angle with a tangent.", Math::atan, "ATAN(0)", "0.0"),
        function("ATAN2", FunctionGroup.TRIGONOMETRY)
            .doc("The angle of the point (x, y), given y first.")
            .example("ATAN2(0, 1)", "0.0")
            .signature(
                DataType.DOUBLE,
                _ -> RowBodies.doubles((a, r) -> Math.atan2(a[0].doubles()[r], a[1].doubles()[r])),
                of("y", ParameterType.DOUBLE),
                of("x", ParameterType.DOUBLE))
            .build(),
        angle("SINH", "The hyperbolic sine.", Math::sinh, "SINH(0)", "0.0"),
        angle("COSH", "The hyperbolic cosine.", Math::cosh, "COSH(0)", "1.0"),
        angle("TANH", "The hyperbolic tangent.", Math::tanh, "TANH(0)", "0.0"),
        angle(
            "DEGREES",
            "An angle in radians as degrees.",
            Math::toDegrees,
            "DEGREES(PI())",
            "180.0"),
        angle(
            "RADIANS",
            "An angle in degrees as radians.",
            Math::toRadians,
            "RADIANS(180)",
            "3.141592653589793"));
  }

  private static ScalarFunction angle(
      String name, String doc, DoubleUnaryOperator operator, String call, String result) {
    return function(name, FunctionGroup.TRIGONOMETRY)
        .doc(doc)
        .example(call, result)
        .signature(
            DataType.DOUBLE, _ -> NumberFunctions.real(operator), of("x", ParameterType.DOUBLE))
        .build();
  }
}
