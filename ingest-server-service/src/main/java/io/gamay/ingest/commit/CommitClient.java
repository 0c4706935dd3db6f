package io.gamay.ingest.commit;

import io.gamay.cluster.commit.CommitAnswer;
import io.gamay.cluster.commit.CommitReport;
import io.gamay.cluster.instance.InstanceConfig;
import io.gamay.cluster.layout.ClusterJson;
import io.gamay.cluster.segment.SegmentName;
import io.gamay.cluster.view.ClusterView;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

/** Posts reports to the leader that the cluster's view names. */
public final class CommitClient implements CommitReporter {

  private final HttpClient http;
  private final Supplier<ClusterView> view;
  private final Duration timeout;

  /** The highest epoch that an answer had: a leader of a lower one is deposed. */
  private final AtomicLong highestEpoch = new AtomicLong();

  public CommitClient(HttpClient http, Supplier<ClusterView> view, Duration timeout) {
    this.http = http;
    this.view = view;
    this.timeout = timeout;
  }

  @Override
  public CompletableFuture<CommitAnswer> report(CommitReport report) {
    Optional<InstanceConfig> leader = view.get().leaderInstance();
    if (leader.isEmpty()) {
      return CompletableFuture.completedFuture(notLeader(report.segment()));
    }
    try {
      return send(leader.get(), report);
    } catch (IllegalArgumentException e) {
      return CompletableFuture.failedFuture(e); // the leader's address is none
    }
  }

  private CompletableFuture<CommitAnswer> send(InstanceConfig leader, CommitReport report) {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(leader.baseUrl() + "/internal/commit/" + kindOf(report)))
            .timeout(timeout)
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofByteArray(ClusterJson.write(report)))
            .build();
    return http.sendAsync(request, HttpResponse.BodyHandlers.ofByteArray())
        .orTimeout(timeout.toMillis(), TimeUnit.MILLISECONDS)
        .thenApply(response -> read(request, response))
        .thenApply(this::ofHighestEpoch);
  }

  private static String kindOf(CommitReport report) {
    return switch (report) {
      case CommitReport.Consumed _ -> "consumed";
      case CommitReport.Committed _ -> "committed";
      case CommitReport.Failed _ -> "failed";
    };
  }

  private static CommitAnswer read(HttpRequest request, HttpResponse<byte[]> response) {
    if (response.statusCode() != 200) {
      throw new UncheckedIOException(
          new IOException(
              "%s answered with status %d".formatted(request.uri(), response.statusCode())));
    }
    return ClusterJson.read(response.body(), CommitAnswer.class);
  }

  private CommitAnswer ofHighestEpoch(CommitAnswer answer) {
    long highest = highestEpoch.accumulateAndGet(answer.epoch(), Math::max);
    return answer.epoch() < highest ? notLeader(answer.segment()) : answer;
  }

  private static CommitAnswer notLeader(SegmentName segment) {
    return new CommitAnswer(CommitAnswer.Kind.NOT_LEADER, segment, -1, 0, 0);
  }
}
