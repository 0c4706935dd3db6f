package io.gamay.broker.scatter;

import io.gamay.broker.compile.SmallWork;
import io.gamay.broker.scatter.ServerConnections.Ways;
import io.gamay.cluster.instance.InstanceConfig;
import io.gamay.query.budget.QueryBudget;
import io.gamay.query.error.QueryException;
import io.gamay.query.wire.ServerRequest;
import io.gamay.query.wire.ServerRequestCodec;
import io.gamay.query.wire.ServerResponse;
import io.gamay.query.wire.ServerResponseCodec;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.TimeoutException;
import org.reactivestreams.Publisher;
import org.springframework.web.util.UriUtils;
import reactor.core.publisher.Mono;
import reactor.netty.ByteBufFlux;
import reactor.netty.http.client.HttpClientResponse;

/**
 * Asks over HTTP: {@code POST /internal/query}, bytes both ways; through Reactor Netty's client
 * itself, since a layer above it takes as long as a small query.
 */
public final class HttpServerClient implements ServerClient, QueryCancellation, ServerProbe {

  private static final String PATH = "/internal/query";
  private static final String PROBE_PATH = "/health";
  private static final Duration MOST_PROBE_TIME = Duration.ofSeconds(2);

  private final ServerConnections connections;
  private final QueryThreads threads;

  /**
   * @param threads where responses are decoded that are not {@link SmallWork}
   */
  public HttpServerClient(ServerConnections connections, QueryThreads threads) {
    this.connections = connections;
    this.threads = threads;
  }

  @Override
  public Mono<ServerResponse> ask(
      InstanceConfig server, ServerRequest request, QueryBudget budget, Runnable onFetching) {
    return Mono.defer(
        () -> {
          // Before anything is sent: what cannot be encoded is the query's fault, not a
          // connection's.
          byte[] question = ServerRequestCodec.encode(request);
          Ways ways = connections.here();
          return ways.http()
              .headers(
                  headers ->
                      headers.set(
                          HttpHeaderNames.CONTENT_TYPE, HttpHeaderValues.APPLICATION_OCTET_STREAM))
              .post()
              .uri(URI.create(server.baseUrl() + PATH))
              .send(Mono.fromSupplier(() -> Unpooled.wrappedBuffer(question)))
              .response(
                  (response, body) -> {
                    if (response.responseHeaders().contains(ServerResponse.FETCHING)) {
                      onFetching.run();
                    }
                    return taken(server, response, body, request, budget);
                  })
              .single()
              .flatMap(bytes -> decode(request, bytes))
              .timeout(request.timeout(), ways.timer())
              .onErrorMap(failure -> inWords(server, request, failure));
        });
  }

  @Override
  public Mono<String> cancel(InstanceConfig server, String requestId) {
    String id = UriUtils.encodePathSegment(requestId, StandardCharsets.UTF_8);
    return Mono.defer(
            () ->
                connections
                    .here()
                    .http()
                    .delete()
                    .uri(URI.create(server.baseUrl() + PATH + "/" + id))
                    .response())
        .map(response -> outcome(response.status()))
        .onErrorResume(
            failure -> Mono.just("not reached: " + String.valueOf(failure.getMessage())));
  }

  /** Whatever it says of its health, a server that says something can be asked. */
  @Override
  public Mono<String> probe(InstanceConfig server) {
    return Mono.defer(
            () ->
                connections
                    .here()
                    .http()
                    .get()
                    .uri(URI.create(server.baseUrl() + PROBE_PATH))
                    .response())
        .map(_ -> "")
        .timeout(MOST_PROBE_TIME)
        .onErrorResume(failure -> Mono.just(probeFailure(failure)));
  }

  private static String probeFailure(Throwable failure) {
    return switch (failure) {
      case TimeoutException _ -> "no answer within " + MOST_PROBE_TIME.toMillis() + " ms";
      case ConnectException _ -> "nothing listens there";
      default -> String.valueOf(failure.getMessage());
    };
  }

  private static String outcome(HttpResponseStatus status) {
    if (status.equals(HttpResponseStatus.NOT_FOUND)) {
      return "not at work on it";
    }
    return isSuccess(status) ? "told to stop" : "answered " + status;
  }

  private static boolean isSuccess(HttpResponseStatus status) {
    return status.code() / 100 == 2;
  }

  /** Takes the body in as it comes, and no more of it than the query may hold. */
  private static Publisher<ResponseBytes> taken(
      InstanceConfig server,
      HttpClientResponse response,
      ByteBufFlux body,
      ServerRequest request,
      QueryBudget budget) {
    if (!isSuccess(response.status())) {
      String answered = server.baseUrl() + PATH + " answered " + response.status();
      return Mono.error(
          response.status().equals(HttpResponseStatus.SERVICE_UNAVAILABLE)
              ? new IOException(answered)
              : new IllegalStateException(answered));
    }
    long announced = response.responseHeaders().getInt(HttpHeaderNames.CONTENT_LENGTH, -1);
    ResponseBytes bytes;
    try {
      bytes = new ResponseBytes(announced, request.limits().maxResponseBytes(), budget);
    } catch (QueryException tooMany) {
      return Mono.error(tooMany);
    }
    return body.doOnNext(bytes::add)
        .then(Mono.just(bytes))
        .doOnError(_ -> bytes.release())
        .doOnCancel(bytes::release);
  }

  /** Whoever takes the response in does so on the same thread. */
  private Mono<ServerResponse> decode(ServerRequest request, ResponseBytes bytes) {
    boolean isSmall =
        bytes.length() <= SmallWork.MOST_BYTES
            && request.sealed().size() + request.tails().size() <= SmallWork.MOST_PARTS;
    Mono<ServerResponse> decoded = Mono.fromCallable(() -> decoded(bytes));
    return isSmall ? decoded : decoded.subscribeOn(threads.forBytes(bytes.length()));
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
    return switch (failure) {
      case ConnectException _ -> new IOException("nothing listens at " + server.baseUrl(), failure);
      case TimeoutException _ ->
          new IOException(
              "no answer within %d ms from %s"
                  .formatted(request.timeout().toMillis(), server.baseUrl()),
              failure);
      case IOException broken ->
          new IOException(
              "the connection to %s broke: %s".formatted(server.baseUrl(), broken.getMessage()),
              broken);
      default -> failure;
    };
  }
}
