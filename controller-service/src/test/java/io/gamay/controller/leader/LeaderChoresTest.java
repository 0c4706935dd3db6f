package io.gamay.controller.leader;

import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

final class LeaderChoresTest {

  @Test
  void choreThatEndsInAnErrorComesAgainAndDoesNotHoldUpTheOthers() {
    AtomicInteger failing = new AtomicInteger();
    AtomicInteger other = new AtomicInteger();
    try (LeaderChores chores =
        new LeaderChores("chores-test", new InOffice(), InstantSource.system())) {
      chores
          .add(
              "failing",
              Duration.ofMillis(1),
              false,
              () -> {
                failing.incrementAndGet();
                throw new OutOfMemoryError("on purpose");
              })
          .add("other", Duration.ofMillis(1), false, other::incrementAndGet)
          .start();
      await().atMost(Duration.ofSeconds(20)).until(() -> failing.get() >= 2 && other.get() >= 2);
    }
  }

  private static final class InOffice implements Leadership {
    @Override
    public Optional<LeaderTerm> term() {
      return Optional.of(new LeaderTerm(1, 0));
    }

    @Override
    public void fenced(LeaderTerm term) {
      throw new IllegalStateException("fenced in " + term);
    }
  }
}
