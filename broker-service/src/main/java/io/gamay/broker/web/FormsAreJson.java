package io.gamay.broker.web;

import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.stereotype.Component;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;
import reactor.core.publisher.Mono;

/** Nothing here takes a URL-encoded form; a body of that type is JSON sent by {@code curl -d}. */
@Component
final class FormsAreJson implements WebFilter {

  @Override
  public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
    MediaType type = exchange.getRequest().getHeaders().getContentType();
    if (type == null || !type.isCompatibleWith(MediaType.APPLICATION_FORM_URLENCODED)) {
      return chain.filter(exchange);
    }
    ServerHttpRequest json =
        exchange
            .getRequest()
            .mutate()
            .header(HttpHeaders.CONTENT_TYPE, MediaType.APPLICATION_JSON_VALUE)
            .build();
    return chain.filter(exchange.mutate().request(json).build());
  }
}
