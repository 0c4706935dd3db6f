package io.gamay.query.function;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gamay.query.error.QueryException;
import io.gamay.query.function.TestCall.Fixed;
import io.gamay.segment.schema.Value;
import io.gamay.testkit.random.SeededRandom;
import io.gamay.testkit.random.Seeds;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** FILTER_MV and the twins of date functions, against what they are of single elements. */
class ListFunctionsPropertyTest {

  /** A condition with what it means of a whole number. */
  private record Condition(String text, Predicate<Integer> meaning) {}

  private static Condition condition(SeededRandom random, int depth) {
    if (depth > 0 && random.chance(0.5)) {
      Condition left = condition(random, depth - 1);
      Condition right = condition(random, depth - 1);
      return switch (random.between(0, 2)) {
        case 0 ->
            new Condition(
                "(%s AND %s)".formatted(left.text, right.text), left.meaning.and(right.meaning));
        case 1 ->
            new Condition(
                "(%s OR %s)".formatted(left.text, right.text), left.meaning.or(right.meaning));
        default -> new Condition("NOT (%s)".formatted(left.text), left.meaning.negate());
      };
    }
    int a = random.between(-3, 3);
    int b = random.between(-3, 3);
    return switch (random.between(0, 7)) {
      case 0 -> new Condition("v = " + a, v -> v == a);
      case 1 -> new Condition("v <> '" + a + "'", v -> v != a);
      case 2 -> new Condition("v < " + a + ".5", v -> v < (a < 0 ? a - 0.5 : a + 0.5));
      case 3 -> new Condition(a + " <= v", v -> a <= v);
      case 4 -> new Condition("V BETWEEN %d AND %d".formatted(a, b), v -> a <= v && v <= b);
      case 5 -> new Condition("v NOT BETWEEN %d AND %d".formatted(a, b), v -> v < a || v > b);
      case 6 -> new Condition("v IN (%d, %d)".formatted(a, b), v -> v == a || v == b);
      default -> new Condition("v NOT IN (%d, %d)".formatted(a, b), v -> v != a && v != b);
    };
  }

  @Test
  void elementsOfEveryNumericTypeAreFilteredAlike() {
    Seeds.forEach(
        500,
        random -> {
          List<Integer> numbers = new ArrayList<>();
          do {
            numbers.add(random.between(-4, 4));
          } while (random.chance(0.8));
          Condition condition = condition(random, 3);
          List<String> expected =
              numbers.stream().filter(condition.meaning).map(String::valueOf).toList();
          for (List<?> typed :
              List.<List<?>>of(
                  numbers,
                  numbers.stream().map(Long::valueOf).toList(),
                  numbers.stream().map(Integer::floatValue).toList(),
                  numbers.stream().map(Integer::doubleValue).toList(),
                  numbers.stream().map(BigDecimal::valueOf).toList())) {
            List<String> passing =
                TestCall.list("filter_mv", typed, new Fixed(condition.text)).stream()
                    .map(ListFunctionsPropertyTest::whole)
                    .toList();
            assertThat(passing).as(condition.text).isEqualTo(expected);
          }
        });
  }

  private static String whole(Value value) {
    return switch (value) {
      case Value.IntValue(int number) -> String.valueOf(number);
      case Value.LongValue(long number) -> String.valueOf(number);
      case Value.FloatValue(float number) -> String.valueOf((int) number);
      case Value.DoubleValue(double number) -> String.valueOf((int) number);
      case Value.BigDecimalValue(BigDecimal number) -> number.toPlainString();
      case Value other -> throw new IllegalArgumentException(other.toString());
    };
  }

  @Test
  void textsAndFloatsAreComparedAsElsewhere() {
    List<String> texts = List.of("10", "9", "bee", "Bug");
    assertThat(TestCall.list("filter_mv", texts, new Fixed("v < 9")))
        .containsExactly(new Value.StringValue("10"));
    assertThat(
            TestCall.list("filter_mv", texts, new Fixed("v LIKE 'b%' OR REGEXP_LIKE(v, 'U', 'i')")))
        .containsExactly(new Value.StringValue("bee"), new Value.StringValue("Bug"));
    assertThat(TestCall.list("filter_mv", List.of(0.1f, 0.2f), new Fixed("v = 0.1")))
        .containsExactly(new Value.FloatValue(0.1f));
    assertThat(TestCall.list("filter_mv", List.of(Double.NaN, 1.0), new Fixed("v > 1e300")))
        .containsExactly(new Value.DoubleValue(Double.NaN));
    assertThat(TestCall.list("filter_mv", List.of(1, 2), new Fixed("v IS NULL"))).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "v >", "x > 1", "v > 'a'", "v + 1 > 2", "v = v", "1 = 1"})
  void otherConditionsAreRefused(String condition) {
    assertThatThrownBy(() -> TestCall.list("filter_mv", List.of(1), new Fixed(condition)))
        .isInstanceOf(QueryException.class)
        .hasMessageContaining("FILTER_MV: ");
  }

  @Test
  void twinsOfDateFunctionsGiveWhatTheFunctionGivesOfEachElement() {
    Seeds.forEach(
        200,
        random -> {
          List<Long> times = new ArrayList<>();
          do {
            times.add(random.nextLong() % 4_000_000_000_000L);
          } while (random.chance(0.7));
          for (String function : List.of("year", "day_of_week", "minute", "to_epoch_hours")) {
            assertThat(TestCall.list(function + "_mv", times))
                .isEqualTo(
                    times.stream().map(t -> TestCall.value(function, t).orElseThrow()).toList());
          }
          Fixed unit = new Fixed(random.oneOf(List.of("DAY", "MONTH", "HOUR")));
          Fixed zone = new Fixed("Europe/Berlin");
          assertThat(TestCall.list("datetruncmv", unit, times))
              .isEqualTo(
                  times.stream()
                      .map(t -> TestCall.value("datetrunc", unit, t).orElseThrow())
                      .toList());
          assertThat(TestCall.list("to_date_time_mv", times, new Fixed("yyyy-MM-dd HH"), zone))
              .isEqualTo(
                  times.stream()
                      .map(
                          t ->
                              new Value.StringValue(
                                  TestCall.text(
                                      "to_date_time", t, new Fixed("yyyy-MM-dd HH"), zone)))
                      .toList());
          long step = random.between(1, 50);
          assertThat(TestCall.list("to_epoch_days_rounded_mv", times, step))
              .isEqualTo(
                  times.stream()
                      .map(t -> TestCall.value("to_epoch_days_rounded", t, step).orElseThrow())
                      .toList());
        });
  }

  @Test
  void randomNumbersFollowFromSeedAndPlaceAndFillTheUnit() {
    int[] buckets = new int[10];
    for (long offset = 0; offset < 20_000; offset++) {
      double number = RowRandom.of(7, 3, offset);
      assertThat(number).isGreaterThanOrEqualTo(0).isLessThan(1);
      assertThat(RowRandom.of(7, 3, offset)).isEqualTo(number);
      buckets[(int) (number * buckets.length)]++;
    }
    for (int bucket : buckets) {
      assertThat(bucket).isBetween(1_800, 2_200);
    }
    assertThat(RowRandom.of(7, 3, 1)).isNotEqualTo(RowRandom.of(8, 3, 1));
    assertThat(RowRandom.of(7, 3, 1)).isNotEqualTo(RowRandom.of(7, 4, 1));
  }
}
