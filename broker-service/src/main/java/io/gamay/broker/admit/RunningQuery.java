package io.gamay.broker.admit;

import io.gamay.cluster.instance.InstanceConfig;
import io.gamay.query.budget.QueryBudget;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * One query from when it is let in until its answer has been sent: who asked what, which servers
 * work on it, and its end before its time. Thread-safe.
 */
public final class RunningQuery {

  private final long id;
  private final String serverRequestId;
  private final String sql;
  private final Instant startedAt;
  private final CompletableFuture<String> cancelled = new CompletableFuture<>();
  private final Map<String, InstanceConfig> servers = new ConcurrentHashMap<>();
  private volatile @Nullable String clientQueryId;
  private volatile @Nullable QueryBudget budget;

  /**
   * @param serverRequestId by which servers know the query; no other broker, nor this one before
   *     its last start, gives the same
   */
  public RunningQuery(long id, String serverRequestId, String sql, Instant startedAt) {
    this.id = id;
    this.serverRequestId = serverRequestId;
    this.sql = sql;
    this.startedAt = startedAt;
  }

  public long id() {
    return id;
  }

  /** The id as clients see it. */
  public String requestId() {
    return Long.toString(id);
  }

  public String serverRequestId() {
    return serverRequestId;
  }

  public String sql() {
    return sql;
  }

  public Instant startedAt() {
    return startedAt;
  }

  /** The id that its client gave it (option clientQueryId). */
  public Optional<String> clientQueryId() {
    return Optional.ofNullable(clientQueryId);
  }

  public void setClientQueryId(String id) {
    clientQueryId = id;
  }

  /** Gives the query its budget, once it is planned; a query that was cancelled before ends. */
  public void setBudget(QueryBudget opened) {
    budget = opened;
    if (cancelled.isDone()) {
      opened.cancel(cancelled.join());
    }
  }

  public Optional<QueryBudget> budget() {
    return Optional.ofNullable(budget);
  }

  /** Notes a server that is asked. */
  public void asked(InstanceConfig server) {
    servers.put(server.id(), server);
  }

  /** Servers that may be at work. */
  public List<InstanceConfig> servers() {
    return List.copyOf(servers.values());
  }

  /** Notes that a server has answered or failed. */
  public void answered(InstanceConfig server) {
    servers.remove(server.id());
  }

  /** Ends the query. The first reason given is the one reported. */
  public void cancel(String reason) {
    if (cancelled.complete(reason)) {
      budget().ifPresent(opened -> opened.cancel(reason));
    }
  }

  /** Completed when the query is cancelled, with the reason. */
  public CompletableFuture<String> cancelled() {
    return cancelled.copy();
  }
}
