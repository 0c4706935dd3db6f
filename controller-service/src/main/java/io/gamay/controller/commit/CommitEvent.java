package io.gamay.controller.commit;

import io.gamay.cluster.commit.CommitReport;

/** What may move a segment on. */
sealed interface CommitEvent {

  /** A server's word. */
  record Reported(CommitReport report) implements CommitEvent {}

  /** Time has passed, or who is live has changed. */
  record Tick() implements CommitEvent {}
}
