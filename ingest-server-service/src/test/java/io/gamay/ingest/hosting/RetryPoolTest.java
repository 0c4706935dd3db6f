package io.gamay.ingest.hosting;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class RetryPoolTest {

  private static final int THREADS = 2;
  private static final int PIECES = 12;

  @Test
  void noMorePiecesRunAtATimeThanThereAreThreadsAndAllEnd() throws Exception {
    AtomicInteger running = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    CountDownLatch ended = new CountDownLatch(PIECES);
    CyclicBarrier pair = new CyclicBarrier(THREADS);
    try (RetryPool pool = pool(THREADS)) {
      for (int piece = 0; piece < PIECES; piece++) {
        pool.submit(
            piece,
            piece(
                () -> {
                  most.accumulateAndGet(running.incrementAndGet(), Math::max);
                  pair.await();
                  running.decrementAndGet();
                  pair.await();
                  ended.countDown();
                }));
      }
      assertThat(ended.await(30, TimeUnit.SECONDS)).isTrue();
    }
    assertThat(most.get()).isEqualTo(THREADS);
  }

  @Test
  void whatWaitsIsCountedAndBeginsInItsTurn() throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch go = new CountDownLatch(1);
    CountDownLatch ended = new CountDownLatch(PIECES);
    List<Integer> order = new ArrayList<>();
    try (RetryPool pool = pool(1)) {
      pool.submit(
          0,
          piece(
              () -> {
                begun.countDown();
                go.await();
                order.add(0);
                ended.countDown();
              }));
      assertThat(begun.await(30, TimeUnit.SECONDS)).isTrue();
      for (int piece = 1; piece < PIECES; piece++) {
        int number = piece;
        pool.submit(
            number,
            piece(
                () -> {
                  order.add(number);
                  ended.countDown();
                }));
        pool.submit(number, piece(() -> order.add(-1)));
      }
      assertThat(pool.runningCount()).isEqualTo(1);
      assertThat(pool.waitingCount()).isEqualTo(PIECES - 1);
      assertThat(pool.isWaiting(0)).isFalse();
      assertThat(pool.isWaiting(1)).isTrue();
      assertThat(pool.isWaiting("unknown")).isFalse();
      assertThat(pool.busyKeys()).hasSize(PIECES).contains(0, 1);
      go.countDown();
      assertThat(ended.await(30, TimeUnit.SECONDS)).isTrue();
    }
    assertThat(order).isSorted().hasSize(PIECES);
  }

  @Test
  void pieceThatFailsWaitsForItsNextTryAndHoldsUpNobody() throws Exception {
    AtomicInteger tries = new AtomicInteger();
    AtomicInteger failures = new AtomicInteger();
    CountDownLatch ended = new CountDownLatch(2);
    try (RetryPool pool = pool(1)) {
      pool.submit(
          "fails once",
          new RetryPool.Attempt() {
            @Override
            public void run() {
              if (tries.incrementAndGet() == 1) {
                throw new IllegalStateException("once");
              }
              ended.countDown();
            }

            @Override
            public boolean isWanted() {
              return true;
            }

            @Override
            public void onFailure(Throwable failure) {
              failures.incrementAndGet();
            }
          });
      pool.submit("other", piece(ended::countDown));
      assertThat(ended.await(30, TimeUnit.SECONDS)).isTrue();
    }
    assertThat(tries.get()).isEqualTo(2);
    assertThat(failures.get()).isEqualTo(1);
  }

  @Test
  void pieceThatIsHurriedDoesNotWaitForItsNextTry() throws Exception {
    CountDownLatch failed = new CountDownLatch(1);
    CountDownLatch succeeded = new CountDownLatch(1);
    AtomicInteger tries = new AtomicInteger();
    try (RetryPool pool =
        new RetryPool("test", 1, Thread.NORM_PRIORITY, Duration.ofHours(1), Duration.ofHours(1))) {
      pool.submit(
          "key",
          new RetryPool.Attempt() {
            @Override
            public void run() {
              if (tries.incrementAndGet() == 1) {
                throw new IllegalStateException("not yet");
              }
              succeeded.countDown();
            }

            @Override
            public boolean isWanted() {
              return true;
            }

            @Override
            public void onFailure(Throwable failure) {
              failed.countDown();
            }
          });
      assertThat(failed.await(30, TimeUnit.SECONDS)).isTrue();
      while (succeeded.getCount() > 0) {
        pool.hurry("key");
        Thread.onSpinWait();
      }
      pool.hurry("key");
      pool.hurry("unknown");
    }
    assertThat(tries.get()).isEqualTo(2);
  }

  @Test
  void pieceThatIsHurriedAllTheTimeIsNeverUnderWayTwice() throws Exception {
    int tries = 2_000;
    AtomicInteger underWay = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    AtomicInteger done = new AtomicInteger();
    CountDownLatch ended = new CountDownLatch(1);
    try (RetryPool pool =
        new RetryPool("test", 4, Thread.NORM_PRIORITY, Duration.ZERO, Duration.ZERO)) {
      pool.submit(
          "key",
          new RetryPool.Attempt() {
            @Override
            public void run() {
              most.accumulateAndGet(underWay.incrementAndGet(), Math::max);
              Thread.onSpinWait();
              underWay.decrementAndGet();
              if (done.incrementAndGet() < tries) {
                throw new IllegalStateException("not yet");
              }
              ended.countDown();
            }

            @Override
            public boolean isWanted() {
              return true;
            }

            @Override
            public void onFailure(Throwable failure) {}
          });
      while (ended.getCount() > 0) {
        pool.hurry("key");
        Thread.onSpinWait();
      }
      await().until(() -> !pool.isBusy("key"));
    }
    assertThat(most.get()).isEqualTo(1);
    assertThat(done.get()).isEqualTo(tries);
  }

  @Test
  void pieceThatFailsInSayingWhetherItIsWantedOrWhatFailedIsTriedAgain() throws Exception {
    AtomicInteger tries = new AtomicInteger();
    CountDownLatch ended = new CountDownLatch(1);
    try (RetryPool pool = pool(1)) {
      pool.submit(
          "key",
          new RetryPool.Attempt() {
            @Override
            public void run() {
              ended.countDown();
            }

            @Override
            public boolean isWanted() {
              if (tries.incrementAndGet() < 3) {
                throw new IllegalStateException("not to be told now");
              }
              return true;
            }

            @Override
            public void onFailure(Throwable failure) {
              throw new IllegalStateException("not to be heard now");
            }
          });
      assertThat(ended.await(30, TimeUnit.SECONDS)).isTrue();
    }
    assertThat(tries.get()).isEqualTo(3);
  }

  @Test
  void threadsHaveThePriorityThatTheirPoolWasGiven() throws InterruptedException {
    AtomicInteger priority = new AtomicInteger();
    CountDownLatch ended = new CountDownLatch(1);
    try (RetryPool pool =
        new RetryPool("test", 1, Thread.MIN_PRIORITY, Duration.ofMillis(1), Duration.ofMillis(1))) {
      pool.submit(
          "key",
          piece(
              () -> {
                priority.set(Thread.currentThread().getPriority());
                ended.countDown();
              }));
      assertThat(ended.await(30, TimeUnit.SECONDS)).isTrue();
    }
    assertThat(priority.get()).isEqualTo(Thread.MIN_PRIORITY);
  }

  private static RetryPool pool(int threads) {
    return new RetryPool(
        "test", threads, Thread.NORM_PRIORITY, Duration.ofMillis(1), Duration.ofMillis(1));
  }

  private interface Work {
    void run() throws Exception;
  }

  private static RetryPool.Attempt piece(Work work) {
    return new RetryPool.Attempt() {
      @Override
      public void run() throws Exception {
        work.run();
      }

      @Override
      public boolean isWanted() {
        return true;
      }

      @Override
      public void onFailure(Throwable failure) {
        throw new AssertionError(failure);
      }
    };
  }
}
