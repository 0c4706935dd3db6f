package io.gamay.cluster.layout;

import java.time.Instant;
import java.util.Optional;

/**
 * Says that an instance is up.
 *
 * @param incarnation names one life of the process: the store session that it first registered in.
 *     It stays when the session expires and the process registers again, and differs after a
 *     restart
 * @param stoppingSince when the process was told to stop: it still answers, but is to be asked only
 *     where nobody else can be
 */
public record LiveNode(long incarnation, Optional<Instant> stoppingSince) {

  /** One that is not about to stop. */
  public LiveNode(long incarnation) {
    this(incarnation, Optional.empty());
  }
}
