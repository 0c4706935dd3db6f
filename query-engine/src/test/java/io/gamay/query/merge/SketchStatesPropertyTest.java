package io.gamay.query.merge;

import static org.assertj.core.api.Assertions.assertThat;

import io.gamay.query.plan.AggregateCall;
import io.gamay.query.plan.AggregateCall.EmptyHabit;
import io.gamay.query.plan.AggregateFunction;
import io.gamay.query.plan.ResultType;
import io.gamay.query.plan.TypedExpression;
import io.gamay.query.plan.TypedExpression.Constant;
import io.gamay.query.vector.Vector;
import io.gamay.segment.schema.DataType;
import io.gamay.segment.schema.StoredType;
import io.gamay.segment.schema.Value;
import io.gamay.testkit.random.SeededRandom;
import io.gamay.testkit.random.Seeds;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SketchStatesPropertyTest {

  private static final int[] FIRST_GROUP = {0};

  @Test
  void countsOfDistinctValuesAreWithinTheirErrorAndDoNotDependOnTheSplit() {
    Seeds.forEach(
        20,
        random -> {
          List<Value> values = integers(random, random.between(1, 30_000));
          Set<Value> distinct = new HashSet<>(values);
          for (AggregateFunction function :
              List.of(
                  AggregateFunction.COUNT_DISTINCT_HLL,
                  AggregateFunction.COUNT_DISTINCT_THETA,
                  AggregateFunction.COUNT_DISTINCT_CPC)) {
            AggregateCall call = call(function, DataType.LONG, new Value.IntValue(12));
            long whole = ((Value.LongValue) result(call, List.of(values))).value();
            long split = ((Value.LongValue) result(call, split(random, values))).value();
            assertThat(split).as("%s split", function).isEqualTo(whole);
            assertThat((double) whole)
                .as(function.name())
                .isBetween(0.9 * distinct.size() - 1, 1.1 * distinct.size() + 1);
          }
        });
  }

  @Test
  void percentilesAreWithinTheirErrorOfRank() {
    Seeds.forEach(
        20,
        random -> {
          List<Value> values = reals(random, random.between(1, 30_000));
          double[] sorted = values.stream().mapToDouble(v -> real(v)).sorted().toArray();
          double percentage = 100 * random.nextDouble();
          for (AggregateFunction function :
              List.of(AggregateFunction.PERCENTILE_TDIGEST, AggregateFunction.PERCENTILE_KLL)) {
            AggregateCall call =
                call(
                    function,
                    DataType.DOUBLE,
                    new Value.DoubleValue(percentage),
                    new Value.IntValue(200));
            double found = real(result(call, split(random, values)));
            int below = (int) Arrays.stream(sorted).filter(v -> v < found).count();
            int notAbove = (int) Arrays.stream(sorted).filter(v -> v <= found).count();
            double slack = 0.04 * sorted.length + 1;
            assertThat(sorted.length * percentage / 100)
                .as("%s of %d values: %s", function, sorted.length, found)
                .isBetween(below - slack, notAbove + slack);
          }
        });
  }

  @Test
  void fewValuesHaveTheirMedianExactly() {
    AggregateCall call =
        call(
            AggregateFunction.PERCENTILE_TDIGEST,
            DataType.DOUBLE,
            new Value.DoubleValue(50),
            new Value.IntValue(100));
    List<Value> values = new ArrayList<>();
    for (int value = 1; value <= 51; value++) {
      values.add(new Value.DoubleValue(value));
    }
    assertThat(real(result(call, List.of(values)))).isEqualTo(26);
    assertThat(real(result(call, List.of(values.subList(0, 4))))).isEqualTo(2.5);
  }

  @Test
  void aValueTakenInWithItsCountIsTakenInSoOften() {
    Seeds.forEach(
        20,
        random -> {
          TDigest once = new TDigest(100);
          TDigest often = new TDigest(100);
          for (int index = 0; index < 2_000; index++) {
            int value = random.between(0, 50);
            once.add(value, 3);
            for (int time = 0; time < 3; time++) {
              often.add(value, 1);
            }
          }
          for (double fraction : new double[] {0, 0.01, 0.5, 0.9, 1}) {
            assertThat(once.settled().quantile(fraction))
                .isCloseTo(
                    often.settled().quantile(fraction),
                    org.assertj.core.api.Assertions.within(1.5));
          }
        });
  }

  @Test
  void theDigestAsTextIsReadByTheLibraryOfDunning() {
    Seeds.forEach(
        10,
        random -> {
          List<Value> values = reals(random, random.between(1, 5_000));
          AggregateCall raw =
              call(
                  AggregateFunction.RAW_TDIGEST,
                  DataType.STRING,
                  new Value.DoubleValue(50),
                  new Value.IntValue(100));
          String text = ((Value.StringValue) result(raw, List.of(values))).value();
          com.tdunning.math.stats.MergingDigest theirs =
              com.tdunning.math.stats.MergingDigest.fromBytes(
                  ByteBuffer.wrap(HexFormat.of().parseHex(text)));
          double[] sorted = values.stream().mapToDouble(v -> real(v)).sorted().toArray();
          assertThat(theirs.size()).isEqualTo(values.size());
          assertThat(theirs.getMin()).isEqualTo(sorted[0]);
          assertThat(theirs.getMax()).isEqualTo(sorted[sorted.length - 1]);
          double median = theirs.quantile(0.5);
          long below = Arrays.stream(sorted).filter(v -> v < median).count();
          assertThat((double) below).isBetween(0.47 * sorted.length - 1, 0.53 * sorted.length + 1);
        });
  }

  @Test
  void theEmptyTextIsAValueLikeOthers() {
    Vector texts = Vector.of(StoredType.STRING);
    texts.append(new Value.StringValue(""));
    texts.append(new Value.StringValue("a"));
    for (AggregateFunction function :
        List.of(
            AggregateFunction.COUNT_DISTINCT_HLL,
            AggregateFunction.COUNT_DISTINCT_THETA,
            AggregateFunction.COUNT_DISTINCT_CPC)) {
      AggregateCall call = call(function, DataType.LONG, new Value.IntValue(12));
      ValueStates states = (ValueStates) AggregateStates.of(call);
      states.ensureGroups(1);
      states.add(0, texts, 0);
      states.add(0, texts, 1);
      assertThat(states.finish(call).valueAt(0)).isEqualTo(new Value.LongValue(2));
    }
  }

  private static Value result(AggregateCall call, List<List<Value>> parts) {
    AggregateStates merged = AggregateStates.of(call);
    merged.ensureGroups(1);
    for (List<Value> part : parts) {
      merged.absorb(states(call, part), FIRST_GROUP);
    }
    return merged.finish(call).valueAt(0);
  }

  private static AggregateStates states(AggregateCall call, List<Value> values) {
    ValueStates states = (ValueStates) AggregateStates.of(call);
    states.ensureGroups(1);
    if (!values.isEmpty()) {
      Vector vector = Vector.of(values.getFirst().storedType());
      values.forEach(vector::append);
      for (int value = 0; value < vector.rowCount(); value++) {
        states.add(0, vector, value);
      }
    }
    states.settle();
    return states;
  }

  private static List<List<Value>> split(SeededRandom random, List<Value> values) {
    List<List<Value>> parts = new ArrayList<>();
    int from = 0;
    while (from < values.size()) {
      int end = random.between(from, values.size());
      parts.add(values.subList(from, end));
      from = end == from ? values.size() : end;
      if (end < from) {
        parts.add(values.subList(end, from));
      }
    }
    return parts.reversed();
  }

  private static List<Value> integers(SeededRandom random, int count) {
    List<Value> values = new ArrayList<>();
    int bound = random.between(1, 100_000);
    for (int value = 0; value < count; value++) {
      values.add(new Value.LongValue(random.between(0, bound)));
    }
    return values;
  }

  private static List<Value> reals(SeededRandom random, int count) {
    List<Value> values = new ArrayList<>();
    for (int value = 0; value < count; value++) {
      values.add(new Value.DoubleValue(Math.exp(10 * random.nextDouble())));
    }
    return values;
  }

  private static double real(Value value) {
    return ((Value.DoubleValue) value).value();
  }

  private static AggregateCall call(
      AggregateFunction function, DataType type, Value... parameters) {
    boolean isReal = type == DataType.DOUBLE || function == AggregateFunction.RAW_TDIGEST;
    TypedExpression argument =
        new Constant(Optional.empty(), ResultType.of(isReal ? DataType.DOUBLE : DataType.LONG));
    return new AggregateCall(
        function,
        List.of(argument),
        List.of(parameters),
        Optional.empty(),
        ResultType.of(type),
        !function.countsNothing(),
        EmptyHabit.STANDARD_NULL);
  }
}
