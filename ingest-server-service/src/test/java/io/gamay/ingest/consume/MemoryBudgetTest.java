package io.gamay.ingest.consume;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.api.Test;

class MemoryBudgetTest {

  private final MemoryBudget budget = new MemoryBudget(1000);
  private Instant now = Instant.EPOCH;

  @Test
  void fullBudgetIsFullUntilAPartOfItIsFree() {
    note("a", 999, 0);
    assertThat(budget.isFull()).isFalse();
    note("a", 1000, 0);
    assertThat(budget.isFull()).isTrue();
    note("a", 950, 0);
    assertThat(budget.isFull()).isTrue();
    note("a", 949, 0);
    assertThat(budget.isFull()).isFalse();
    assertThat(budget.usedBytes()).isEqualTo(949);
  }

  @Test
  void whatIsForgottenIsFree() {
    note("a", 600, 600);
    note("b", 600, 600);
    budget.forget("a", now);
    budget.forget("nobody", now);
    assertThat(budget.isFull()).isFalse();
    assertThat(budget.usedBytes()).isEqualTo(600);
    assertThat(budget.unusedBytes()).isEqualTo(60);
    assertThat(budget.isToEnd("a", now)).isFalse();
  }

  @Test
  void largestSegmentEndsWhenTheBudgetIsNearlyFull() {
    note("a", 300, 300);
    note("b", 400, 400);
    assertThat(budget.isToEnd("b", now)).isFalse();
    note("a", 400, 400);
    assertThat(budget.isToEnd("a", now)).as("of equals the first").isTrue();
    assertThat(budget.isToEnd("b", now)).isFalse();
    note("b", 401, 401);
    assertThat(budget.isToEnd("b", now)).isTrue();
    assertThat(budget.isToEnd("a", now)).isFalse();
  }

  @Test
  void nobodyElseEndsWhileWhatEndsWillFreeEnough() {
    note("a", 500, 500);
    note("b", 450, 0);
    assertThat(budget.isToEnd("a", now)).isFalse();
    note("a", 800, 800);
    assertThat(budget.isToEnd("a", now)).isTrue();
  }

  @Test
  void fullBudgetThatNothingFreesLetsOneSegmentEndAfterTheOther() {
    note("a", 400, 400);
    note("b", 200, 200);
    note("c", 400, 0);
    assertThat(budget.isFull()).isTrue();
    assertThat(budget.isToEnd("a", now)).isFalse();
    now = now.plusSeconds(10);
    assertThat(budget.isToEnd("b", now)).isFalse();
    assertThat(budget.isToEnd("a", now)).isTrue();
    note("a", 400, 0);
    assertThat(budget.isToEnd("b", now)).as("each gets its time").isFalse();
    now = now.plusSeconds(10);
    assertThat(budget.isToEnd("b", now)).isTrue();
  }

  private void note(Object owner, long held, long growing) {
    budget.note(owner, held, held / 10, growing, now);
  }
}
