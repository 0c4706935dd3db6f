package io.gamay.quickstart.kafka;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/**
 * Records into one topic, each written exactly once and in order per partition: idempotent, and
 * counted when all in-sync replicas have acknowledged it. The first failure stays; what was
 * acknowledged before and after it is still counted. One thread sends.
 *
 * <p>One request is on its way at a time. With more, a partition whose leader has just come up can
 * refuse a batch and accept the next one, because a broker that has no state of a producer takes
 * any first sequence number; the refused batch is then out of order for ever and times out.
 */
public final class RecordSender implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private final KafkaProducer<byte[], byte[]> producer;
  private final String topic;
  private final AtomicLong acknowledgedCount = new AtomicLong();
  private final AtomicLong failedCount = new AtomicLong();
  private long sentCount;
  private final AtomicReference<@Nullable Exception> failure = new AtomicReference<>();

  public RecordSender(String bootstrapAddress, String topic) {
    this(bootstrapAddress, topic, PATIENCE);
  }

  /**
   * @param patience how long Kafka may be away before a record is given up
   */
  public RecordSender(String bootstrapAddress, String topic, Duration patience) {
    this.topic = topic;
    this.producer =
        new KafkaProducer<>(
            Map.of(
                ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
                bootstrapAddress,
                ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG,
                true,
                ProducerConfig.ACKS_CONFIG,
                "all",
                ProducerConfig.MAX_IN_FLIGHT_REQUESTS_PER_CONNECTION,
                1,
                ProducerConfig.LINGER_MS_CONFIG,
                5,
                ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG,
                Math.toIntExact(patience.toMillis()),
                ProducerConfig.MAX_BLOCK_MS_CONFIG,
                patience.toMillis(),
                ProducerConfig.BATCH_SIZE_CONFIG,
                256 << 10,
                ProducerConfig.COMPRESSION_TYPE_CONFIG,
                "lz4",
                ProducerConfig.MAX_REQUEST_SIZE_CONFIG,
                EmbeddedKafka.MAX_RECORD_BYTES),
            new ByteArraySerializer(),
            new ByteArraySerializer());
  }

  /** Sends without a key to one partition; waits while the producer's buffer is full. */
  public void send(int partition, byte[] value) {
    send(new ProducerRecord<>(topic, partition, null, value));
  }

  /** Sends to the key's partition; waits while the producer's buffer is full. */
  public void sendKeyed(byte[] key, byte[] value) {
    send(new ProducerRecord<>(topic, key, value));
  }

  private void send(ProducerRecord<byte[], byte[]> record) {
    try {
      var _ = producer.send(record, (_, problem) -> settle(problem));
      sentCount++;
    } catch (InterruptException interrupted) {
      Thread.currentThread().interrupt();
      failure.compareAndSet(null, interrupted);
    } catch (RuntimeException refused) {
      failure.compareAndSet(null, refused);
    }
  }

  private void settle(@Nullable Exception problem) {
    if (problem == null) {
      acknowledgedCount.incrementAndGet();
    } else {
      failedCount.incrementAndGet();
      failure.compareAndSet(null, problem);
    }
  }

  /** Records sent whose fate is not known yet; for the sending thread. */
  public long inFlightCount() {
    return sentCount - acknowledgedCount.get() - failedCount.get();
  }

  /** Returns when every record sent has been acknowledged or has failed. */
  public void flush() {
    try {
      producer.flush();
    } catch (InterruptException interrupted) {
      Thread.currentThread().interrupt();
      failure.compareAndSet(null, interrupted);
    }
  }

  public long acknowledgedCount() {
    return acknowledgedCount.get();
  }

  public boolean hasFailed() {
    return failure.get() != null;
  }

  /** Why the first record that failed did. */
  public Optional<String> failure() {
    return Optional.ofNullable(failure.get()).map(Exception::toString);
  }

  /** Waits a little for records on their way, then gives up on them. */
  @Override
  public void close() {
    producer.close(Duration.ofSeconds(10));
  }
}
