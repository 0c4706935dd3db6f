package io.gamay.ingest.stream;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Supplier;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.jspecify.annotations.Nullable;

/**
 * Watches whether a topic is still the one that was opened: a topic made again under the same name
 * has another id, and its offsets mean other records. Asks now and then, never waits. Used by the
 * partition's thread.
 */
final class TopicIdentity {

  private static final Duration INTERVAL = Duration.ofSeconds(5);

  /** What the last answer said. */
  enum Finding {
    SAME,
    NOT_KNOWN,
    NO_SUCH_TOPIC,
    RECREATED
  }

  private final Supplier<CompletableFuture<Uuid>> question;
  private final InstantSource clock;
  private Optional<Uuid> first = Optional.empty();
  private Finding finding = Finding.NOT_KNOWN;
  private String trouble = "";
  private Instant nextQuestion = Instant.MIN;
  private @Nullable CompletableFuture<Uuid> pending;

  TopicIdentity(Supplier<CompletableFuture<Uuid>> question, InstantSource clock) {
    this.question = question;
    this.clock = clock;
  }

  /** Reads an answer that came in, asks again when it is time. */
  Finding check() {
    CompletableFuture<Uuid> asked = pending;
    if (asked != null && asked.isDone()) {
      pending = null;
      finding = read(asked);
    }
    Instant now = clock.instant();
    if (pending == null && !now.isBefore(nextQuestion)) {
      nextQuestion = now.plus(INTERVAL);
      pending = question.get();
    }
    return finding;
  }

  /** Why the last question got no answer; empty if it got one. */
  String trouble() {
    return trouble;
  }

  private Finding read(CompletableFuture<Uuid> answer) {
    try {
      Uuid id = answer.join();
      trouble = "";
      if (first.isEmpty()) {
        first = Optional.of(id);
      }
      return first.get().equals(id) ? Finding.SAME : Finding.RECREATED;
    } catch (CompletionException e) {
      trouble = "kafka does not answer: %s".formatted(e.getCause());
      return e.getCause() instanceof UnknownTopicOrPartitionException
          ? Finding.NO_SUCH_TOPIC
          : Finding.NOT_KNOWN;
    }
  }
}
