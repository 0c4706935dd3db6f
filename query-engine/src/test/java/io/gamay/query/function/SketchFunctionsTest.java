package io.gamay.query.function;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.gamay.query.error.QueryException;
import io.gamay.segment.schema.Value;
import io.gamay.testkit.random.SeededRandom;
import io.gamay.testkit.random.Seeds;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.apache.datasketches.cpc.CpcSketch;
import org.apache.datasketches.theta.UpdatableThetaSketch;
import org.junit.jupiter.api.Test;

/** Sketches of few values are exact, so that set operations are those of sets. */
class SketchFunctionsTest {

  private static Set<Integer> numbers(SeededRandom random) {
    Set<Integer> numbers = new TreeSet<>();
    for (int number = random.between(0, 60); number > 0; number--) {
      numbers.add(random.between(0, 80));
    }
    return numbers;
  }

  private static byte[] theta(Set<Integer> numbers) {
    UpdatableThetaSketch sketch = UpdatableThetaSketch.builder().build();
    numbers.forEach(number -> sketch.update((long) number));
    return sketch.compact().toByteArray();
  }

  private static byte[] cpc(Set<Integer> numbers) {
    CpcSketch sketch = new CpcSketch(12);
    numbers.forEach(number -> sketch.update((long) number));
    return sketch.toByteArray();
  }

  private static long estimate(String kind, byte[] sketch) {
    String text = Base64.getEncoder().encodeToString(sketch);
    var ofBytes = TestCall.value("get_" + kind + "_sketch_estimate", (Object) sketch);
    assertThat(TestCall.value("get_" + kind + "_sketch_estimate", text)).isEqualTo(ofBytes);
    return ((Value.LongValue) ofBytes.orElseThrow()).value();
  }

  @Test
  void operationsAreThoseOfSets() {
    Seeds.forEach(
        200,
        random -> {
          Set<Integer> a = numbers(random);
          Set<Integer> b = numbers(random);
          Set<Integer> c = numbers(random);
          String ofB = Base64.getEncoder().encodeToString(theta(b));
          Set<Integer> union = new TreeSet<>(a);
          union.addAll(b);
          union.addAll(c);
          Set<Integer> common = new TreeSet<>(a);
          common.retainAll(b);
          common.retainAll(c);
          Set<Integer> rest = new TreeSet<>(a);
          rest.removeAll(b);
          rest.removeAll(c);
          assertThat(
                  estimate("theta", TestCall.bytes("theta_sketch_union", theta(a), ofB, theta(c))))
              .isEqualTo(union.size());
          assertThat(
                  estimate(
                      "theta", TestCall.bytes("theta_sketch_intersect", theta(a), ofB, theta(c))))
              .isEqualTo(common.size());
          assertThat(
                  estimate("theta", TestCall.bytes("theta_sketch_diff", theta(a), ofB, theta(c))))
              .isEqualTo(rest.size());
          assertThat(estimate("cpc", TestCall.bytes("cpc_sketch_union", cpc(a), cpc(b), cpc(c))))
              .isCloseTo(union.size(), within(2L));
        });
  }

  @Test
  void otherBytesAreToldSo() {
    Seeds.forEach(
        3_000,
        random -> {
          for (String kind : List.of("theta", "cpc")) {
            Set<Integer> numbers = numbers(random);
            byte[] sketch = (kind.equals("theta") ? theta(numbers) : cpc(numbers)).clone();
            sketch[random.between(0, sketch.length - 1)] = (byte) random.between(-128, 127);
            byte[] bytes = random.chance(0.5) ? sketch : random.anyBytes(30);
            try {
              estimate(kind, bytes);
            } catch (QueryException e) {
              assertThat(e).hasMessageContaining("not a " + (kind.equals("cpc") ? "CPC" : kind));
            }
          }
        });
    assertThatThrownBy(() -> TestCall.value("get_theta_sketch_estimate", "?"))
        .hasMessageContaining("not Base64");
    assertThatThrownBy(() -> TestCall.bytes("theta_sketch_union", 1, 2))
        .hasMessageContaining("a sketch is BYTES or STRING");
  }
}
