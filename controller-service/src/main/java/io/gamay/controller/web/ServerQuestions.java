package io.gamay.controller.web;

import io.gamay.cluster.instance.InstanceConfig;
import io.gamay.cluster.instance.InstanceRole;
import io.gamay.cluster.layout.ClusterJson;
import io.gamay.cluster.report.UploadReport;
import io.gamay.cluster.segment.SegmentName;
import io.gamay.cluster.view.ClusterView;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.HttpMethod;
import org.springframework.web.reactive.function.client.WebClient;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Asks every live server the same question about a table, and waits a bounded time. */
public final class ServerQuestions {

  private static final Logger LOG = LoggerFactory.getLogger(ServerQuestions.class);
  private static final Duration PATIENCE = Duration.ofSeconds(5);
  private static final Duration UPLOAD_PATIENCE = Duration.ofMinutes(5);
  private static final int AT_ONCE = 16;
  private static final int MAX_ANSWER_BYTES = 64 << 20;

  private final WebClient http;
  private final Supplier<ClusterView> view;

  public ServerQuestions(WebClient.Builder http, Supplier<ClusterView> view) {
    this.http =
        http.codecs(codecs -> codecs.defaultCodecs().maxInMemorySize(MAX_ANSWER_BYTES)).build();
    this.view = view;
  }

  /**
   * @param items empty if the server did not answer
   */
  record Answer<T>(String server, Optional<List<T>> items) {}

  /**
   * @param path below {@code /internal/tables/{tableId}/}
   */
  <T> Mono<List<Answer<T>>> ask(String tableId, String path, Class<T[]> type) {
    return send(HttpMethod.GET, tableId, path, type);
  }

  /** As {@link #ask}, of something that is to be done; doing it again does no harm. */
  <T> Mono<List<Answer<T>>> order(String tableId, String path, Class<T[]> type) {
    return send(HttpMethod.POST, tableId, path, type);
  }

  /**
   * Asks every live server one question that is about no table.
   *
   * @param path below {@code /internal/}
   * @return by server, empty if it did not answer
   */
  <T> Mono<Map<String, Optional<T>>> askAll(String path, Class<T> type) {
    return Flux.fromIterable(view.get().liveInstances(InstanceRole.SERVER))
        .flatMap(server -> askOne(server.config(), path, type), AT_ONCE)
        .collectMap(Map.Entry::getKey, Map.Entry::getValue);
  }

  private <T> Mono<Map.Entry<String, Optional<T>>> askOne(
      InstanceConfig server, String path, Class<T> type) {
    return http.get()
        .uri(server.baseUrl() + "/internal/" + path)
        .retrieve()
        .bodyToMono(byte[].class)
        .map(json -> Map.entry(server.id(), Optional.of(ClusterJson.read(json, type))))
        .timeout(PATIENCE)
        .onErrorResume(
            failed -> {
              LOG.warn("{} did not answer {}: {}", server.id(), path, failed.toString());
              return Mono.just(Map.entry(server.id(), Optional.empty()));
            });
  }

  /** Lets one server upload a sealed segment once more; waits as long as large files take. */
  Mono<UploadReport> upload(
      InstanceConfig server, String tableId, SegmentName segment, int attempt, int dataCrc) {
    return http.post()
        .uri(
            server.baseUrl()
                + "/internal/tables/{tableId}/segments/{segment}/upload?attempt={attempt}&dataCrc={crc}",
            tableId,
            segment,
            attempt,
            dataCrc)
        .retrieve()
        .bodyToMono(byte[].class)
        .map(json -> ClusterJson.read(json, UploadReport.class))
        .timeout(UPLOAD_PATIENCE);
  }

  private <T> Mono<List<Answer<T>>> send(
      HttpMethod method, String tableId, String path, Class<T[]> type) {
    return Flux.fromIterable(view.get().liveInstances(InstanceRole.SERVER))
        .flatMap(server -> sendOne(method, server.config(), tableId, path, type), AT_ONCE)
        .collectSortedList((a, b) -> a.server().compareTo(b.server()));
  }

  private <T> Mono<Answer<T>> sendOne(
      HttpMethod method, InstanceConfig server, String tableId, String path, Class<T[]> type) {
    return http.method(method)
        .uri(server.baseUrl() + "/internal/tables/{tableId}/" + path, tableId)
        .retrieve()
        .bodyToMono(byte[].class)
        .map(json -> Arrays.asList(ClusterJson.read(json, type)))
        .map(items -> new Answer<>(server.id(), Optional.of(items)))
        .timeout(PATIENCE)
        .onErrorResume(failed -> Mono.just(noAnswer(server, path, failed)));
  }

  private static <T> Answer<T> noAnswer(InstanceConfig server, String path, Throwable failed) {
    LOG.warn("{} did not answer {}: {}", server.id(), path, failed.toString());
    return new Answer<>(server.id(), Optional.empty());
  }
}
