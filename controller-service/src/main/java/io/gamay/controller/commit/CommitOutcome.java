package io.gamay.controller.commit;

import io.gamay.cluster.commit.CommitAnswer;
import java.util.Optional;

/**
 * What follows from an event.
 *
 * @param decision to be written; when it is known to be written, or known not to be, the same event
 *     is judged again on what metadata then holds
 * @param answer to the reporter when there is no decision; speaks only of written metadata
 */
record CommitOutcome(
    ReportMemory memory, Optional<CommitDecision> decision, CommitAnswer.Kind answer) {

  static CommitOutcome answer(ReportMemory memory, CommitAnswer.Kind kind) {
    return new CommitOutcome(memory, Optional.empty(), kind);
  }

  static CommitOutcome decide(ReportMemory memory, CommitDecision decision) {
    return new CommitOutcome(memory, Optional.of(decision), CommitAnswer.Kind.HOLD);
  }
}
