package io.gamay.broker.scatter;

import io.gamay.broker.compile.SmallWork;
import io.gamay.cluster.instance.InstanceConfig;
import io.gamay.query.wire.ServerRequest;
import io.gamay.query.wire.ServerRequestCodec;
import io.gamay.query.wire.ServerResponse;
import io.gamay.query.wire.ServerResponseCodec;
import java.io.IOException;
import java.net.ConnectException;
import java.util.concurrent.TimeoutException;
import org.springframework.http.MediaType;
import org.springframework.web.reactive.function.client.WebClient;
import org.springframework.web.reactive.function.client.WebClientRequestException;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/** Asks over HTTP: {@code POST /internal/query}, bytes both ways. */
public final class HttpServerClient implements ServerClient {

  private final WebClient http;
  private final Scheduler queryScheduler;

  /**
   * @param queryScheduler where responses are decoded that are not {@link SmallWork}
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
        .flatMap(bytes -> decode(request, bytes))
        .timeout(request.timeout())
        .onErrorMap(failure -> inWords(server, request, failure));
  }

  /** Whoever takes the response in does so on the same thread. */
  private Mono<ServerResponse> decode(ServerRequest request, byte[] bytes) {
    boolean isSmall =
        bytes.length <= SmallWork.MOST_BYTES
            && request.sealed().size() + request.tails().size() <= SmallWork.MOST_PARTS;
    Mono<ServerResponse> decoded = Mono.fromCallable(() -> ServerResponseCodec.decode(bytes));
    return isSmall ? decoded : decoded.subscribeOn(queryScheduler);
  }

  private static Throwable inWords(
      InstanceConfig server, ServerRequest request, Throwable failure) {
    Throwable cause =
        failure instanceof WebClientRequestException && failure.getCause() != null
            ? failure.getCause()
            : failure;
    return switch (cause) {
      case ConnectException _ -> new IOException("nothing listens at " + server.baseUrl(), cause);
      case TimeoutException _ ->
          new IOException(
              "no answer within %d ms from %s"
                  .formatted(request.timeout().toMillis(), server.baseUrl()),
              cause);
      case IOException broken ->
          new IOException(
              "the connection to %s broke: %s".formatted(server.baseUrl(), broken.getMessage()),
              cause);
      default -> cause;
    };
  }
}
