package io.gamay.controller.web;

import io.gamay.cluster.instance.InstanceConfig;
import io.gamay.cluster.layout.ClusterJson;
import io.gamay.cluster.view.ClusterView;
import io.gamay.controller.leader.Leadership;
import java.net.ConnectException;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.Ordered;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferLimitException;
import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpRequestDecorator;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.web.reactive.function.client.ClientResponse;
import org.springframework.web.reactive.function.client.WebClient;
import org.springframework.web.reactive.function.client.WebClientRequestException;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.util.retry.Retry;

/**
 * Lets every controller answer every request: what only the leader can do is sent on to it, once,
 * and its answer comes back as it is. A controller that gets a forwarded request and does not lead
 * refuses it untouched.
 *
 * <p>A request that nobody has taken (no leader, no connection to it, refused untouched) is tried
 * again for a short time, with the view as it is then; after that it is answered 503 and nothing
 * was done. One that was taken and not answered is never sent again: the 503 says that its outcome
 * is not known.
 */
public final class LeaderForward implements WebFilter, Ordered {

  /** Names the controller that sends a request on. */
  static final String FORWARDED_BY = "X-Gamay-Forwarded-By";

  /** Marks the answer to a request that was refused untouched. */
  static final String NOT_TAKEN = "X-Gamay-Not-Taken";

  private static final Logger LOG = LoggerFactory.getLogger(LeaderForward.class);
  private static final int MAX_BODY_BYTES = 4 << 20;
  private static final int TRIES = 10;
  private static final Duration PAUSE = Duration.ofMillis(200);
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  /**
   * Of one connection, not of the request (RFC 9110, section 7.6.1), or made anew by the client.
   */
  private static final Set<String> OF_CONNECTION =
      Set.of(
          "connection",
          "keep-alive",
          "proxy-connection",
          "te",
          "trailer",
          "transfer-encoding",
          "upgrade",
          "expect",
          "host",
          "content-length");

  private final String instanceId;
  private final Leadership leadership;
  private final Supplier<ClusterView> view;
  private final WebClient http;

  /** Nobody has begun with the request. */
  private static final class NotTakenException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    NotTakenException(String message) {
      super(message);
    }
  }

  /**
   * @param instanceId of this controller
   * @param http sends a request at most once: no retries of its own, no connections kept
   */
  public LeaderForward(
      String instanceId, Leadership leadership, Supplier<ClusterView> view, WebClient http) {
    this.instanceId = instanceId;
    this.leadership = leadership;
    this.view = view;
    this.http = http;
  }

  /** Before whatever reads or changes a request. */
  @Override
  public int getOrder() {
    return Ordered.HIGHEST_PRECEDENCE + 10;
  }

  @Override
  public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
    ServerHttpRequest request = exchange.getRequest();
    if (leadership.term().isPresent() || !LeaderRequests.isForLeader(request)) {
      return chain.filter(exchange);
    }
    String sender = request.getHeaders().getFirst(FORWARDED_BY);
    if (sender != null) {
      exchange.getResponse().getHeaders().set(NOT_TAKEN, instanceId);
      return unavailable(
          exchange.getResponse(),
          "%s sent this to %s, which does not lead: nothing was done; try again"
              .formatted(sender, instanceId));
    }
    return DataBufferUtils.join(request.getBody(), MAX_BODY_BYTES)
        .map(LeaderForward::bytes)
        .defaultIfEmpty(new byte[0])
        .flatMap(body -> untilTaken(exchange, chain, body))
        .onErrorResume(DataBufferLimitException.class, tooLarge -> tooLarge(exchange));
  }

  private Mono<Void> untilTaken(ServerWebExchange exchange, WebFilterChain chain, byte[] body) {
    return Mono.defer(() -> once(exchange, chain, body))
        .retryWhen(
            Retry.fixedDelay(TRIES, PAUSE)
                .filter(NotTakenException.class::isInstance)
                .onRetryExhaustedThrow((_, last) -> last.failure()))
        .onErrorResume(
            NotTakenException.class,
            nobody -> unavailable(exchange.getResponse(), String.valueOf(nobody.getMessage())));
  }

  private Mono<Void> once(ServerWebExchange exchange, WebFilterChain chain, byte[] body) {
    if (leadership.term().isPresent()) {
      return chain.filter(
          exchange
              .mutate()
              .request(new ReadRequest(exchange.getRequest(), exchange, body))
              .build());
    }
    Optional<InstanceConfig> leader = view.get().leaderInstance();
    if (leader.isEmpty()) {
      return Mono.error(
          new NotTakenException(
              "no controller leads now: nothing was done; one takes over within seconds, try"
                  + " again"));
    }
    if (leader.get().id().equals(instanceId)) {
      return Mono.error(
          new NotTakenException(
              "this controller is between two terms: nothing was done; try again"));
    }
    return forward(exchange, leader.get(), body);
  }

  private Mono<Void> forward(ServerWebExchange exchange, InstanceConfig leader, byte[] body) {
    ServerHttpRequest request = exchange.getRequest();
    WebClient.RequestBodySpec sent =
        http.method(request.getMethod())
            .uri(target(leader, request.getURI()))
            .headers(headers -> pass(request.getHeaders(), headers))
            .header(FORWARDED_BY, instanceId);
    return (body.length == 0 ? sent : sent.bodyValue(body))
        .exchangeToMono(answer -> relay(exchange.getResponse(), leader, answer))
        .timeout(PATIENCE)
        .onErrorResume(failed -> unanswered(exchange.getResponse(), leader, failed));
  }

  private static URI target(InstanceConfig leader, URI asked) {
    String query = asked.getRawQuery();
    return URI.create(leader.baseUrl() + asked.getRawPath() + (query == null ? "" : "?" + query));
  }

  private static Mono<Void> relay(
      ServerHttpResponse response, InstanceConfig leader, ClientResponse answer) {
    if (answer.headers().asHttpHeaders().containsHeader(NOT_TAKEN)) {
      return answer
          .releaseBody()
          .then(
              Mono.error(
                  new NotTakenException(
                      "%s does not lead any more: nothing was done; another controller takes over within seconds, try again"
                          .formatted(leader.id()))));
    }
    response.setStatusCode(answer.statusCode());
    pass(answer.headers().asHttpHeaders(), response.getHeaders());
    return response.writeWith(answer.bodyToFlux(DataBuffer.class));
  }

  private static Mono<Void> unanswered(
      ServerHttpResponse response, InstanceConfig leader, Throwable failed) {
    if (failed instanceof NotTakenException || response.isCommitted()) {
      return Mono.error(failed);
    }
    LOG.warn("{}, the leader, did not answer: {}", leader.id(), failed.toString());
    if (failed instanceof WebClientRequestException unsent
        && (unsent.getCause() instanceof ConnectException
            || unsent.getCause() instanceof UnknownHostException)) {
      return Mono.error(
          new NotTakenException(
              "%s leads, as far as is known, and cannot be reached at %s: nothing was done; another controller takes over within seconds, try again"
                  .formatted(leader.id(), leader.baseUrl())));
    }
    return unavailable(
        response,
        "%s at %s went away before it had answered: whether it did this is not known; look, or send it again, nothing is done twice"
            .formatted(leader.id(), leader.baseUrl()));
  }

  private static void pass(HttpHeaders from, HttpHeaders to) {
    from.forEach(
        (name, values) -> {
          if (!OF_CONNECTION.contains(name.toLowerCase(Locale.ROOT))) {
            to.put(name, values);
          }
        });
  }

  private static byte[] bytes(DataBuffer buffer) {
    byte[] bytes = new byte[buffer.readableByteCount()];
    buffer.read(bytes);
    DataBufferUtils.release(buffer);
    return bytes;
  }

  private static Mono<Void> tooLarge(ServerWebExchange exchange) {
    return answer(
        exchange.getResponse(),
        HttpStatus.CONTENT_TOO_LARGE,
        "a body of more than %d bytes is not taken".formatted(MAX_BODY_BYTES));
  }

  private static Mono<Void> unavailable(ServerHttpResponse response, String reason) {
    response.getHeaders().set(HttpHeaders.RETRY_AFTER, "1");
    return answer(response, HttpStatus.SERVICE_UNAVAILABLE, reason);
  }

  private static Mono<Void> answer(ServerHttpResponse response, HttpStatus status, String reason) {
    response.setStatusCode(status);
    response.getHeaders().setContentType(MediaType.APPLICATION_JSON);
    byte[] body = ClusterJson.write(new ErrorBody(status.value(), reason));
    return response.writeWith(Mono.just(response.bufferFactory().wrap(body)));
  }

  /** A request whose body was read before. */
  private static final class ReadRequest extends ServerHttpRequestDecorator {
    private final ServerWebExchange exchange;
    private final byte[] body;

    ReadRequest(ServerHttpRequest request, ServerWebExchange exchange, byte[] body) {
      super(request);
      this.exchange = exchange;
      this.body = body;
    }

    @Override
    public Flux<DataBuffer> getBody() {
      return Flux.defer(() -> Flux.just(exchange.getResponse().bufferFactory().wrap(body)));
    }
  }
}
