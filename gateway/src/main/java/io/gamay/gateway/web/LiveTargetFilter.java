package io.gamay.gateway.web;

import io.gamay.cluster.instance.InstanceConfig;
import io.gamay.gateway.route.LiveTargets;
import io.gamay.gateway.route.LiveTargets.Target;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;
import org.springframework.cloud.gateway.filter.GatewayFilterChain;
import org.springframework.cloud.gateway.filter.GlobalFilter;
import org.springframework.cloud.gateway.filter.RouteToRequestUrlFilter;
import org.springframework.cloud.gateway.route.Route;
import org.springframework.cloud.gateway.support.ServerWebExchangeUtils;
import org.springframework.core.Ordered;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.util.UriComponentsBuilder;
import reactor.core.publisher.Mono;

/**
 * Sends a routed request to a live process of the route's target, or answers 503 with a sentence.
 */
public final class LiveTargetFilter implements GlobalFilter, Ordered {

  /** Key of a route's metadata: a {@link Target}. */
  public static final String TARGET = "target";

  private final LiveTargets targets;

  public LiveTargetFilter(LiveTargets targets) {
    this.targets = targets;
  }

  /** Right behind the filter that writes the route's own address. */
  @Override
  public int getOrder() {
    return RouteToRequestUrlFilter.ROUTE_TO_URL_FILTER_ORDER + 1;
  }

  @Override
  public Mono<Void> filter(ServerWebExchange exchange, GatewayFilterChain chain) {
    Route route = exchange.getAttribute(ServerWebExchangeUtils.GATEWAY_ROUTE_ATTR);
    URI address = exchange.getAttribute(ServerWebExchangeUtils.GATEWAY_REQUEST_URL_ATTR);
    if (route == null || address == null) {
      return chain.filter(exchange);
    }
    if (!(route.getMetadata().get(TARGET) instanceof Target target)) {
      return chain.filter(exchange);
    }
    Optional<InstanceConfig> instance = targets.pick(target);
    if (instance.isEmpty()) {
      return unavailable(exchange.getResponse(), target);
    }
    URI live =
        UriComponentsBuilder.fromUri(address)
            .scheme("http")
            .host(instance.get().host())
            .port(instance.get().port())
            .build(true)
            .toUri();
    exchange.getAttributes().put(ServerWebExchangeUtils.GATEWAY_REQUEST_URL_ATTR, live);
    return chain.filter(exchange);
  }

  private static Mono<Void> unavailable(ServerHttpResponse response, Target target) {
    response.setStatusCode(HttpStatus.SERVICE_UNAVAILABLE);
    response.getHeaders().setContentType(MediaType.APPLICATION_JSON);
    String name = target.name().toLowerCase(Locale.ROOT);
    String body =
        "{\"code\":503,\"error\":\"no %s is alive; start one (gamay start %s) or wait for it to register\"}"
            .formatted(name, name);
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    return response.writeWith(Mono.just(response.bufferFactory().wrap(bytes)));
  }
}
