package io.gamay.broker.scatter;

import io.gamay.broker.gather.AnswerBuilder;
import io.gamay.broker.route.ServerHealth.Failure;
import io.gamay.broker.scatter.AttemptCounts.Cause;
import io.gamay.broker.scatter.Attempts.Attempt;
import io.gamay.query.budget.QueryBudget;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Scheduler;

/**
 * The parts asked of one server, asked of others too: at once when it fails; when half of the
 * query's time is over; and as a hedge when it takes longer than 19 of 20 of its answers did. Of
 * the two sides one is taken: the server's result, or that of the others once it is whole; the
 * other side is cancelled. When the server has failed, whatever the others have is taken.
 *
 * <p>Hedges are at most 5 % of requests, and go to servers only that have next to nothing of this
 * broker to do; late requests are doubled for at most 20 %.
 */
final class SecondRequests {

  private static final double HEDGES = 0.05;
  private static final int MOST_HEDGES_SAVED = 10;
  private static final double LATE_ONES = 0.2;
  private static final int MOST_LATE_ONES_SAVED = 100;

  /** What comes sooner is not worth a second request. */
  private static final Duration LEAST_WAIT = Duration.ofMillis(5);

  /** Of this broker, at a server that a hedge goes to. */
  private static final int MOST_IN_FLIGHT = 2;

  private final ServerRouting routing;
  private final LongSupplier nanoTime;
  private final AttemptAllowance hedges = new AttemptAllowance(HEDGES, MOST_HEDGES_SAVED);
  private final AttemptAllowance lateOnes;

  SecondRequests(ServerRouting routing, LongSupplier nanoTime) {
    this.routing = routing;
    this.nanoTime = nanoTime;
    this.lateOnes = new AttemptAllowance(LATE_ONES, MOST_LATE_ONES_SAVED);
    this.lateOnes.earn(MOST_LATE_ONES_SAVED); // a broker that starts beside a silent server
  }

  /**
   * @param instance the server that is asked first
   * @param isFetching whether it has said that it fetches files for its answer
   * @param deadlineNanos of the query
   * @param leaving instances that no hedge goes to
   * @param planner where it is chosen who is asked
   */
  record Others(
      String instance,
      AtomicBoolean isFetching,
      String tableId,
      AnswerBuilder answer,
      QueryBudget budget,
      long deadlineNanos,
      Set<String> leaving,
      Scheduler planner,
      Choice choice) {}

  /** Who is asked instead. */
  interface Choice {

    /**
     * Requests, not sent yet, by the servers that they go to; none if others cannot stand for the
     * server.
     *
     * @param hasFailed whether it has failed: then a part of its parts is better than nothing
     */
    Map<String, Mono<Attempt>> among(boolean hasFailed);
  }

  /** The results of one side. */
  private record Side(List<Attempt> attempts, boolean isSecond, Cause cause) {}

  /**
   * Takes what the server or the others answer. Never fails.
   *
   * @param first the request to the server
   */
  Mono<Void> beside(Mono<Attempt> first, Others others) {
    return Mono.defer(
        () -> {
          long started = nanoTime.getAsLong();
          hedges.earn();
          lateOnes.earn();
          Sinks.Empty<Void> failed = Sinks.empty();
          AtomicBoolean hasFailed = new AtomicBoolean();
          Mono<Side> server =
              first
                  .map(attempt -> new Side(List.of(attempt), false, Cause.FAILURE))
                  .switchIfEmpty(
                      Mono.fromRunnable(
                          () -> {
                            hasFailed.set(true);
                            failed.tryEmitEmpty();
                          }));
          Mono<Cause> failure = failed.asMono().then(Mono.just(Cause.FAILURE));
          Mono<Side> instead =
              Mono.firstWithValue(failure, lateness(others, started, hasFailed))
                  .publishOn(others.planner())
                  .flatMap(cause -> instead(others, cause, failed.asMono()));
          return Mono.firstWithValue(server, instead)
              .doOnNext(side -> take(side, others, started, hasFailed.get()))
              .onErrorComplete(NoSuchElementException.class) // neither side has anything
              .then();
        });
  }

  // -- when

  /** When the server is not waited for any longer; never, if there is no allowance for it. */
  private Mono<Cause> lateness(Others others, long started, AtomicBoolean hasFailed) {
    long half = Math.max(0, (others.deadlineNanos() - started) / 2);
    Mono<Cause> late =
        Mono.defer(
            () -> {
              long left = half - (nanoTime.getAsLong() - started);
              return Mono.delay(Duration.ofNanos(Math.max(0, left)), routing.timers().get())
                  .filter(_ -> !hasFailed.get() && lateOnes.spend())
                  .map(_ -> Cause.LATE)
                  .switchIfEmpty(Mono.never());
            });
    OptionalLong usual =
        routing.hedges()
            ? routing.loads().usualNanos(others.instance(), others.tableId())
            : OptionalLong.empty();
    long wait = Math.max(usual.orElse(Long.MAX_VALUE), LEAST_WAIT.toNanos());
    if (wait >= half) {
      return late;
    }
    return Mono.delay(Duration.ofNanos(wait), routing.timers().get())
        .publishOn(others.planner())
        .filter(_ -> !hasFailed.get() && mayHedge(others))
        .map(_ -> Cause.HEDGE)
        .switchIfEmpty(late);
  }

  private boolean mayHedge(Others others) {
    if (others.answer().isDoomed()) {
      return false;
    }
    Set<String> instances = others.choice().among(false).keySet();
    return !instances.isEmpty()
        && Collections.disjoint(instances, others.leaving())
        && instances.stream().allMatch(this::isIdle)
        && hedges.spend();
  }

  private boolean isIdle(String instance) {
    return !routing.loads().isPressed(instance)
        && routing.loads().inFlight(instance) <= MOST_IN_FLIGHT;
  }

  // -- what

  private Mono<Side> instead(Others others, Cause cause, Mono<Void> failed) {
    if (others.answer().isDoomed()) {
      return Mono.empty();
    }
    Map<String, Mono<Attempt>> requests = others.choice().among(cause == Cause.FAILURE);
    if (requests.isEmpty()) {
      return Mono.empty();
    }
    routing.counts().countAsked(cause);
    QueryBudget.Reservation memory = others.budget().reserve();
    return Flux.fromIterable(requests.values())
        .flatMap(request -> request, Math.max(1, requests.size()))
        .collectList()
        .map(
            attempts -> {
              memory.resize(bytes(attempts));
              return new Side(attempts, true, cause);
            })
        .flatMap(side -> isWhole(side, requests.size()) ? Mono.just(side) : failed.thenReturn(side))
        .onErrorResume(failure -> ended(others, cause, failure))
        .doFinally(_ -> memory.close());
  }

  /** While the server may still answer, what the others come to is not the answer's business. */
  private static Mono<Side> ended(Others others, Cause cause, Throwable failure) {
    if (cause == Cause.FAILURE) {
      others.answer().failed(others.instance(), failure);
    }
    return Mono.empty();
  }

  private static boolean isWhole(Side side, int requests) {
    return side.attempts().size() == requests
        && side.attempts().stream().allMatch(Attempt::isWhole);
  }

  private static long bytes(List<Attempt> attempts) {
    return attempts.stream()
        .mapToLong(attempt -> attempt.response().result().map(r -> r.sizeBytes()).orElse(0L))
        .sum();
  }

  private void take(Side side, Others others, long started, boolean hasFailed) {
    if (side.isSecond()) {
      routing.counts().countWon(side.cause());
      if (!hasFailed) {
        lost(others, side.cause(), nanoTime.getAsLong() - started);
      }
    }
    side.attempts().forEach(attempt -> Attempts.take(others.answer(), attempt));
  }

  /**
   * The server was too slow, and is asked no longer. One that fetches files is not ill for that.
   */
  private void lost(Others others, Cause cause, long nanos) {
    String instance = others.instance();
    routing.loads().took(instance, others.tableId(), nanos);
    if (cause == Cause.LATE
        && nanos >= Attempts.LEAST_TELLING_WAIT.toNanos()
        && !others.isFetching().get()) {
      routing
          .health()
          .failed(instance, Failure.LATE, "it gave no answer in half of the time of a query");
    }
  }
}
