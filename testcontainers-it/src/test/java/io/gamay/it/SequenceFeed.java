package io.gamay.it;

import io.gamay.quickstart.kafka.RecordSender;
import io.gamay.quickstart.load.Pacer;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Rows into an empty topic at a steady rate, round its partitions, so that the row at an offset is
 * known: offset o of partition p holds the sequence {@code o * partitions + p}. So whoever is told
 * the offsets that an answer is made of knows the answer.
 */
final class SequenceFeed implements AutoCloseable {
  private static final List<String> CITIES =
      List.of("Lisbon", "Oslo", "Quito", "Nairobi", "Perth", "Hanoi", "Reno");

  /** Longer than any fault of a test: a row that is given up would be missing among its kind. */
  private static final Duration PATIENCE = Duration.ofMinutes(15);

  private static final long FIRST_EVENT_MILLIS = 1_700_000_000_000L;

  private final int partitionCount;
  private final RecordSender sender;
  private final Pacer pacer;
  private final Thread thread;
  private final AtomicLong sentCount = new AtomicLong();
  private volatile boolean isStopped;

  private SequenceFeed(
      String kafka, String topic, int partitionCount, double rowsPerSecond, long rowCount) {
    this.partitionCount = partitionCount;
    this.sender = new RecordSender(kafka, topic, PATIENCE);
    this.pacer = new Pacer(rowsPerSecond, InstantSource.system());
    this.thread = Thread.ofPlatform().name("sequence-feed").daemon().start(() -> send(rowCount));
  }

  /**
   * Starts to send.
   *
   * @param rowCount where it ends by itself
   */
  static SequenceFeed start(
      String kafka, String topic, int partitionCount, double rowsPerSecond, long rowCount) {
    return new SequenceFeed(kafka, topic, partitionCount, rowsPerSecond, rowCount);
  }

  private void send(long rowCount) {
    for (long sequence = 0; sequence < rowCount && !isStopped; sequence++) {
      pacer.awaitTurn(() -> isStopped);
      sentCount.incrementAndGet();
      sender.send((int) (sequence % partitionCount), row(sequence));
    }
    sender.flush();
  }

  static byte[] row(long sequence) {
    String json =
        "{\"sequence\":%d,\"amount\":%d,\"city\":\"%s\",\"event_time\":%d}"
            .formatted(
                sequence,
                sequence % 1_000,
                CITIES.get((int) (sequence % CITIES.size())),
                FIRST_EVENT_MILLIS + sequence);
    return json.getBytes(StandardCharsets.UTF_8);
  }

  /** Rows handed to Kafka; that many and not more can be in any answer given before the call. */
  long sentCount() {
    return sentCount.get();
  }

  /** Ends it and returns how many rows the topic holds; every one sent must be acknowledged. */
  long finish() {
    isStopped = true;
    return awaitEnd();
  }

  /** Waits until it has sent all and returns how many; every one must be acknowledged. */
  long awaitEnd() {
    try {
      thread.join();
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(interrupted);
    }
    if (sender.hasFailed() || sender.acknowledgedCount() != sentCount.get()) {
      throw new AssertionError(
          "%d rows sent, %d acknowledged: %s"
              .formatted(sentCount.get(), sender.acknowledgedCount(), sender.failure()));
    }
    return sentCount.get();
  }

  @Override
  public void close() {
    isStopped = true;
    thread.interrupt();
    sender.close();
  }

  /** What {@code COUNT(*), SUM(sequence), MAX(sequence)} are. */
  record Totals(long count, BigDecimal sum, BigDecimal max) {}

  /**
   * The answer over the first rows of each partition.
   *
   * @param ends the number of rows by partition
   */
  static Totals totals(Map<Integer, Long> ends, int partitionCount) {
    long count = 0;
    long max = -1;
    BigInteger sum = BigInteger.ZERO;
    for (Map.Entry<Integer, Long> partition : ends.entrySet()) {
      long rows = partition.getValue();
      if (rows == 0) {
        continue;
      }
      count += rows;
      max = Math.max(max, (rows - 1) * partitionCount + partition.getKey());
      sum =
          sum.add(BigInteger.valueOf(partitionCount).multiply(sumBelow(rows)))
              .add(BigInteger.valueOf(rows * partition.getKey()));
    }
    return new Totals(count, new BigDecimal(sum), BigDecimal.valueOf(max));
  }

  private static BigInteger sumBelow(long rows) {
    return BigInteger.valueOf(rows).multiply(BigInteger.valueOf(rows - 1)).shiftRight(1);
  }
}
