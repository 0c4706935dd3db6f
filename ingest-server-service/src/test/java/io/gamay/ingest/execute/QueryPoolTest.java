package io.gamay.ingest.execute;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gamay.query.budget.ThreadUsage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class QueryPoolTest {

  /** A piece that takes less need not have another beside it. */
  private static final Duration LONG_ENOUGH_TO_CALL = Duration.ofNanos(200_000);

  /** Takes no piece for a long one. */
  private final QueryPool pool = new QueryPool(1, Duration.ofMinutes(1));

  private final QueryPool sliced = new QueryPool(1);
  private final List<String> order = Collections.synchronizedList(new ArrayList<>());

  @AfterEach
  void close() {
    pool.close();
    sliced.close();
  }

  @Test
  void smallQueryIsServedBetweenThePiecesOfALargeOne() throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch gate = new CountDownLatch(1);
    Runnable first =
        () -> {
          begun.countDown();
          waiting(gate).run();
          turning(pool, Duration.ofMillis(1));
        };
    CompletableFuture<ThreadUsage> large =
        pool.run(List.of(first, slow("large 2"), slow("large 3"), slow("large 4")));
    waiting(begun).run();
    CompletableFuture<ThreadUsage> small = pool.run(List.of(slow("small 1"), slow("small 2")));
    gate.countDown();
    CompletableFuture.allOf(large, small).get(10, TimeUnit.SECONDS);
    assertThat(order).containsExactly("large 2", "small 1", "large 3", "small 2", "large 4");
  }

  @Test
  void shortPiecesOfAQueryAreRunInOneTurn() throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch gate = new CountDownLatch(1);
    Runnable first =
        () -> {
          begun.countDown();
          waiting(gate).run();
          turning(pool, Duration.ofMillis(1));
        };
    CompletableFuture<ThreadUsage> large = pool.run(List.of(first, slow("large")));
    waiting(begun).run();
    CompletableFuture<ThreadUsage> small =
        pool.run(List.of(note("small 1"), note("small 2"), note("small 3")));
    gate.countDown();
    CompletableFuture.allOf(large, small).get(10, TimeUnit.SECONDS);
    assertThat(order.indexOf("small 3")).isEqualTo(order.indexOf("small 1") + 2);
  }

  /** A piece that is worth a turn of its own. */
  private Runnable slow(String name) {
    return () -> {
      note(name).run();
      turning(pool, Duration.ofMillis(1));
    };
  }

  @Test
  void failureEndsTheQueryWithoutItsOtherPiecesAndNoOtherQuery() throws Exception {
    CompletableFuture<ThreadUsage> failing =
        pool.run(
            List.of(
                () -> {
                  throw new IllegalStateException("broken");
                },
                note("never")));
    CompletableFuture<ThreadUsage> other = pool.run(List.of(note("other")));
    assertThatThrownBy(() -> failing.get(10, TimeUnit.SECONDS))
        .isInstanceOf(ExecutionException.class)
        .hasMessageContaining("broken");
    other.get(10, TimeUnit.SECONDS);
    assertThat(order).containsExactly("other");
  }

  @Test
  void abandonedQueryLeavesOutWhatHasNotBegunAndEndsWithItsLastPiece() throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch gate = new CountDownLatch(1);
    CompletableFuture<ThreadUsage> running =
        pool.run(
            List.of(
                () -> {
                  begun.countDown();
                  waiting(gate).run();
                },
                note("never")));
    waiting(begun).run();
    CompletableFuture<ThreadUsage> queued = pool.run(List.of(note("not begun")));
    CompletableFuture<ThreadUsage> other = pool.run(List.of(note("other")));
    pool.abandon(queued, new IllegalStateException("abandoned"));
    assertThatThrownBy(queued::get).hasMessageContaining("abandoned");
    pool.abandon(running, new IllegalStateException("abandoned"));
    assertThat(running).as("a piece runs").isNotDone();
    gate.countDown();
    assertThatThrownBy(() -> running.get(10, TimeUnit.SECONDS)).hasMessageContaining("abandoned");
    other.get(10, TimeUnit.SECONDS);
    pool.abandon(other, new IllegalStateException("too late"));
    assertThat(order).containsExactly("other");
  }

  @Test
  void futureEndsOnlyWhenNoPieceRunsAnyMore() throws Exception {
    try (QueryPool two = new QueryPool(2)) {
      CountDownLatch gate = new CountDownLatch(1);
      AtomicInteger ended = new AtomicInteger();
      CountDownLatch started = new CountDownLatch(1);
      CompletableFuture<ThreadUsage> run =
          two.run(
              List.of(
                  () -> {
                    started.countDown();
                    waiting(gate).run();
                    ended.incrementAndGet();
                  },
                  () -> {
                    waiting(started).run();
                    throw new IllegalStateException("broken");
                  }));
      waiting(started).run();
      assertThat(run).isNotDone();
      gate.countDown();
      assertThatThrownBy(() -> run.get(10, TimeUnit.SECONDS)).hasMessageContaining("broken");
      assertThat(ended).hasValue(1);
    }
  }

  @Test
  void queryHasAsManyThreadsAtATimeAsItAsksFor() throws Exception {
    try (QueryPool four = new QueryPool(4)) {
      AtomicInteger running = new AtomicInteger();
      AtomicInteger most = new AtomicInteger();
      AtomicInteger ended = new AtomicInteger();
      CyclicBarrier two = new CyclicBarrier(2);
      Runnable piece =
          () -> {
            most.accumulateAndGet(running.incrementAndGet(), Math::max);
            turning(four, LONG_ENOUGH_TO_CALL);
            await(two);
            running.decrementAndGet();
            ended.incrementAndGet();
          };
      four.run(Collections.nCopies(2_000, piece), 2).get(20, TimeUnit.SECONDS);
      assertThat(ended).hasValue(2_000);
      assertThat(most).hasValue(2);
    }
  }

  @Test
  void queryThatHasAllItsThreadsLeavesTheOthersToTheNextAndCanBeAbandoned() throws Exception {
    try (QueryPool two = new QueryPool(2)) {
      CountDownLatch begun = new CountDownLatch(1);
      CountDownLatch gate = new CountDownLatch(1);
      Runnable first =
          () -> {
            begun.countDown();
            waiting(gate).run();
          };
      CompletableFuture<ThreadUsage> one = two.run(List.of(first, note("never"), note("never")), 1);
      waiting(begun).run();
      two.run(List.of(note("other 1"), note("other 2"))).get(10, TimeUnit.SECONDS);
      two.abandon(one, new IllegalStateException("abandoned"));
      assertThat(one).as("a piece runs").isNotDone();
      gate.countDown();
      assertThatThrownBy(() -> one.get(10, TimeUnit.SECONDS)).hasMessageContaining("abandoned");
      assertThat(order).containsExactlyInAnyOrder("other 1", "other 2");
    }
  }

  /** Takes no processor time to speak of. */
  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void await(CyclicBarrier barrier) {
    try {
      barrier.await(10, TimeUnit.SECONDS);
    } catch (InterruptedException | BrokenBarrierException | TimeoutException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void shortPiecesAreRunByOneThreadAndLongOnesBySeveral() throws Exception {
    try (QueryPool four = new QueryPool(4)) {
      Set<String> threads = ConcurrentHashMap.newKeySet();
      Runnable piece = () -> threads.add(Thread.currentThread().getName());
      for (int query = 0; query < 50; query++) {
        threads.clear();
        four.run(List.of(piece, piece, piece)).get(10, TimeUnit.SECONDS);
        if (threads.size() == 1) {
          break;
        }
      }
      assertThat(threads).hasSize(1);
      Runnable turns =
          () -> {
            piece.run();
            turning(four, Duration.ofMillis(20));
          };
      threads.clear();
      ThreadUsage used = four.run(Collections.nCopies(8, turns)).get(10, TimeUnit.SECONDS);
      assertThat(threads).hasSizeGreaterThan(1);
      assertThat(used.cpuNanos()).isPositive();
    }
  }

  @Test
  void queryWithoutPiecesIsOverAtOnce() {
    assertThat(pool.run(List.of())).isCompleted();
  }

  @Test
  void closedPoolRefuses() {
    pool.close();
    assertThatThrownBy(() -> pool.run(List.of(note("late"))).get())
        .isInstanceOf(CancellationException.class);
  }

  @Test
  void quickQueryIsServedWhileALongPieceRuns() throws Exception {
    CountDownLatch gate = new CountDownLatch(1);
    CompletableFuture<ThreadUsage> endless =
        sliced.run(List.of(turningUntil(gate), note("second piece")));
    sliced.run(List.of(note("quick"))).get(10, TimeUnit.SECONDS);
    assertThat(endless).isNotDone();
    gate.countDown();
    endless.get(10, TimeUnit.SECONDS);
    assertThat(order).containsExactly("quick", "second piece");
  }

  @Test
  void longPiecesTakeTurnsAndAQuickOneIsServedBetweenThem() throws Exception {
    CountDownLatch gate = new CountDownLatch(1);
    List<AtomicInteger> turns = new ArrayList<>();
    List<CompletableFuture<ThreadUsage>> heavy = new ArrayList<>();
    AtomicInteger atOnce = new AtomicInteger();
    AtomicInteger mostAtOnce = new AtomicInteger();
    for (int query = 0; query < 5; query++) {
      AtomicInteger own = new AtomicInteger();
      turns.add(own);
      heavy.add(sliced.run(List.of(counted(own, atOnce, mostAtOnce, gate))));
    }
    for (AtomicInteger own : turns) {
      Awaitility.await().until(() -> own.get() >= 5);
    }
    mostAtOnce.set(0);
    sliced.run(List.of(note("quick"))).get(10, TimeUnit.SECONDS);
    Awaitility.await().until(() -> turns.getFirst().get() >= 20);
    gate.countDown();
    CompletableFuture.allOf(heavy.toArray(CompletableFuture<?>[]::new)).get(10, TimeUnit.SECONDS);
    assertThat(order).containsExactly("quick");
    assertThat(mostAtOnce).as("long pieces at a time").hasValue(1);
  }

  @Test
  void longPiecesOfOneQueryHaveAllPlacesThatNobodyElseWants() throws Exception {
    try (QueryPool two = new QueryPool(2)) {
      CyclicBarrier both = new CyclicBarrier(2);
      Runnable meets =
          () -> {
            turning(two, Duration.ofMillis(50));
            meet(both);
          };
      two.run(List.of(meets, meets)).get(10, TimeUnit.SECONDS);
    }
  }

  @Test
  void heldUpPieceOfAQueryThatIsOverGoesOnToItsEnd() throws Exception {
    CountDownLatch gate = new CountDownLatch(1);
    CountDownLatch holds = new CountDownLatch(1);
    AtomicBoolean isOver = new AtomicBoolean();
    CountDownLatch turned = new CountDownLatch(1);
    Runnable ended =
        () -> {
          turned.countDown();
          while (!isOver.get()) {
            sliced.pause(isOver::get);
          }
        };
    Runnable keepsItsPlace =
        () -> {
          turning(sliced, Duration.ofMillis(50));
          holds.countDown();
          waiting(gate).run();
        };
    CompletableFuture<ThreadUsage> other = sliced.run(List.of(keepsItsPlace));
    waiting(holds).run();
    CompletableFuture<ThreadUsage> cancelled = sliced.run(List.of(ended));
    waiting(turned).run();
    Awaitility.await().until(() -> sliced.besideQuickOnes() == 2);
    assertThat(cancelled).isNotDone();
    isOver.set(true);
    cancelled.get(10, TimeUnit.SECONDS);
    gate.countDown();
    other.get(10, TimeUnit.SECONDS);
  }

  @Test
  void quickPiecesHaveAllPlacesThatALongQueryGaveAway() throws Exception {
    try (QueryPool four = new QueryPool(4)) {
      CountDownLatch gate = new CountDownLatch(1);
      Runnable turns =
          () -> {
            while (gate.getCount() > 0) {
              four.pause(() -> false);
              Thread.onSpinWait();
            }
          };
      CompletableFuture<ThreadUsage> heavy = four.run(Collections.nCopies(4, turns));
      Awaitility.await().until(() -> four.besideQuickOnes() == 4);
      CyclicBarrier all = new CyclicBarrier(4);
      Runnable meets =
          () -> {
            turning(four, LONG_ENOUGH_TO_CALL);
            meet(all);
          };
      four.run(Collections.nCopies(4, meets)).get(10, TimeUnit.SECONDS);
      gate.countDown();
      heavy.get(10, TimeUnit.SECONDS);
    }
  }

  @Test
  void quickQueryIsServedBesideAPieceThatNeverGivesWay() throws Exception {
    CountDownLatch gate = new CountDownLatch(1);
    CompletableFuture<ThreadUsage> stubborn = sliced.run(List.of(waiting(gate)));
    sliced.run(List.of(note("quick"), note("too"))).get(5, TimeUnit.SECONDS);
    assertThat(stubborn).isNotDone();
    gate.countDown();
    stubborn.get(10, TimeUnit.SECONDS);
  }

  @Test
  void pieceThatWasHeldUpWithoutWorkingIsQuickAgainWhenItGoesOn() throws Exception {
    CountDownLatch gate = new CountDownLatch(1);
    CompletableFuture<ThreadUsage> heavy = sliced.run(List.of(turningUntil(gate)));
    Awaitility.await().until(() -> sliced.besideQuickOnes() == 1);
    CountDownLatch data = new CountDownLatch(1);
    Runnable waitsForData =
        () -> {
          await(data);
          sliced.pause(() -> false);
          order.add("not quick " + sliced.besideQuickOnes());
        };
    CompletableFuture<ThreadUsage> heldUp =
        sliced.run(List.of(waitsForData, note("second piece")), 1);
    CompletableFuture<ThreadUsage> quick = sliced.run(List.of(note("quick")));
    Awaitility.await().until(() -> sliced.besideQuickOnes() == 2);
    quick.get(10, TimeUnit.SECONDS);
    data.countDown();
    heldUp.get(10, TimeUnit.SECONDS);
    assertThat(heavy).isNotDone();
    gate.countDown();
    heavy.get(10, TimeUnit.SECONDS);
    assertThat(order).containsExactly("quick", "not quick 1", "second piece");
  }

  @Test
  void pieceHasLowPriorityFromTheMomentOnWhenItIsLong() throws Exception {
    for (int query = 0; query < 3; query++) {
      Runnable piece =
          () -> {
            assertThat(Thread.currentThread().getPriority()).isEqualTo(Thread.NORM_PRIORITY);
            while (Thread.currentThread().getPriority() > Thread.MIN_PRIORITY) {
              sliced.pause(() -> false);
            }
          };
      sliced.run(List.of(piece)).get(10, TimeUnit.SECONDS);
    }
  }

  @Test
  void longQueryGoesOnBesideAQuickPieceThatIsHeldUp() throws Exception {
    CountDownLatch gate = new CountDownLatch(1);
    CompletableFuture<ThreadUsage> served = sliced.run(List.of(turningUntil(gate)));
    Awaitility.await().until(() -> sliced.besideQuickOnes() == 1);
    Runnable becomesLong =
        () -> {
          while (Thread.currentThread().getPriority() > Thread.MIN_PRIORITY) {
            sliced.pause(() -> false);
          }
        };
    CompletableFuture<ThreadUsage> heldUp = sliced.run(List.of(waiting(gate)));
    sliced.run(List.of(becomesLong, becomesLong, note("last piece")), 1).get(10, TimeUnit.SECONDS);
    assertThat(served).isNotDone();
    assertThat(heldUp).isNotDone();
    gate.countDown();
    CompletableFuture.allOf(served, heldUp).get(10, TimeUnit.SECONDS);
  }

  @Test
  void longQueryBeginsItsPiecesInTurnsWithThoseThatOthersHaveBegun() throws Exception {
    CountDownLatch gate = new CountDownLatch(1);
    CompletableFuture<ThreadUsage> first = sliced.run(List.of(turningUntil(gate)));
    CompletableFuture<ThreadUsage> second = sliced.run(List.of(turningUntil(gate)));
    Runnable piece = () -> turning(sliced, Duration.ofMillis(30));
    sliced.run(List.of(piece, piece, piece)).get(15, TimeUnit.SECONDS);
    assertThat(first).isNotDone();
    gate.countDown();
    CompletableFuture.allOf(first, second).get(10, TimeUnit.SECONDS);
  }

  @Test
  void queryThatIsLongOnlyJustNeedNotWaitForAllThatAreLonger() throws Exception {
    CountDownLatch gate = new CountDownLatch(1);
    AtomicInteger changes = new AtomicInteger();
    AtomicInteger last = new AtomicInteger(-1);
    List<AtomicInteger> blocks = new ArrayList<>();
    List<CompletableFuture<ThreadUsage>> heavy = new ArrayList<>();
    for (int query = 0; query < 12; query++) {
      int number = query;
      AtomicInteger own = new AtomicInteger();
      blocks.add(own);
      Runnable work =
          () -> {
            while (gate.getCount() > 0) {
              if (last.getAndSet(number) != number) {
                changes.incrementAndGet();
              }
              own.incrementAndGet();
              busy(Duration.ofMillis(1));
              sliced.pause(() -> false);
            }
          };
      heavy.add(sliced.run(List.of(work)));
    }
    for (AtomicInteger own : blocks) {
      Awaitility.await().until(() -> own.get() >= 40);
    }
    int before = changes.get();
    sliced.run(List.of(() -> turning(sliced, Duration.ofMillis(15)))).get(10, TimeUnit.SECONDS);
    assertThat(changes.get() - before).as("turns of others meanwhile").isLessThan(9);
    gate.countDown();
    CompletableFuture.allOf(heavy.toArray(CompletableFuture<?>[]::new)).get(10, TimeUnit.SECONDS);
  }

  /** Works, and counts the blocks between which it may be held up. */
  private Runnable counted(
      AtomicInteger blocks, AtomicInteger atOnce, AtomicInteger mostAtOnce, CountDownLatch gate) {
    return () -> {
      while (gate.getCount() > 0) {
        mostAtOnce.accumulateAndGet(atOnce.incrementAndGet(), Math::max);
        busy(Duration.ofMillis(2));
        atOnce.decrementAndGet();
        blocks.incrementAndGet();
        sliced.pause(() -> false);
      }
    };
  }

  private Runnable turningUntil(CountDownLatch gate) {
    return () -> {
      while (gate.getCount() > 0) {
        sliced.pause(() -> false);
        Thread.onSpinWait();
      }
    };
  }

  private static void turning(QueryPool in, Duration time) {
    long start = System.nanoTime();
    while (System.nanoTime() - start < time.toNanos()) {
      in.pause(() -> false);
      Thread.onSpinWait();
    }
  }

  private static void busy(Duration time) {
    long start = System.nanoTime();
    while (System.nanoTime() - start < time.toNanos()) {
      Thread.onSpinWait();
    }
  }

  private static void meet(CyclicBarrier barrier) {
    try {
      barrier.await(10, TimeUnit.SECONDS);
    } catch (InterruptedException | BrokenBarrierException | TimeoutException e) {
      throw new IllegalStateException(e);
    }
  }

  private Runnable note(String text) {
    return () -> order.add(text);
  }

  private static Runnable waiting(CountDownLatch gate) {
    return () -> {
      try {
        assertThat(gate.await(10, TimeUnit.SECONDS)).isTrue();
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
    };
  }
}
