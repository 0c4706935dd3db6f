package io.gamay.ingest.execute;

import io.gamay.query.budget.QueryBudget;
import io.gamay.query.wire.ServerRequest;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/** The requests that this server works on; by their ids they are cancelled. Thread-safe. */
public final class RunningQueries {

  private final LongSupplier nanoTime;
  private final AtomicLong serials = new AtomicLong();
  private final Map<Long, Run> running = new ConcurrentHashMap<>();

  /**
   * @param nanoTime a clock in the manner of {@link System#nanoTime()}
   */
  public RunningQueries(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
  }

  /** One that is under way, until it is ended. */
  record Run(long serial, ServerRequest request, QueryBudget budget, long startNanos) {}

  /**
   * What a person sees of one.
   *
   * @param memoryBytes that it holds now
   * @param rows that it has looked at
   */
  public record RunningQuery(
      String requestId, String table, long runningMillis, long memoryBytes, long rows) {}

  Run begin(ServerRequest request, QueryBudget budget) {
    Run run = new Run(serials.incrementAndGet(), request, budget, nanoTime.getAsLong());
    running.put(run.serial(), run);
    return run;
  }

  /** How many have begun since the start of this server. */
  public long begunCount() {
    return serials.get();
  }

  /** Gives back whether it was not ended before. */
  boolean end(Run run) {
    return running.remove(run.serial()) != null;
  }

  /**
   * Cancels all requests of that id: a broker may ask twice for a query.
   *
   * @return how many there were
   */
  public int cancel(String requestId, String reason) {
    List<Run> found =
        running.values().stream()
            .filter(run -> run.request().requestId().equals(requestId))
            .toList();
    found.forEach(run -> run.budget().cancel(reason));
    return found.size();
  }

  /** Those under way, in the order of their begin. */
  public List<RunningQuery> list() {
    long now = nanoTime.getAsLong();
    return running.values().stream()
        .sorted(Comparator.comparingLong(Run::serial))
        .map(
            run ->
                new RunningQuery(
                    run.request().requestId(),
                    run.request().plan().table(),
                    (now - run.startNanos()) / 1_000_000,
                    run.budget().memoryBytes(),
                    run.budget().rows()))
        .toList();
  }
}
