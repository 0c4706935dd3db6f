package io.gamay.broker.scatter;

import io.gamay.cluster.instance.InstanceConfig;
import reactor.core.publisher.Mono;

/** Finds out whether a server answers at all. */
public interface ServerProbe {

  /** Empty text if it answers, else why not; in a few seconds. Never fails. */
  Mono<String> probe(InstanceConfig server);
}
