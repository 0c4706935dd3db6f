package io.gamay.query.structure;

import static org.assertj.core.api.Assertions.assertThat;

import io.gamay.query.testing.Plans;
import io.gamay.query.testing.RowsSegment;
import io.gamay.segment.read.DictionaryReader;
import io.gamay.segment.schema.ColumnSpec;
import io.gamay.segment.schema.DataType;
import io.gamay.segment.schema.Value;
import io.gamay.segment.schema.Value.DoubleValue;
import io.gamay.segment.schema.Value.LongValue;
import io.gamay.testkit.random.SeededRandom;
import io.gamay.testkit.random.Seeds;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class ScaledValuesPropertyTest {

  @Test
  void scaledValuesAreTheDictionarysValuesToTheLastBit() {
    AtomicInteger told = new AtomicInteger();
    Seeds.forEach(
        300,
        random -> {
          List<Double> values = decimals(random);
          DictionaryReader dictionary =
              dictionary(DataType.DOUBLE, values.stream().<Value>map(DoubleValue::new).toList());
          Optional<ScaledValues> scaled = ScaledValues.of(dictionary);
          if (scaled.isEmpty()) {
            return;
          }
          told.incrementAndGet();
          for (int dictId = 0; dictId < dictionary.cardinality(); dictId++) {
            long number = scaled.get().min() + scaled.get().offsets()[dictId];
            assertThat(number).isBetween(scaled.get().min(), scaled.get().max());
            assertThat(number / Math.pow(10, scaled.get().scale()))
                .isEqualTo(dictionary.doubleAt(dictId));
          }
        });
    assertThat(told.get()).isGreaterThan(100);
  }

  /** Mostly decimals of up to six digits, now and then a double that is none. */
  private static List<Double> decimals(SeededRandom random) {
    int scale = random.nextInt(8);
    int count = 1 + random.nextInt(50);
    List<Double> values = new ArrayList<>();
    for (int index = 0; index < count; index++) {
      long unscaled = random.nextInt(2_000_000) - 1_000_000L;
      values.add(
          random.chance(0.005)
              ? random.nextInt(1000) / 7.0
              : BigDecimal.valueOf(unscaled, scale).doubleValue());
    }
    return values;
  }

  @Test
  void valuesThatAreNoDecimalsOfFewDigitsAreNotTold() {
    for (double odd :
        new double[] {
          1 / 3.0, 1e-7, Double.NaN, Double.POSITIVE_INFINITY, 1e300, Double.MIN_VALUE
        }) {
      assertThat(
              ScaledValues.of(
                  dictionary(DataType.DOUBLE, List.of(new DoubleValue(0.5), new DoubleValue(odd)))))
          .as("with %s", odd)
          .isEmpty();
    }
  }

  @Test
  void wholeNumbersFurtherApartThan31BitsAreNotTold() {
    assertThat(longs(Long.MIN_VALUE, Long.MAX_VALUE)).isEmpty();
    assertThat(longs(0, 1L << 31)).isEmpty();
    assertThat(longs(Long.MAX_VALUE - 5, Long.MAX_VALUE).orElseThrow().offsets())
        .containsExactly(0, 5);
    assertThat(longs(-(1L << 30), (1L << 30) - 1).orElseThrow().max()).isEqualTo((1L << 30) - 1);
  }

  private static Optional<ScaledValues> longs(long... values) {
    List<Value> all = new ArrayList<>();
    for (long value : values) {
      all.add(new LongValue(value));
    }
    return ScaledValues.of(dictionary(DataType.LONG, all));
  }

  private static DictionaryReader dictionary(DataType type, List<Value> values) {
    ColumnSpec spec = ColumnSpec.dimension("c", type);
    return Plans.segment("s", 0, spec, values, RowsSegment.Shape.SEALED)
        .column("c")
        .dictionary()
        .orElseThrow();
  }
}
