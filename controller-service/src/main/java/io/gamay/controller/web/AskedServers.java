package io.gamay.controller.web;

import io.gamay.cluster.report.ConsumingByTable;
import io.gamay.cluster.report.ConsumingReport;
import io.gamay.cluster.report.UploadReport;
import io.gamay.cluster.segment.SegmentName;
import io.gamay.cluster.view.ClusterView;
import io.gamay.cluster.view.ClusterView.InstanceView;
import io.gamay.controller.health.ServerReports;
import io.gamay.controller.repair.ObjectRepairer;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** Asks servers on behalf of rooms that wait on threads of their own. */
public final class AskedServers implements ServerReports.Source, ObjectRepairer.Uploads {

  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final Duration UPLOAD_PATIENCE = Duration.ofMinutes(6);

  private final ServerQuestions servers;
  private final Supplier<ClusterView> view;
  private final InstantSource clock;

  public AskedServers(ServerQuestions servers, Supplier<ClusterView> view, InstantSource clock) {
    this.servers = servers;
    this.view = view;
    this.clock = clock;
  }

  @Override
  public ServerReports ask() {
    Map<String, Optional<ConsumingByTable>> answers;
    try {
      answers = waitFor(servers.askAll("consuming", ConsumingByTable.class), PATIENCE);
    } catch (IOException failed) {
      throw new IllegalStateException("servers could not be asked", failed);
    }
    Instant now = clock.instant();
    Map<String, List<ConsumingReport>> byTable = new HashMap<>();
    Set<String> silent = new HashSet<>();
    answers.forEach(
        (server, answer) -> {
          if (answer.isEmpty()) {
            silent.add(server);
          }
          answer
              .map(ConsumingByTable::reports)
              .orElse(Map.of())
              .forEach(
                  (table, reports) ->
                      byTable.computeIfAbsent(table, _ -> new ArrayList<>()).addAll(reports));
        });
    return new ServerReports(now, byTable, silent);
  }

  @Override
  public UploadReport upload(
      String server, String tableId, SegmentName segment, int attempt, int dataCrc)
      throws IOException {
    InstanceView instance = view.get().instances().get(server);
    if (instance == null) {
      throw new IOException(server + " is not known any more");
    }
    return waitFor(
        servers.upload(instance.config(), tableId, segment, attempt, dataCrc), UPLOAD_PATIENCE);
  }

  private static <T> T waitFor(Mono<T> question, Duration patience) throws IOException {
    try {
      @Nullable T answer = question.toFuture().get(patience.toMillis(), TimeUnit.MILLISECONDS);
      if (answer == null) {
        throw new IOException("an empty answer");
      }
      return answer;
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while waiting for a server", interrupted);
    } catch (ExecutionException failed) {
      Throwable cause = failed.getCause() == null ? failed : failed.getCause();
      throw new IOException(cause.toString(), cause);
    } catch (TimeoutException late) {
      throw new IOException("no answer within " + patience, late);
    }
  }
}
