package io.gamay.broker.scatter;

import io.gamay.cluster.instance.InstanceConfig;
import io.gamay.query.budget.QueryBudget;
import io.gamay.query.wire.ServerRequest;
import io.gamay.query.wire.ServerResponse;
import reactor.core.publisher.Mono;

/** Asks one server. Cancelling the subscription ends the work there. */
public interface ServerClient {

  /**
   * Fails with an exception if the server cannot be reached, does not answer in time, or answers
   * what is no response.
   *
   * @param budget what the response's bytes count for while they come in
   * @param onFetching run when the server says, before it answers, that it fetches files which the
   *     answer needs
   */
  Mono<ServerResponse> ask(
      InstanceConfig server, ServerRequest request, QueryBudget budget, Runnable onFetching);
}
