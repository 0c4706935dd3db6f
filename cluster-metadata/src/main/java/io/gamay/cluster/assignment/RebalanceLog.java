package io.gamay.cluster.assignment;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The newest rebalances of one table; one node in the store. Only the newest may be under way.
 *
 * @param jobs the oldest first, {@link #MAX_JOBS} at most
 */
public record RebalanceLog(List<RebalanceJob> jobs) {

  public static final RebalanceLog NONE = new RebalanceLog(List.of());

  /** Each has up to 4 KB of the 256 KB that a node may have. */
  static final int MAX_JOBS = 10;

  public RebalanceLog {
    jobs = List.copyOf(jobs);
  }

  public Optional<RebalanceJob> newest() {
    return jobs.isEmpty() ? Optional.empty() : Optional.of(jobs.getLast());
  }

  public Optional<RebalanceJob> inProgress() {
    return newest().filter(RebalanceJob::isInProgress);
  }

  public Optional<RebalanceJob> job(int number) {
    return jobs.stream().filter(job -> job.number() == number).findFirst();
  }

  public int nextNumber() {
    return newest().map(RebalanceJob::number).orElse(0) + 1;
  }

  /** In the place of the newest if it has its number, else behind it. */
  public RebalanceLog with(RebalanceJob job) {
    List<RebalanceJob> next = new ArrayList<>(jobs);
    next.removeIf(present -> present.number() == job.number());
    next.add(job);
    return new RebalanceLog(next.subList(Math.max(0, next.size() - MAX_JOBS), next.size()));
  }
}
