package io.gamay.query.function;

import static io.gamay.query.function.Parameter.of;
import static io.gamay.query.function.ScalarFunction.function;

import io.gamay.query.function.Parameter.Presence;
import io.gamay.query.sketch.SketchBytes;
import io.gamay.query.vector.Vector;
import io.gamay.segment.schema.DataType;
import io.gamay.segment.schema.StoredType;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.function.Function;
import org.apache.datasketches.cpc.CpcUnion;
import org.apache.datasketches.theta.ThetaIntersection;
import org.apache.datasketches.theta.ThetaSetOperation;
import org.apache.datasketches.theta.ThetaSketch;
import org.apache.datasketches.theta.ThetaUnion;

/** What is asked and made of sketches of distinct values, given as BYTES or as texts in Base64. */
final class SketchFunctions {

  /** Log2 of the entries of a union, as Pinot has it. */
  private static final int THETA_LOG_ENTRIES = 12;

  private static final String THETA_OF_ONE = "AQMDAAA6zJN1Yw7J6PeHJg==";
  private static final String CPC_OF_ONE = "CAEQDAAOzJMBAAAAAQAAAAAAAAAA/69AAAAAAAAA8D+uCAAA";
  private static final String FORM = " A sketch is BYTES or text in Base64; the result is BYTES.";

  private SketchFunctions() {}

  static List<ScalarFunction> all() {
    List<ScalarFunction> all = new ArrayList<>();
    all.add(
        estimate(
                "GET_THETA_SKETCH_ESTIMATE",
                "theta",
                bytes -> SketchBytes.theta(bytes).getEstimate())
            .example("GET_THETA_SKETCH_ESTIMATE('%s')".formatted(THETA_OF_ONE), "1")
            .build());
    all.add(
        combined("THETA_SKETCH_UNION", "theta", SketchFunctions::union)
            .doc("The theta sketch of all values of the sketches." + FORM)
            .example(estimateOf("THETA_SKETCH_UNION('%1$s', '%1$s')"), "1")
            .build());
    all.add(
        combined("THETA_SKETCH_INTERSECT", "theta", SketchFunctions::intersection)
            .doc("The theta sketch of the values that all sketches have." + FORM)
            .example(estimateOf("THETA_SKETCH_INTERSECT('%1$s', '%1$s')"), "1")
            .build());
    all.add(
        combined("THETA_SKETCH_DIFF", "theta", SketchFunctions::difference)
            .doc(
                "The theta sketch of the values that the first sketch has and no other has." + FORM)
            .example(estimateOf("THETA_SKETCH_DIFF('%1$s', '%1$s')"), "0")
            .build());
    all.add(
        estimate("GET_CPC_SKETCH_ESTIMATE", "CPC", bytes -> SketchBytes.cpc(bytes).getEstimate())
            .example("GET_CPC_SKETCH_ESTIMATE('%s')".formatted(CPC_OF_ONE), "1")
            .build());
    all.add(
        combined("CPC_SKETCH_UNION", "CPC", SketchFunctions::cpcUnion)
            .doc("The CPC sketch of all values of the sketches." + FORM)
            .example(
                "GET_CPC_SKETCH_ESTIMATE(CPC_SKETCH_UNION('%1$s', '%1$s'))".formatted(CPC_OF_ONE),
                "1")
            .build());
    return all;
  }

  private static String estimateOf(String call) {
    return "GET_THETA_SKETCH_ESTIMATE(%s)".formatted(call.formatted(THETA_OF_ONE));
  }

  private interface Estimate {
    double of(byte[] sketch);
  }

  private static ScalarFunction.Builder estimate(String name, String kind, Estimate estimate) {
    return function(name, FunctionGroup.SKETCH)
        .doc(
            "How many different values a %s sketch stands for, rounded. A sketch is BYTES or text in"
                    .formatted(kind)
                + " Base64.")
        .mayFail()
        .signature(
            DataType.LONG,
            _ ->
                RowBodies.longs(
                    (a, r) -> read(name, kind, a[0], r, s -> Math.round(estimate.of(s)))),
            of("sketch", ParameterType.TEXT))
        .signature(
            DataType.LONG,
            _ ->
                RowBodies.longs(
                    (a, r) -> read(name, kind, a[0], r, s -> Math.round(estimate.of(s)))),
            of("sketch", ParameterType.BYTES));
  }

  private interface Combination {
    byte[] of(List<byte[]> sketches);
  }

  private static ScalarFunction.Builder combined(
      String name, String kind, Combination combination) {
    return function(name, FunctionGroup.SKETCH)
        .written(name + "(sketch, sketch, ...)")
        .mayFail()
        .signature(
            DataType.BYTES,
            arguments -> {
              requireSketches(name, arguments);
              return RowBodies.bytes((a, r) -> combined(name, kind, combination, a, r));
            },
            of("sketch", ParameterType.ANY),
            new Parameter("sketch", ParameterType.ANY, false, Presence.REPEATED));
  }

  private static void requireSketches(String function, List<Argument> arguments) {
    for (Argument argument : arguments) {
      DataType type = argument.type().element();
      if (type != DataType.BYTES && type != DataType.STRING && !argument.isNullConstant()) {
        throw Failures.ofConstant(function, "a sketch is BYTES or STRING, not", type);
      }
    }
  }

  private static byte[] combined(
      String function, String kind, Combination combination, Vector[] arguments, int row) {
    List<byte[]> sketches = new ArrayList<>();
    for (Vector argument : arguments) {
      sketches.add(bytes(function, argument, row));
    }
    try {
      return combination.of(sketches);
    } catch (RuntimeException e) {
      throw Failures.ofValue(function, "not %s sketches".formatted(kind), e);
    }
  }

  private static <T> T read(
      String function, String kind, Vector sketches, int row, Function<byte[], T> reader) {
    byte[] sketch = bytes(function, sketches, row);
    try {
      return reader.apply(sketch);
    } catch (RuntimeException e) {
      // The library of sketches fails in many ways on bytes that are none.
      throw Failures.ofValue(function, "not a %s sketch".formatted(kind), e);
    }
  }

  private static byte[] bytes(String function, Vector sketches, int row) {
    byte[] bytes = EncodingFunctions.bytes(sketches, row);
    if (sketches.type() == StoredType.BYTES) {
      return bytes;
    }
    try {
      return Base64.getDecoder().decode(bytes);
    } catch (IllegalArgumentException _) {
      throw Failures.ofValue(function, "not Base64", sketches.stringAt(row));
    }
  }

  private static byte[] union(List<byte[]> sketches) {
    ThetaUnion union =
        ThetaSetOperation.builder().setLogNominalEntries(THETA_LOG_ENTRIES).buildUnion();
    sketches.forEach(sketch -> union.union(SketchBytes.theta(sketch)));
    return union.getResult().toByteArray();
  }

  private static byte[] intersection(List<byte[]> sketches) {
    ThetaIntersection intersection = ThetaSetOperation.builder().buildIntersection();
    sketches.forEach(sketch -> intersection.intersect(SketchBytes.theta(sketch)));
    return intersection.getResult().toByteArray();
  }

  private static byte[] difference(List<byte[]> sketches) {
    ThetaSketch left = SketchBytes.theta(sketches.getFirst());
    for (byte[] other : sketches.subList(1, sketches.size())) {
      left = ThetaSetOperation.builder().buildANotB().aNotB(left, SketchBytes.theta(other));
    }
    return left.toByteArray();
  }

  private static byte[] cpcUnion(List<byte[]> sketches) {
    CpcUnion union = new CpcUnion(SketchBytes.cpcLogEntries(sketches.getFirst()));
    sketches.forEach(sketch -> union.update(SketchBytes.cpc(sketch)));
    return union.getResult().toByteArray();
  }
}
