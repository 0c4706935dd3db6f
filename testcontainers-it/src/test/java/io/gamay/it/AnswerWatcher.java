package io.gamay.it;

import io.gamay.it.SequenceFeed.Totals;
import io.gamay.it.cluster.Loud;
import io.gamay.quickstart.client.BrokerClient;
import io.gamay.quickstart.client.QueryAnswer;
import io.gamay.quickstart.console.Failure;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * A client that asks for count, sum and maximum of a {@link SequenceFeed}'s rows all the time. An
 * answer that is neither an error nor flagged partial must be exactly the one of the offsets that
 * it says it covers, which begin at 0, end where the feed has been, and never go back.
 */
final class AnswerWatcher implements AutoCloseable {
  private static final int MAX_VIOLATIONS = 20;
  private static final Duration PAUSE = Duration.ofMillis(20);

  private final String name;
  private final Function<String, QueryAnswer> broker;
  private final Duration pause;
  private final String sql;
  private final SequenceFeed feed;
  private final int partitionCount;
  private final List<String> violations = new ArrayList<>();
  private final Map<Integer, Long> highestEnds = new HashMap<>();
  private final Troubles troubles = new Troubles();
  private final Thread thread;
  private volatile boolean isStopped;
  private volatile long lastCount;
  private volatile long wholeCount;
  private volatile long flaggedCount;
  private volatile long errorCount;
  private volatile long longestAnswerNanos;
  private volatile long longestGapNanos;
  private volatile long lastTroubleNanos = System.nanoTime();
  private volatile @Nullable String lastTrouble;
  private volatile boolean isHandingTokensOn;
  private String token = "";
  private volatile long lastWholeNanos = System.nanoTime();

  private AnswerWatcher(
      String name,
      Function<String, QueryAnswer> broker,
      Duration pause,
      String table,
      SequenceFeed feed,
      int partitionCount) {
    this.name = name;
    this.broker = broker;
    this.pause = pause;
    this.sql = "SELECT COUNT(*), SUM(sequence), MAX(sequence) FROM " + table;
    this.feed = feed;
    this.partitionCount = partitionCount;
    this.thread = Thread.ofPlatform().name("answer-watcher-" + name).daemon().start(this::run);
  }

  static AnswerWatcher start(
      BrokerClient broker, String table, SequenceFeed feed, int partitionCount) {
    return start("watcher", broker, PAUSE, table, feed, partitionCount);
  }

  /**
   * Starts to ask.
   *
   * @param name of the client, for people
   * @param pause between an answer and the next question
   */
  static AnswerWatcher start(
      String name,
      BrokerClient broker,
      Duration pause,
      String table,
      SequenceFeed feed,
      int partitionCount) {
    return start(name, broker::query, pause, table, feed, partitionCount);
  }

  /**
   * As the other.
   *
   * @param broker answers SQL, or throws a {@link Failure}
   */
  static AnswerWatcher start(
      String name,
      Function<String, QueryAnswer> broker,
      Duration pause,
      String table,
      SequenceFeed feed,
      int partitionCount) {
    return new AnswerWatcher(name, broker, pause, table, feed, partitionCount);
  }

  private void run() {
    while (!isStopped) {
      long asked = System.nanoTime();
      ask();
      longestAnswerNanos = Math.max(longestAnswerNanos, System.nanoTime() - asked);
      LockSupport.parkNanos(this, pause.toNanos());
    }
  }

  @SuppressWarnings("NonAtomicVolatileUpdate") // one thread writes
  private void ask() {
    try {
      QueryAnswer answer = broker.apply(question());
      if (answer.isPartial() || !answer.exceptions().isEmpty()) {
        flaggedCount++;
        note(
            answer.isPartial() ? "partial " + answer.exceptions() : answer.exceptions().toString());
        return;
      }
      wholeCount++;
      long now = System.nanoTime();
      longestGapNanos = Math.max(longestGapNanos, now - lastWholeNanos);
      lastWholeNanos = now;
      token = answer.json().path("offsetToken").asString("");
      judge(answer);
    } catch (Failure unreachable) {
      errorCount++;
      note(String.valueOf(unreachable.getMessage()));
    } catch (RuntimeException strange) {
      violation("an answer that cannot be read: " + strange);
    }
  }

  private String question() {
    return isHandingTokensOn && !token.isEmpty()
        ? "SET offsetToken = '%s'; %s".formatted(token, sql)
        : sql;
  }

  /** From now on each question has the token of the answer before: any broker may be asked. */
  AnswerWatcher handingTokensOn() {
    isHandingTokensOn = true;
    return this;
  }

  private void note(String trouble) {
    lastTroubleNanos = System.nanoTime();
    lastTrouble = trouble;
    troubles.add(trouble);
  }

  private void judge(QueryAnswer answer) {
    long sentCount = feed.sentCount();
    Map<Integer, Long> ends = ends(answer);
    Totals expected = SequenceFeed.totals(ends, partitionCount);
    List<JsonNode> row = answer.rows().getFirst();
    long count = row.get(0).asLong();
    if (ends.size() != partitionCount) {
      violation("not all partitions are covered: " + answer.json());
    }
    if (count < lastCount) {
      violation("the count went from %d down to %d: %s".formatted(lastCount, count, answer.json()));
    }
    if (count > sentCount) {
      violation("%d rows of %d sent: %s".formatted(count, sentCount, answer.json()));
    }
    if (count != expected.count()) {
      violation("count is not %d: %s".formatted(expected.count(), answer.json()));
    }
    if (count > 0 && differs(row.get(1), expected.sum())) {
      violation("sum is not %s: %s".formatted(expected.sum(), answer.json()));
    }
    if (count > 0 && differs(row.get(2), expected.max())) {
      violation("maximum is not %s: %s".formatted(expected.max(), answer.json()));
    }
    ends.forEach(this::requireNotBack);
    lastCount = Math.max(lastCount, count);
  }

  private void requireNotBack(int partition, long end) {
    long highest = highestEnds.merge(partition, end, Math::max);
    if (end < highest) {
      violation("partition %d went from %d back to %d".formatted(partition, highest, end));
    }
  }

  /** Where each partition's coverage ends; it must be one run from 0 on. */
  private Map<Integer, Long> ends(QueryAnswer answer) {
    Map<Integer, Long> ends = new HashMap<>();
    for (JsonNode partition : answer.json().path("coverage")) {
      long end = 0;
      for (JsonNode range : partition.path("ranges")) {
        if (range.path("start").asLong() != end) {
          violation("a hole in what an unflagged answer covers: " + answer.json());
        }
        end = range.path("end").asLong();
      }
      ends.put(partition.path("partition").asInt(), end);
    }
    return ends;
  }

  private static boolean differs(JsonNode cell, BigDecimal expected) {
    return cell.isNull() || new BigDecimal(cell.asString()).compareTo(expected) != 0;
  }

  private void violation(String text) {
    synchronized (violations) {
      if (violations.size() < MAX_VIOLATIONS) {
        violations.add(Instant.now() + " " + name + ": " + text);
      }
    }
  }

  /** The count of the newest whole answer. */
  long lastCount() {
    return lastCount;
  }

  /** How many answers were neither errors nor flagged. */
  long wholeCount() {
    return wholeCount;
  }

  /** How many answers were flagged or errors, and how many queries had none. */
  long failureCount() {
    return flaggedCount + errorCount;
  }

  /** How many answers were flagged partial or were errors. */
  long flaggedCount() {
    return flaggedCount;
  }

  /** When the last answer came that was flagged or an error; by {@link System#nanoTime()}. */
  long lastTroubleNanos() {
    return lastTroubleNanos;
  }

  /** When the last whole answer came; by {@link System#nanoTime()}. */
  long lastWholeNanos() {
    return lastWholeNanos;
  }

  /** The longest time between two whole answers, or from the start to the first. */
  Duration longestGap() {
    return Duration.ofNanos(longestGapNanos);
  }

  /** The longest time that a question took, however it ended. */
  Duration longestAnswer() {
    return Duration.ofNanos(longestAnswerNanos);
  }

  /** Why answers were flagged or did not come, with how many each. */
  Troubles troubles() {
    return troubles;
  }

  /** What was wrong with answers; empty when nothing was. */
  List<String> violations() {
    synchronized (violations) {
      return List.copyOf(violations);
    }
  }

  @Override
  public String toString() {
    return "%d whole answers, %d flagged, %d without an answer, last count %d, last trouble: %s"
        .formatted(wholeCount, flaggedCount, errorCount, lastCount, lastTrouble);
  }

  @Override
  public void close() {
    isStopped = true;
    try {
      thread.join();
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
    Loud.say(name + " had " + this);
  }
}
