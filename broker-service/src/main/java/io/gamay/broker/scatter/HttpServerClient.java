package io.gamay.broker.scatter;

import io.gamay.broker.compile.SmallWork;
import io.gamay.cluster.instance.InstanceConfig;
import io.gamay.query.budget.QueryBudget;
import io.gamay.query.error.QueryException;
import io.gamay.query.wire.ServerRequest;
import io.gamay.query.wire.ServerRequestCodec;
import io.gamay.query.wire.ServerResponse;
import io.gamay.query.wire.ServerResponseCodec;
import java.io.IOException;
import java.net.ConnectException;
import java.util.concurrent.TimeoutException;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.web.reactive.function.client.ClientResponse;
import org.springframework.web.reactive.function.client.WebClient;
import org.springframework.web.reactive.function.client.WebClientRequestException;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/** Asks over HTTP: {@code POST /internal/query}, bytes both ways. */
public final class HttpServerClient implements ServerClient, QueryCancellation {

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
  public Mono<ServerResponse> ask(
      InstanceConfig server, ServerRequest request, QueryBudget budget) {
    return http.post()
        .uri(server.baseUrl() + "/internal/query")
        .contentType(MediaType.APPLICATION_OCTET_STREAM)
        .accept(MediaType.APPLICATION_OCTET_STREAM)
        .bodyValue(ServerRequestCodec.encode(request))
        .exchangeToMono(response -> taken(response, request, budget))
        .flatMap(bytes -> decode(request, bytes))
        .timeout(request.timeout())
        .onErrorMap(failure -> inWords(server, request, failure));
  }

  @Override
  public Mono<String> cancel(InstanceConfig server, String requestId) {
    return http.delete()
        .uri(server.baseUrl() + "/internal/query/{id}", requestId)
        .exchangeToMono(
            response ->
                response
                    .releaseBody()
                    .thenReturn(
                        response.statusCode().isSameCodeAs(HttpStatus.NOT_FOUND)
                            ? "not at work on it"
                            : response.statusCode().is2xxSuccessful()
                                ? "told to stop"
                                : "answered " + response.statusCode()))
        .onErrorResume(
            failure -> Mono.just("not reached: " + String.valueOf(failure.getMessage())));
  }

  /** Takes the body in as it comes, and no more of it than the query may hold. */
  private static Mono<ResponseBytes> taken(
      ClientResponse response, ServerRequest request, QueryBudget budget) {
    if (!response.statusCode().is2xxSuccessful()) {
      return response.createError();
    }
    long announced = response.headers().contentLength().orElse(-1);
    ResponseBytes bytes;
    try {
      bytes = new ResponseBytes(announced, request.limits().maxResponseBytes(), budget);
    } catch (QueryException tooMany) {
      return response.releaseBody().then(Mono.error(tooMany));
    }
    return response.bodyToFlux(DataBuffer.class).doOnNext(bytes::add).then(Mono.just(bytes));
  }

  /** Whoever takes the response in does so on the same thread. */
  private Mono<ServerResponse> decode(ServerRequest request, ResponseBytes bytes) {
    boolean isSmall =
        bytes.length() <= SmallWork.MOST_BYTES
            && request.sealed().size() + request.tails().size() <= SmallWork.MOST_PARTS;
    Mono<ServerResponse> decoded = Mono.fromCallable(() -> decoded(bytes));
    return isSmall ? decoded : decoded.subscribeOn(queryScheduler);
  }

  private static ServerResponse decoded(ResponseBytes bytes) {
    try {
      long length = bytes.length();
      return ServerResponseCodec.decode(bytes.take()).received(length);
    } finally {
      bytes.release();
    }
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
