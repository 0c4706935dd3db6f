package io.gamay.broker.scatter;

import io.gamay.cluster.instance.InstanceConfig;
import io.gamay.query.wire.ServerRequest;
import io.gamay.query.wire.ServerRequestCodec;
import io.gamay.query.wire.ServerResponse;
import io.gamay.query.wire.ServerResponseCodec;
import org.springframework.http.MediaType;
import org.springframework.web.reactive.function.client.WebClient;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/** Asks over HTTP: {@code POST /internal/query}, bytes both ways. */
public final class HttpServerClient implements ServerClient {

  private final WebClient http;
  private final Scheduler queryScheduler;

  /**
   * @param queryScheduler where responses are decoded
   */
  public HttpServerClient(WebClient http, Scheduler queryScheduler) {
    this.http = http;
    this.queryScheduler = queryScheduler;
  }

  @Override
  public Mono<ServerResponse> ask(InstanceConfig server, ServerRequest request) {
    return http.post()
        .uri(server.baseUrl() + "/internal/query")
        .contentType(MediaType.APPLICATION_OCTET_STREAM)
        .accept(MediaType.APPLICATION_OCTET_STREAM)
        .bodyValue(ServerRequestCodec.encode(request))
        .retrieve()
        .bodyToMono(byte[].class)
        .publishOn(queryScheduler)
        .map(ServerResponseCodec::decode)
        .timeout(request.timeout());
  }
}
