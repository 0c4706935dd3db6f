package io.gamay.cluster.store;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.apache.zookeeper.KeeperException;

/**
 * Collects the answers to many reads that are under way together. ZooKeeper's event thread brings
 * them, one thread waits.
 */
final class ReadBatch<T> {

  private final Map<String, T> answers = new ConcurrentHashMap<>();
  private final AtomicReference<KeeperException.Code> failure =
      new AtomicReference<>(KeeperException.Code.OK);
  private final CountDownLatch missing;

  ReadBatch(int requests) {
    this.missing = new CountDownLatch(requests);
  }

  /**
   * @param code of ZooKeeper's; a node that does not exist is no failure
   * @param value what was read, if it was
   */
  void answered(int code, String path, Supplier<T> value) {
    KeeperException.Code result = KeeperException.Code.get(code);
    switch (result) {
      case OK -> answers.put(path, value.get());
      case NONODE -> {}
      default -> failure.compareAndSet(KeeperException.Code.OK, result);
    }
    missing.countDown();
  }

  /**
   * Waits for the last answer.
   *
   * @throws KeeperException the first failure, also if the answers do not come in time
   */
  Map<String, T> await(Duration timeout) throws KeeperException, InterruptedException {
    if (!missing.await(timeout.toMillis(), TimeUnit.MILLISECONDS)) {
      throw KeeperException.create(KeeperException.Code.OPERATIONTIMEOUT);
    }
    KeeperException.Code first = failure.get();
    if (first != KeeperException.Code.OK) {
      throw KeeperException.create(first);
    }
    return answers;
  }
}
