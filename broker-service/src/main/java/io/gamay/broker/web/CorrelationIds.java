package io.gamay.broker.web;

import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.stereotype.Component;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;
import reactor.core.publisher.Mono;

/** Gives the header {@code X-Correlation-Id} back, so that a client can tell its answers apart. */
@Component
final class CorrelationIds implements WebFilter {

  private static final String HEADER = "X-Correlation-Id";

  @Override
  public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
    giveBack(exchange.getRequest(), exchange.getResponse());
    return chain.filter(exchange);
  }

  static void giveBack(ServerHttpRequest request, ServerHttpResponse response) {
    String id = request.getHeaders().getFirst(HEADER);
    if (id != null) {
      response.getHeaders().set(HEADER, id);
    }
  }
}
