package io.gamay.broker.scatter;

import io.gamay.cluster.instance.InstanceConfig;
import reactor.core.publisher.Mono;

/** Tells one server to stop the work for a query. */
public interface QueryCancellation {

  /**
   * What became of it, in words. Never fails.
   *
   * @param requestId as the server knows the query
   */
  Mono<String> cancel(InstanceConfig server, String requestId);
}
