package io.gamay.ingest.stream;

import static java.util.Objects.requireNonNull;

import io.gamay.segment.ledger.OffsetRange;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.LogTruncationException;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.kafka.core.DefaultKafkaConsumerFactory;
import org.springframework.kafka.listener.BatchInterceptor;
import org.springframework.kafka.listener.BatchMessageListener;
import org.springframework.kafka.listener.CommonErrorHandler;
import org.springframework.kafka.listener.ContainerProperties;
import org.springframework.kafka.listener.KafkaMessageListenerContainer;
import org.springframework.kafka.listener.MessageListenerContainer;
import org.springframework.kafka.support.Acknowledgment;
import org.springframework.kafka.support.TopicPartitionOffset;

/**
 * One Spring Kafka listener container on one partition. The container's thread is the partition's
 * thread. Records come through its batch listener; polls without records are seen through the
 * interceptor that it calls around every poll, since the position may move without records (control
 * records, aborted transactions).
 *
 * <p>All fields but {@link #trouble} belong to the partition's thread.
 */
final class KafkaPartitionStream
    implements PartitionStream,
        BatchInterceptor<ByteBuffer, ByteBuffer>,
        BatchMessageListener<ByteBuffer, ByteBuffer>,
        CommonErrorHandler {

  private static final Logger LOG = LoggerFactory.getLogger(KafkaPartitionStream.class);
  private static final Duration QUESTION_TIMEOUT = Duration.ofSeconds(5);
  private static final Duration PAUSED_QUESTION_TIMEOUT = Duration.ofSeconds(1);
  private static final Duration AUTHORIZATION_RETRY = Duration.ofSeconds(10);

  private final TopicPartition partition;
  private final TopicIdentity identity;
  private final StreamListener listener;
  private final KafkaMessageListenerContainer<ByteBuffer, ByteBuffer> container;

  /** Where the next batch starts: behind the last one that was delivered. */
  private long position;

  private @Nullable Consumer<ByteBuffer, ByteBuffer> consumer;
  private boolean deliveredSincePoll;
  private boolean failed;
  private boolean isPausedByListener;

  /** The end that Kafka told on demand: a paused consumer does not fetch, and so hears of none. */
  private OptionalLong endWhilePaused = OptionalLong.empty();

  private final PollFailures pollFailures = new PollFailures();
  private volatile String trouble = "";

  KafkaPartitionStream(
      Map<String, Object> properties,
      TopicPartition partition,
      long startOffset,
      Duration fetchTimeout,
      TopicIdentity identity,
      StreamListener listener) {
    this.partition = partition;
    this.position = startOffset;
    this.identity = identity;
    this.listener = listener;
    ContainerProperties settings =
        new ContainerProperties(
            new TopicPartitionOffset(partition.topic(), partition.partition(), startOffset));
    settings.setMessageListener(this);
    settings.setAckMode(ContainerProperties.AckMode.MANUAL);
    settings.setAssignmentCommitOption(ContainerProperties.AssignmentCommitOption.NEVER);
    settings.setMissingTopicsFatal(false);
    settings.setAuthExceptionRetryInterval(AUTHORIZATION_RETRY);
    settings.setPollTimeout(
        Math.clamp(fetchTimeout.toMillis(), 1, ConsumerProperties.LONGEST_POLL.toMillis()));
    settings.setPollTimeoutWhilePaused(ConsumerProperties.LONGEST_POLL);
    this.container =
        new KafkaMessageListenerContainer<>(
            new DefaultKafkaConsumerFactory<>(properties), settings);
    container.setBatchInterceptor(this);
    container.setCommonErrorHandler(this);
    container.setBeanName("partition-" + partition);
  }

  void start() {
    container.start();
  }

  @Override
  public void pause() {
    isPausedByListener = true;
    container.pause();
  }

  @Override
  public void resume() {
    isPausedByListener = false;
    endWhilePaused = OptionalLong.empty();
    resumeIfFree();
  }

  @Override
  public void seek(long offset) {
    if (consumer == null) {
      throw new IllegalStateException("seek of " + partition + " outside of its thread");
    }
    consumer.seek(partition, offset);
    position = offset;
  }

  @Override
  public OptionalLong knownEnd() {
    if (endWhilePaused.isPresent()) {
      return endWhilePaused;
    }
    OptionalLong lag = consumer == null ? OptionalLong.empty() : consumer.currentLag(partition);
    return lag.isEmpty() ? lag : OptionalLong.of(position + lag.getAsLong());
  }

  @Override
  public boolean isRunning() {
    return container.isRunning();
  }

  @Override
  public String trouble() {
    return trouble;
  }

  @Override
  public void close() {
    container.stop();
  }

  /** Before each poll: the consumer must stand where the last delivered batch ended. */
  @Override
  public void setupThreadState(Consumer<?, ?> polling) {
    deliveredSincePoll = false;
    OptionalLong actual = positionOf(polling);
    if (actual.isPresent() && actual.getAsLong() != position) {
      LOG.warn("{} stands at {}, goes back to {}", partition, actual.getAsLong(), position);
      polling.seek(partition, position);
    }
  }

  @Override
  public ConsumerRecords<ByteBuffer, ByteBuffer> intercept(
      ConsumerRecords<ByteBuffer, ByteBuffer> records, Consumer<ByteBuffer, ByteBuffer> polling) {
    return records;
  }

  @Override
  public boolean wantsPollResult() {
    return true;
  }

  @Override
  public void onMessage(
      ConsumerRecords<ByteBuffer, ByteBuffer> records,
      @Nullable Acknowledgment acknowledgment,
      Consumer<ByteBuffer, ByteBuffer> polling) {
    OffsetAndMetadata next = records.nextOffsets().get(partition);
    if (next == null) {
      throw new IllegalStateException("poll of " + partition + " does not tell its next offset");
    }
    deliver(new KafkaBatch(records.records(partition), next.offset()), polling);
  }

  /** Not used: {@link #wantsPollResult()} asks for the whole result of the poll. */
  @Override
  public void onMessage(List<ConsumerRecord<ByteBuffer, ByteBuffer>> records) {
    throw new IllegalStateException("records of " + partition + " without their poll");
  }

  /** After each poll and what it led to. */
  @Override
  public void clearThreadState(Consumer<?, ?> polling) {
    if (deliveredSincePoll || !container.isRunning()) {
      return; // a container that stops may drop records that it polled: its position says nothing
    }
    if (pollFailures.idlePollEnded()) {
      resumeIfFree();
    }
    if (isPausedByListener && !failed && !pollFailures.isPausing()) {
      endWhilePaused = askForEnd(polling);
    }
    OptionalLong actual = positionOf(polling);
    deliver(KafkaBatch.idle(Math.max(position, actual.orElse(position))), polling);
  }

  /** Faults outside of the listener: what a poll threw. */
  @Override
  public void handleOtherException(
      Exception thrown,
      Consumer<?, ?> polling,
      MessageListenerContainer thrownIn,
      boolean isBatchListener) {
    switch (thrown) {
      case LogTruncationException truncated ->
          fail(
              StreamFailure.Kind.LOG_TRUNCATED,
              "log of %s was truncated below position %d: %s"
                  .formatted(partition, position, truncated.getMessage()));
      case OffsetOutOfRangeException _ -> resolveOutOfRange(polling);
      default -> {
        if (pollFailures.failed(KafkaStreamConnector.reasonOf(thrown))) {
          LOG.warn("poll of {} at {} failed, goes on", partition, position, thrown);
        }
        trouble = pollFailures.reason();
        container.pause();
      }
    }
  }

  /** Not reached: {@link #deliver} lets nothing through. */
  @Override
  public void handleBatch(
      Exception thrown,
      ConsumerRecords<?, ?> data,
      Consumer<?, ?> polling,
      MessageListenerContainer thrownIn,
      Runnable invokeListener) {
    fail(StreamFailure.Kind.LISTENER_FAILED, "batch of %s: %s".formatted(partition, thrown));
  }

  private void deliver(KafkaBatch batch, Consumer<?, ?> polling) {
    deliveredSincePoll = true;
    if (failed && batch.size() > 0) {
      return;
    }
    consumer = sameConsumer(polling);
    if (batch.size() > 0) {
      pollFailures.recordsCame();
    }
    try {
      checkIdentity(batch);
      if (failed && batch.size() > 0) {
        return;
      }
      position = batch.nextOffset();
      listener.onBatch(batch);
    } catch (RuntimeException | Error e) {
      LOG.error("listener of {} failed on a batch up to {}", partition, batch.nextOffset(), e);
      fail(StreamFailure.Kind.LISTENER_FAILED, "consuming %s failed: %s".formatted(partition, e));
    } finally {
      consumer = null;
    }
  }

  @SuppressWarnings("unchecked")
  private static Consumer<ByteBuffer, ByteBuffer> sameConsumer(Consumer<?, ?> polling) {
    return (Consumer<ByteBuffer, ByteBuffer>) polling;
  }

  private void checkIdentity(KafkaBatch batch) {
    switch (identity.check()) {
      case RECREATED ->
          fail(
              StreamFailure.Kind.TOPIC_RECREATED,
              "topic %s was deleted and made again".formatted(partition.topic()));
      case NO_SUCH_TOPIC -> trouble = "topic %s does not exist".formatted(partition.topic());
      case SAME -> noteNoTroubleBut(pollFailures.reason());
      case NOT_KNOWN ->
          noteNoTroubleBut(
              batch.size() > 0 || !pollFailures.reason().isEmpty()
                  ? pollFailures.reason()
                  : identity.trouble());
    }
  }

  private void noteNoTroubleBut(String reason) {
    if (!failed) {
      trouble = reason;
    }
  }

  private void resumeIfFree() {
    if (!failed && !isPausedByListener && !pollFailures.isPausing()) {
      container.resume();
    }
  }

  private void resolveOutOfRange(Consumer<?, ?> polling) {
    try {
      long logStart =
          requireNonNull(
              polling.beginningOffsets(List.of(partition), QUESTION_TIMEOUT).get(partition));
      long logEnd =
          requireNonNull(polling.endOffsets(List.of(partition), QUESTION_TIMEOUT).get(partition));
      if (position < logStart) {
        skipTo(logStart, polling);
      } else if (position > logEnd) {
        fail(
            StreamFailure.Kind.POSITION_BEYOND_END,
            "position %d of %s is beyond Kafka's end offset %d"
                .formatted(position, partition, logEnd));
      }
    } catch (KafkaException e) {
      if (pollFailures.failed(KafkaStreamConnector.reasonOf(e))) {
        LOG.warn("offsets of {} are not known, asks again", partition, e);
      }
      trouble = pollFailures.reason();
      container.pause();
    }
  }

  private void skipTo(long logStart, Consumer<?, ?> polling) {
    OffsetRange gone = new OffsetRange(position, logStart);
    LOG.warn("offsets {} of {} are gone from Kafka, goes on behind", gone, partition);
    polling.seek(partition, logStart);
    position = logStart;
    consumer = sameConsumer(polling);
    try {
      listener.onOffsetsGone(gone);
    } catch (RuntimeException | Error e) {
      LOG.error("listener of {} failed on lost offsets {}", partition, gone, e);
      fail(StreamFailure.Kind.LISTENER_FAILED, "consuming %s failed: %s".formatted(partition, e));
    } finally {
      consumer = null;
    }
  }

  private void fail(StreamFailure.Kind kind, String message) {
    if (failed) {
      return;
    }
    failed = true;
    trouble = message;
    container.pause();
    LOG.error("{}: {}", kind, message);
    try {
      listener.onFailure(new StreamFailure(kind, message));
    } catch (RuntimeException e) {
      LOG.error("listener of {} failed on a failure", partition, e);
    }
  }

  /** What it was before where Kafka does not answer now. */
  private OptionalLong askForEnd(Consumer<?, ?> polling) {
    try {
      Long end = polling.endOffsets(List.of(partition), PAUSED_QUESTION_TIMEOUT).get(partition);
      return end == null ? endWhilePaused : OptionalLong.of(end);
    } catch (KafkaException e) {
      LOG.debug("end of {} is not known now", partition, e);
      return endWhilePaused;
    }
  }

  private OptionalLong positionOf(Consumer<?, ?> polling) {
    try {
      return OptionalLong.of(polling.position(partition, Duration.ZERO));
    } catch (KafkaException e) {
      return OptionalLong.empty();
    }
  }
}
