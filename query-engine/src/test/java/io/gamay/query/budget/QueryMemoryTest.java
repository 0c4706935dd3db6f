package io.gamay.query.budget;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gamay.query.budget.QueryBudget.Limits;
import io.gamay.query.budget.QueryBudget.Reservation;
import io.gamay.query.error.QueryErrorCode;
import io.gamay.query.error.QueryException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class QueryMemoryTest {

  private final QueryMemory memory = new QueryMemory(1_000, "give the server more", () -> 0);

  @Test
  void theLargestQueryIsEndedAndItsNeighbourGoesOn() {
    QueryBudget large = open();
    QueryBudget small = open();
    large.reserve().resize(700);
    Reservation held = small.reserve();
    assertThatCode(() -> held.resize(400)).doesNotThrowAnyException();
    assertThatCode(small::check).doesNotThrowAnyException();
    assertThatThrownBy(large::check)
        .isInstanceOfSatisfying(
            QueryException.class,
            e -> assertThat(e.code()).isEqualTo(QueryErrorCode.SERVER_RESOURCE_LIMIT_EXCEEDED))
        .hasMessage(
            "the queries under way need 1100 bytes together, more than their limit of 1000, and this one holds most, 700: try again, narrow the query, or give the server more");
    large.close();
    assertThat(memory.usedBytes()).isEqualTo(400);
    assertThatCode(() -> held.resize(1_000)).doesNotThrowAnyException();
  }

  @Test
  void aNewcomerThatIsTheLargestFailsItself() {
    open().reserve().resize(400);
    QueryBudget newcomer = open();
    assertThatThrownBy(() -> newcomer.reserve().resize(900)).isInstanceOf(QueryException.class);
  }

  @Test
  void onlyAsManyAreEndedAsMustBe() {
    List<QueryBudget> queries = new ArrayList<>();
    for (int bytes : new int[] {150, 400, 200, 200}) {
      QueryBudget budget = open();
      budget.reserve().resize(bytes);
      queries.add(budget);
    }
    queries.getFirst().reserve().resize(100);
    assertThat(queries.stream().map(QueryBudget::goesOn)).containsExactly(true, false, true, true);
  }

  @Test
  void whatAQueryHoldsAtItsEndIsGivenBackOnce() {
    QueryBudget query = open();
    Reservation left = query.reserve();
    left.resize(500);
    query.close();
    query.close();
    left.resize(600);
    left.close();
    assertThat(memory.usedBytes()).isZero();
  }

  @Test
  void whoWaitsForAQueryIsToldOfItsEnd() {
    QueryBudget query = open();
    AtomicReference<String> told = new AtomicReference<>("");
    CompletableFuture<Void> end =
        query.ended().thenAccept(e -> told.set(String.valueOf(e.getMessage())));
    assertThat(end).isNotDone();
    query.cancel("client went away");
    query.cancel("later");
    assertThat(told).hasValue("query cancelled: client went away");
  }

  @Test
  void sumIsRightWhenManyThreadsCount() throws Exception {
    QueryMemory large = new QueryMemory(Long.MAX_VALUE, "", () -> 0);
    List<Thread> threads = new ArrayList<>();
    for (int thread = 0; thread < 4; thread++) {
      threads.add(
          Thread.ofPlatform()
              .start(
                  () -> {
                    for (int round = 0; round < 2_000; round++) {
                      try (QueryBudget query = large.open(Duration.ofDays(1), Limits.NONE)) {
                        query.reserve().resize(round);
                        query.reserve().resize(7);
                      }
                    }
                  }));
    }
    for (Thread thread : threads) {
      thread.join();
    }
    assertThat(large.usedBytes()).isZero();
  }

  private QueryBudget open() {
    return memory.open(Duration.ofDays(1), Limits.NONE);
  }
}
