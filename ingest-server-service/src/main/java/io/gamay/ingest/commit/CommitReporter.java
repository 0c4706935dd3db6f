package io.gamay.ingest.commit;

import io.gamay.cluster.commit.CommitAnswer;
import io.gamay.cluster.commit.CommitReport;
import java.util.concurrent.CompletableFuture;

/** Takes reports to whoever leads. Thread-safe. */
public interface CommitReporter {

  /**
   * The leader's answer; NOT_LEADER also when no leader is known or its epoch is over. Ends
   * exceptionally when no answer came: the report may have been heard. The caller repeats.
   */
  CompletableFuture<CommitAnswer> report(CommitReport report);
}
