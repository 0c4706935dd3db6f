package io.gamay.broker.scatter;

import io.gamay.broker.admit.RunningQuery;
import io.gamay.broker.gather.AnswerBuilder;
import io.gamay.broker.gather.TailAnswers;
import io.gamay.broker.route.ServerHealth.Failure;
import io.gamay.cluster.instance.InstanceConfig;
import io.gamay.query.budget.QueryBudget;
import io.gamay.query.error.QueryErrorCode;
import io.gamay.query.error.QueryException;
import io.gamay.query.wire.ServerRequest;
import io.gamay.query.wire.ServerResponse;
import java.io.IOException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import reactor.core.publisher.Mono;

/** Single requests to servers; what they tell of the servers is noted. */
final class Attempts {

  /** A server that does not answer sooner need not be in trouble. */
  static final Duration LEAST_TELLING_WAIT = Duration.ofSeconds(1);

  private final ServerClient servers;
  private final ServerRouting routing;
  private final LongSupplier nanoTime;

  Attempts(ServerClient servers, ServerRouting routing, LongSupplier nanoTime) {
    this.servers = servers;
    this.routing = routing;
    this.nanoTime = nanoTime;
  }

  /** A server's result, which is not taken yet. */
  record Attempt(String instance, ServerRequest request, ServerResponse response, long nanos) {

    /** Whether every part asked for is answered, tails without a hole and as far as was asked. */
    boolean isWhole() {
      return response.missingSegments().isEmpty() && TailAnswers.areWhole(request, response);
    }
  }

  /**
   * Asks a server. Its result comes out; what is none, an error or a failure, is noted in the
   * answer and ends this empty. Never fails.
   *
   * @param isBeside whether another server is still expected to answer for the same parts: what is
   *     no result is then not the answer's business
   * @param isFetching set once the server says that it fetches files for this request: however late
   *     it is then, it is well
   */
  Mono<Attempt> at(
      InstanceConfig server,
      ServerRequest request,
      RunningQuery running,
      AnswerBuilder answer,
      QueryBudget budget,
      boolean isBeside,
      AtomicBoolean isFetching) {
    String instance = server.id();
    long started = nanoTime.getAsLong();
    running.asked(server);
    routing.loads().asked(instance);
    return servers
        .ask(
            server,
            request,
            budget,
            () -> {
              isFetching.set(true);
              routing.health().answered(instance);
            })
        .doFinally(
            _ -> {
              running.answered(server);
              routing.loads().ended(instance);
            })
        .flatMap(
            response -> {
              long nanos = nanoTime.getAsLong() - started;
              note(instance, request, response, nanos);
              if (response.result().isPresent()) {
                return Mono.just(new Attempt(instance, request, response, nanos));
              }
              if (!isBeside) {
                answer.add(instance, request, response, nanos);
              }
              return Mono.empty();
            })
        .onErrorResume(
            failure -> {
              note(instance, request, failure, isFetching.get());
              if (!isBeside) {
                answer.failed(instance, failure);
              }
              return Mono.empty();
            });
  }

  /** Takes the result of one request, if there is one. */
  Mono<Void> taken(AnswerBuilder answer, Mono<Attempt> attempt) {
    return attempt.doOnNext(result -> take(answer, result)).then();
  }

  static void take(AnswerBuilder answer, Attempt attempt) {
    try {
      answer.add(attempt.instance(), attempt.request(), attempt.response(), attempt.nanos());
    } catch (RuntimeException failure) { // a limit of the query, or what nobody understands
      answer.failed(attempt.instance(), failure);
    }
  }

  private void note(String instance, ServerRequest request, ServerResponse response, long nanos) {
    Set<QueryErrorCode> codes =
        response.errors().stream()
            .map(ServerResponse.ServerError::code)
            .collect(Collectors.toSet());
    if (codes.contains(QueryErrorCode.SERVER_SHUTTING_DOWN)) {
      routing.health().failed(instance, Failure.BROKEN, "it says that it is stopping");
      return;
    }
    routing.health().answered(instance);
    if (codes.contains(QueryErrorCode.SERVER_OUT_OF_CAPACITY)
        || codes.contains(QueryErrorCode.SERVER_RESOURCE_LIMIT_EXCEEDED)) {
      routing.loads().pressed(instance);
    }
    if (response.result().isPresent()) {
      routing.loads().took(instance, request.tableId(), nanos);
    }
  }

  /** A limit of the query, or an answer that nobody understands, says nothing of the server. */
  private void note(String instance, ServerRequest request, Throwable failure, boolean isFetching) {
    if (failure instanceof QueryException) {
      return;
    }
    if (failure.getCause() instanceof TimeoutException) {
      if (isFetching || request.timeout().compareTo(LEAST_TELLING_WAIT) < 0) {
        return;
      }
      routing.health().failed(instance, Failure.LATE, "it gave no answer in the time of a query");
    } else if (failure instanceof IOException) {
      routing.health().failed(instance, Failure.BROKEN, String.valueOf(failure.getMessage()));
    }
  }
}
