package io.gamay.simulation;

import java.io.IOException;
import java.net.ConnectException;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Takes questions between processes, and answers back: late, twice, or never. Also knows who is cut
 * off from whom, outside systems included.
 */
final class Network {

  static final String METADATA = "metadata";
  static final String STREAM = "stream";
  static final String DEEP_STORE = "deep store";

  private final Timeline timeline;
  private final RandomGenerator random;
  private final Map<String, Node> nodes = new HashMap<>();
  private final Set<Link> cut = new HashSet<>();
  private boolean isFaulty = true;
  private double lossRate;

  private record Link(String one, String other) {
    static Link of(String one, String other) {
      return one.compareTo(other) < 0 ? new Link(one, other) : new Link(other, one);
    }
  }

  Network(Timeline timeline, RandomGenerator random) {
    this.timeline = timeline;
    this.random = random;
    this.lossRate = random.nextInt(3) == 0 ? 0 : random.nextDouble() * 0.1;
  }

  /** The life that is reached under its id from now on. */
  void join(Node node) {
    nodes.put(node.id(), node);
  }

  void cut(String one, String other) {
    cut.add(Link.of(one, other));
  }

  void mend(String one, String other) {
    cut.remove(Link.of(one, other));
  }

  /** No message is lost, repeated, or very late any more. */
  void heal() {
    cut.clear();
    isFaulty = false;
    lossRate = 0;
  }

  boolean isCut(String one, String other) {
    return cut.contains(Link.of(one, other));
  }

  /** The time that a message takes. */
  Duration latency() {
    boolean isLate = isFaulty && random.nextInt(40) == 0;
    return Duration.ofNanos(
        isLate
            ? random.nextLong(100_000_000, 4_000_000_000L)
            : random.nextLong(200_000, 6_000_000));
  }

  /**
   * Asks another process.
   *
   * @param work what it does when the question arrives, perhaps twice
   * @return what it answers; an IOException if nobody is there, a TimeoutException if nothing comes
   */
  <T> CompletableFuture<T> ask(
      Node from, String to, Duration timeout, Supplier<CompletableFuture<T>> work) {
    CompletableFuture<T> answer = new CompletableFuture<>();
    timeline.plan(
        from,
        timeout,
        () -> answer.completeExceptionally(new TimeoutException("no answer from " + to)));
    int copies = isLost() ? 0 : isFaulty && random.nextInt(50) == 0 ? 2 : 1;
    for (int copy = 0; copy < copies; copy++) {
      carry(from, to, work, answer);
    }
    return answer;
  }

  private <T> void carry(
      Node from, String to, Supplier<CompletableFuture<T>> work, CompletableFuture<T> answer) {
    @Nullable Node target = nodes.get(to);
    if (target == null || !target.isAlive()) {
      timeline.plan(
          from,
          latency(),
          () -> answer.completeExceptionally(new ConnectException("nothing listens at " + to)));
      return;
    }
    timeline.plan(
        target,
        latency(),
        () -> {
          if (!isCut(from.id(), to)) {
            var _ =
                work.get()
                    .whenComplete((value, failure) -> reply(from, target, answer, value, failure));
          }
        });
  }

  private <T> void reply(
      Node asker,
      Node answering,
      CompletableFuture<T> answer,
      @Nullable T value,
      @Nullable Throwable failure) {
    if (!answering.isAlive() || isLost()) {
      return;
    }
    timeline.plan(
        asker,
        latency(),
        () -> {
          if (isCut(asker.id(), answering.id())) {
            return;
          }
          if (value != null) {
            answer.complete(value);
          } else {
            answer.completeExceptionally(new IOException("failed at " + answering.id(), failure));
          }
        });
  }

  private boolean isLost() {
    return lossRate > 0 && random.nextDouble() < lossRate;
  }
}
