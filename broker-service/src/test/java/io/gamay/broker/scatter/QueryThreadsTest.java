package io.gamay.broker.scatter;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

@Timeout(20)
class QueryThreadsTest {

  private final QueryThreads threads = QueryThreads.start(2);
  private final CountDownLatch gate = new CountDownLatch(1);

  @AfterEach
  void dispose() {
    gate.countDown();
    threads.dispose();
  }

  @Test
  void usualWorkIsDoneWhileLargeWorkTakesAllOfItsThreads() {
    for (int number = 0; number < 10; number++) {
      hold(threads.forText(QueryThreads.MOST_USUAL_CHARACTERS + 1));
      hold(threads.forBytes(QueryThreads.MOST_USUAL_BYTES + 1));
    }
    assertThat(priorityOn(threads.forText(QueryThreads.MOST_USUAL_CHARACTERS)))
        .isEqualTo(Thread.NORM_PRIORITY);
    assertThat(priorityOn(threads.forBytes(QueryThreads.MOST_USUAL_BYTES)))
        .isEqualTo(Thread.NORM_PRIORITY);
    gate.countDown();
    assertThat(priorityOn(threads.large())).isEqualTo(Thread.MIN_PRIORITY);
  }

  @Test
  void whatComesAfterALongTaskNeedNotWaitForItsThread() {
    hold(threads.usual());
    for (int number = 0; number < 20; number++) {
      assertThat(priorityOn(threads.usual())).isEqualTo(Thread.NORM_PRIORITY);
    }
  }

  /** Takes a thread until the gate opens. */
  private void hold(Scheduler scheduler) {
    var _ =
        scheduler.schedule(
            () -> {
              try {
                gate.await();
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            });
  }

  private static int priorityOn(Scheduler scheduler) {
    return Mono.fromCallable(() -> Thread.currentThread().getPriority())
        .subscribeOn(scheduler)
        .blockOptional()
        .orElseThrow();
  }
}
