package io.gamay.ingest.consume;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Keeps a replica that has just started from answering for the tail: it opens once the position has
 * reached the stream's end as it was read after the start. Partition's thread.
 */
final class TailGate {

  private static final Duration RETRY = Duration.ofSeconds(1);

  private final Supplier<CompletableFuture<Long>> question;
  private final InstantSource clock;
  private OptionalLong end = OptionalLong.empty();
  private boolean isOpen;
  private Instant nextQuestion = Instant.MIN;
  private @Nullable CompletableFuture<Long> pending;

  TailGate(Supplier<CompletableFuture<Long>> question, InstantSource clock) {
    this.question = question;
    this.clock = clock;
  }

  /** Whether it is open, with the replica at this position. Never waits. */
  boolean isOpenAt(long position) {
    if (isOpen) {
      return true;
    }
    if (end.isEmpty()) {
      ask();
    }
    isOpen = end.isPresent() && position >= end.getAsLong();
    return isOpen;
  }

  /** The stream's end as it was read; empty before. */
  OptionalLong end() {
    return end;
  }

  private void ask() {
    CompletableFuture<Long> asked = pending;
    if (asked == null && !clock.instant().isBefore(nextQuestion)) {
      nextQuestion = clock.instant().plus(RETRY);
      asked = question.get();
      pending = asked;
    }
    if (asked != null && asked.isDone()) {
      pending = null;
      if (!asked.isCompletedExceptionally()) {
        end = OptionalLong.of(asked.join());
      }
    }
  }
}
