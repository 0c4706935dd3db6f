package io.gamay.broker.admit;

import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

/** The queries under way on this broker, by their ids. Thread-safe. */
public final class RunningQueries {

  private final Supplier<String> brokerId;
  private final String start;
  private final InstantSource clock;
  private final AtomicLong ids = new AtomicLong();
  private final Map<Long, RunningQuery> running = new ConcurrentHashMap<>();

  /**
   * @param brokerId unique in the cluster
   */
  public RunningQueries(Supplier<String> brokerId, InstantSource clock) {
    this.brokerId = brokerId;
    this.clock = clock;
    this.start = Long.toString(clock.millis(), Character.MAX_RADIX);
  }

  /** An id that no other query has or will have. */
  public long nextId() {
    return ids.incrementAndGet();
  }

  /** Notes a query that begins. */
  public RunningQuery begin(String sql) {
    long id = nextId();
    RunningQuery query =
        new RunningQuery(id, brokerId.get() + ":" + start + ":" + id, sql, clock.instant());
    running.put(id, query);
    return query;
  }

  /** Gives back whether it was not ended before. */
  public boolean end(RunningQuery query) {
    return running.remove(query.id()) != null;
  }

  public Optional<RunningQuery> find(long id) {
    return Optional.ofNullable(running.get(id));
  }

  /** By the id that its client gave it; the oldest if several have it. */
  public Optional<RunningQuery> findByClientId(String clientQueryId) {
    return list().stream()
        .filter(query -> query.clientQueryId().filter(clientQueryId::equals).isPresent())
        .findFirst();
  }

  /** All, in the order of their begin. */
  public List<RunningQuery> list() {
    return running.values().stream().sorted(Comparator.comparingLong(RunningQuery::id)).toList();
  }
}
