package io.gamay.testkit.random;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SeedsTest {

  @AfterEach
  void endReplay() {
    System.clearProperty(Seeds.REPLAY_PROPERTY);
  }

  @Test
  void asManyCasesRunAsAskedForEachWithItsOwnSeed() {
    List<Long> seeds = new ArrayList<>();

    int cases = Seeds.forEach(25, random -> seeds.add(random.seed()));

    assertThat(cases).isEqualTo(25);
    assertThat(seeds).hasSize(25).doesNotHaveDuplicates();
  }

  @Test
  void oneCaseRunsEvenIfThereIsNoTime() {
    assertThat(Seeds.forEach(Duration.ZERO, random -> {})).isEqualTo(1);
    assertThat(Seeds.forEach(Duration.ofMillis(20), random -> {})).isGreaterThan(1);
  }

  @Test
  void casesRunOnSeveralThreadsUntilItIsEnough() {
    Set<Long> seeds = ConcurrentHashMap.newKeySet();
    Set<Thread> threads = ConcurrentHashMap.newKeySet();

    int cases =
        Seeds.forEach(
            3,
            () -> seeds.size() >= 50,
            random -> {
              seeds.add(random.seed());
              threads.add(Thread.currentThread());
            });

    assertThat(cases).isGreaterThanOrEqualTo(50).isEqualTo(seeds.size());
    assertThat(threads).hasSize(3);
  }

  @Test
  void failureOnOneThreadEndsAllAndNamesItsSeed() {
    AtomicLong failing = new AtomicLong();

    assertThatThrownBy(
            () ->
                Seeds.forEach(
                    2,
                    () -> false,
                    random -> {
                      if (random.chance(0.01) && failing.compareAndSet(0, random.seed())) {
                        throw new IllegalArgumentException("one");
                      }
                    }))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("-Dgamay.seed=" + failing.get());
  }

  @Test
  void failureNamesTheSeedThatFailsAgain() {
    List<Long> failing = new ArrayList<>();
    Seeds.Property property =
        random -> {
          if (random.nextInt(10) == 3) {
            failing.add(random.seed());
            throw new IllegalArgumentException("three");
          }
        };

    assertThatThrownBy(() -> Seeds.forEach(10_000, property))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("-Dgamay.seed=" + failing.getFirst())
        .hasMessageContaining("three")
        .hasCauseInstanceOf(IllegalArgumentException.class);

    System.setProperty(Seeds.REPLAY_PROPERTY, Long.toString(failing.getFirst()));
    assertThatThrownBy(() -> Seeds.forEach(10_000, property)).isInstanceOf(AssertionError.class);
    assertThat(failing).hasSize(2);
    assertThat(failing.getFirst()).isEqualTo(failing.getLast());
  }

  @Test
  void seedThatIsNoNumberIsRefused() {
    System.setProperty(Seeds.REPLAY_PROPERTY, "twelve");

    assertThatThrownBy(() -> Seeds.forEach(1, random -> {}))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("twelve");
  }

  @Test
  void sameSeedGivesTheSameValues() {
    assertThat(values(new SeededRandom(7))).isEqualTo(values(new SeededRandom(7)));
    assertThat(values(new SeededRandom(7))).isNotEqualTo(values(new SeededRandom(8)));
    assertThat(values(new SeededRandom(7).split())).isEqualTo(values(new SeededRandom(7).split()));
  }

  @Test
  void extremesAndStrangeStringsTurnUpAndStringsAreWellFormed() {
    SeededRandom random = new SeededRandom(1);
    List<Object> seen = Collections.synchronizedList(new ArrayList<>());
    for (int i = 0; i < 5000; i++) {
      seen.add(random.anyInt());
      seen.add(random.anyLong());
      seen.add(random.anyDouble());
      seen.add(random.anyFloat());
      String text = random.anyString(30);
      seen.add(text);
      assertThat(text.length()).isLessThanOrEqualTo(30);
      assertThat(new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8))
          .isEqualTo(text);
      BigDecimal decimal = random.anyDecimal(20);
      assertThat(decimal.precision()).isLessThanOrEqualTo(20);
      assertThat(random.between(3, 5)).isBetween(3, 5);
    }
    assertThat(seen)
        .contains(
            Integer.MIN_VALUE, Long.MAX_VALUE, Double.NaN, -0.0, Float.NaN, "", "\u0000", "null");
  }

  private static List<Object> values(SeededRandom random) {
    List<Object> values = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      values.add(random.anyLong());
      values.add(random.anyString(20));
      values.add(random.anyDecimal(20));
      values.add(random.oneOf(List.of("a", "b", "c")));
      values.add(List.of(random.anyBytes(5).length));
    }
    return values;
  }
}
