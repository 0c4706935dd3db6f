package io.gamay.query.function;

import static io.gamay.query.function.Parameter.of;
import static io.gamay.query.function.ScalarFunction.function;

import io.gamay.query.vector.Vector;
import io.gamay.segment.schema.DataType;
import java.util.List;

/** Distances between vectors, which are lists of numbers of one length. */
final class VectorFunctions {

  private static final Parameter A = of("a", ParameterType.DOUBLE_LIST);
  private static final Parameter B = of("b", ParameterType.DOUBLE_LIST);

  private VectorFunctions() {}

  static List<ScalarFunction> all() {
    return List.of(
        pair("L1_DISTANCE", "The sum of the differences.", (x, y) -> Math.abs(x - y), s -> s)
            .example("L1_DISTANCE(ARRAY(1.0, 2.0), ARRAY(2.0, 4.0))", "3.0")
            .build(),
        pair("L2_DISTANCE", "The Euclidean distance.", (x, y) -> (x - y) * (x - y), Math::sqrt)
            .example("L2_DISTANCE(ARRAY(0.0, 0.0), ARRAY(3.0, 4.0))", "5.0")
            .build(),
        pair(
                "EUCLIDEAN_DISTANCE",
                "The square of the Euclidean distance, as Pinot has it.",
                (x, y) -> (x - y) * (x - y),
                s -> s)
            .example("EUCLIDEAN_DISTANCE(ARRAY(0.0, 0.0), ARRAY(3.0, 4.0))", "25.0")
            .build(),
        pair("INNER_PRODUCT", "The sum of the products.", (x, y) -> x * y, s -> s)
            .alias("DOT_PRODUCT")
            .example("INNER_PRODUCT(ARRAY(1.0, 2.0), ARRAY(3.0, 4.0))", "11.0")
            .build(),
        function("COSINE_DISTANCE", FunctionGroup.VECTOR)
            .doc(
                "1 less the cosine of the angle between the vectors; the default, or NaN, where one"
                    + " of them has no length.")
            .example("COSINE_DISTANCE(ARRAY(1.0, 0.0), ARRAY(0.0, 1.0))", "1.0")
            .mayFail()
            .signature(
                DataType.DOUBLE,
                _ -> RowBodies.doubles((a, r) -> cosineDistance(a, r, Double.NaN)),
                A,
                B)
            .signature(
                DataType.DOUBLE,
                _ -> RowBodies.doubles((a, r) -> cosineDistance(a, r, a[2].doubles()[r])),
                A,
                B,
                of("default", ParameterType.DOUBLE))
            .build(),
        function("VECTOR_DIMS", FunctionGroup.VECTOR)
            .doc("How many numbers the vector has.")
            .example("VECTOR_DIMS(ARRAY(1.0, 2.0))", "2")
            .signature(
                DataType.INT,
                _ -> RowBodies.ints((a, r) -> a[0].listEnds()[r] - a[0].listStart(r)),
                A)
            .build(),
        function("VECTOR_NORM", FunctionGroup.VECTOR)
            .doc("The Euclidean length of the vector.")
            .example("VECTOR_NORM(ARRAY(3.0, 4.0))", "5.0")
            .signature(
                DataType.DOUBLE, _ -> RowBodies.doubles((a, r) -> Math.sqrt(square(a[0], r))), A)
            .build());
  }

  /** What one pair of numbers adds. */
  private interface Term {
    double of(double x, double y);
  }

  /** What is made of the sum. */
  private interface Finish {
    double of(double sum);
  }

  private static ScalarFunction.Builder pair(String name, String doc, Term term, Finish finish) {
    return function(name, FunctionGroup.VECTOR)
        .doc(doc)
        .mayFail()
        .signature(
            DataType.DOUBLE,
            _ -> RowBodies.doubles((a, r) -> finish.of(sum(name, a, r, term))),
            A,
            B);
  }

  private static double sum(String name, Vector[] a, int row, Term term) {
    int left = a[0].listStart(row);
    int right = a[1].listStart(row);
    int length = a[0].listEnds()[row] - left;
    int otherLength = a[1].listEnds()[row] - right;
    if (length != otherLength) {
      throw Failures.ofValue(name, "vectors differ in length", length + " and " + otherLength);
    }
    double sum = 0;
    for (int index = 0; index < length; index++) {
      sum += term.of(a[0].doubles()[left + index], a[1].doubles()[right + index]);
    }
    return sum;
  }

  private static double square(Vector vector, int row) {
    double sum = 0;
    for (int value = vector.listStart(row); value < vector.listEnds()[row]; value++) {
      sum += vector.doubles()[value] * vector.doubles()[value];
    }
    return sum;
  }

  private static double cosineDistance(Vector[] a, int row, double fallback) {
    double product = sum("COSINE_DISTANCE", a, row, (x, y) -> x * y);
    double lengths = Math.sqrt(square(a[0], row)) * Math.sqrt(square(a[1], row));
    return lengths == 0 ? fallback : 1 - product / lengths;
  }
}
