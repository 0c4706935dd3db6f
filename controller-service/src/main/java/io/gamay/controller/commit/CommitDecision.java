package io.gamay.controller.commit;

import io.gamay.cluster.segment.CommitAttempt;
import io.gamay.cluster.segment.StoredCopy;

/** A decision about one segment; nothing is true of it until its transaction is written. */
sealed interface CommitDecision {

  /** T1: the segment ends here, its successor begins. */
  record End(long endOffset, CommitAttempt attempt) implements CommitDecision {}

  /** T2: another attempt. */
  record PickAgain(CommitAttempt attempt) implements CommitDecision {}

  /** T3: the copy is the segment. */
  record Finish(StoredCopy copy) implements CommitDecision {}
}
