package io.gamay.controller.leader;

import io.gamay.cluster.layout.ClusterPaths;
import io.gamay.cluster.store.ConflictException;
import io.gamay.cluster.store.Operation;

/**
 * A time in office, captured when a decision is made.
 *
 * @param epoch its number; only grows from term to term
 * @param epochVersion version of the epoch's node since this term began
 */
public record LeaderTerm(long epoch, int epochVersion) {

  /** The check that lets no transaction of this term through once another has begun. */
  public Operation fence() {
    return new Operation.Check(ClusterPaths.LEADER_EPOCH, epochVersion);
  }

  /** Whether a transaction failed because this term is over. */
  public static boolean isFenced(ConflictException conflict) {
    return conflict.path().equals(ClusterPaths.LEADER_EPOCH);
  }
}
