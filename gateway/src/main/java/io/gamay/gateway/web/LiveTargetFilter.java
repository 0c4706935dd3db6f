package io.gamay.gateway.web;

import static java.util.stream.Collectors.joining;

import io.gamay.cluster.instance.InstanceConfig;
import io.gamay.gateway.route.LiveTargets;
import io.gamay.gateway.route.LiveTargets.Target;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.cloud.gateway.filter.GatewayFilterChain;
import org.springframework.cloud.gateway.filter.GlobalFilter;
import org.springframework.cloud.gateway.filter.RouteToRequestUrlFilter;
import org.springframework.cloud.gateway.route.Route;
import org.springframework.cloud.gateway.support.ServerWebExchangeUtils;
import org.springframework.core.Ordered;
import org.springframework.core.io.buffer.DataBufferLimitException;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.util.UriComponentsBuilder;
import reactor.core.publisher.Mono;

/**
 * Sends a routed request to a live process of the route's target, or answers 503 with a sentence.
 * What is asked of one certain process, because each has its own, goes to the one that the request
 * names, which it must where there are several. What may be repeated goes to another process if the
 * first cannot be reached, or dies before it has begun to answer.
 */
public final class LiveTargetFilter implements GlobalFilter, Ordered {

  /** Key of a route's metadata: a {@link Target}. */
  public static final String TARGET = "target";

  /**
   * Key of a route's metadata: the query parameter that names the process; absent where any will
   * do.
   */
  public static final String NAMED_BY = "namedBy";

  /** Key of a route's metadata: present where a request only reads, and may be asked again. */
  public static final String REPEATABLE = "repeatable";

  private static final Logger LOG = LoggerFactory.getLogger(LiveTargetFilter.class);

  private final LiveTargets targets;
  private final KeptBodies bodies;

  /**
   * @param bodies of requests that may be asked again
   */
  public LiveTargetFilter(LiveTargets targets, KeptBodies bodies) {
    this.targets = targets;
    this.bodies = bodies;
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
    Optional<InstanceConfig> instance;
    if (route.getMetadata().get(NAMED_BY) instanceof String parameter) {
      List<InstanceConfig> live = targets.live(target);
      instance = named(exchange, parameter, live);
      if (instance.isEmpty() && !live.isEmpty()) {
        return unnamed(exchange.getResponse(), target, parameter, live);
      }
    } else {
      instance = targets.pick(target);
    }
    if (instance.isEmpty()) {
      return unavailable(
          exchange.getResponse(),
          "no %s is alive; start one (gamay start %s) or wait for it to register"
              .formatted(name(target), name(target)));
    }
    if (!route.getMetadata().containsKey(REPEATABLE)) {
      return send(exchange, chain, address, instance.get())
          .onErrorResume(
              IOException.class, failure -> broken(exchange, target, instance.get(), failure));
    }
    InstanceConfig first = instance.get();
    return Mono.using(
        bodies::open,
        share ->
            RepeatableRequest.of(exchange, bodies.longest(), share)
                .flatMap(kept -> ask(kept, chain, target, address, first, Attempts.NONE))
                .onErrorResume(DataBufferLimitException.class, _ -> tooLong(exchange.getResponse()))
                .onErrorResume(
                    KeptBodies.FullException.class,
                    full ->
                        refused(
                            exchange.getResponse(),
                            HttpStatus.TOO_MANY_REQUESTS,
                            String.valueOf(full.getMessage()))));
  }

  private Mono<Void> tooLong(ServerHttpResponse response) {
    return refused(
        response,
        HttpStatus.CONTENT_TOO_LARGE,
        "the body is longer than %d bytes (gamay.max-query-size)".formatted(bodies.longest()));
  }

  /**
   * Who did not answer a request so far.
   *
   * @param isPerhapsHarmful whether one of them died while it worked on the request
   */
  private record Attempts(Set<String> failed, boolean isPerhapsHarmful) {
    static final Attempts NONE = new Attempts(Set.of(), false);

    private static final int MOST_REFUSALS = 2;

    Attempts with(InstanceConfig instance, IOException failure) {
      Set<String> now = new HashSet<>(failed);
      now.add(instance.id());
      return new Attempts(Set.copyOf(now), isPerhapsHarmful || !isRefusal(failure));
    }

    /** A request that kills whoever works on it must not go round all of them. */
    boolean mayGoOnAfter(IOException failure) {
      return isRefusal(failure) ? failed.size() < MOST_REFUSALS : !isPerhapsHarmful;
    }
  }

  private Mono<Void> ask(
      ServerWebExchange exchange,
      GatewayFilterChain chain,
      Target target,
      URI address,
      InstanceConfig instance,
      Attempts before) {
    return send(exchange, chain, address, instance)
        .onErrorResume(
            IOException.class,
            failure -> {
              Attempts after = before.with(instance, failure);
              Optional<InstanceConfig> next = targets.pick(target, after.failed());
              if (next.isEmpty()
                  || !before.mayGoOnAfter(failure)
                  || exchange.getResponse().isCommitted()) {
                return broken(exchange, target, instance, failure);
              }
              LOG.info(
                  "{} does not answer ({}), asking {}",
                  instance.id(),
                  failure.toString(),
                  next.get().id());
              ServerWebExchangeUtils.reset(exchange);
              return ask(exchange, chain, target, address, next.get(), after);
            });
  }

  private static Mono<Void> send(
      ServerWebExchange exchange, GatewayFilterChain chain, URI address, InstanceConfig instance) {
    URI live =
        UriComponentsBuilder.fromUri(address)
            .scheme("http")
            .host(instance.host())
            .port(instance.port())
            .build(true)
            .toUri();
    exchange.getAttributes().put(ServerWebExchangeUtils.GATEWAY_REQUEST_URL_ATTR, live);
    return chain.filter(exchange);
  }

  private static boolean isRefusal(IOException failure) {
    return failure instanceof ConnectException;
  }

  /** The only one need not be named. */
  private static Optional<InstanceConfig> named(
      ServerWebExchange exchange, String parameter, List<InstanceConfig> live) {
    String name = exchange.getRequest().getQueryParams().getFirst(parameter);
    return live.stream()
        .filter(instance -> name == null ? live.size() == 1 : instance.id().equals(name))
        .findFirst();
  }

  private static Mono<Void> unnamed(
      ServerHttpResponse response, Target target, String parameter, List<InstanceConfig> live) {
    return refused(
        response,
        HttpStatus.BAD_REQUEST,
        "each %s has its own: name one that is alive as parameter %s: %s"
            .formatted(
                name(target),
                parameter,
                live.stream().map(InstanceConfig::id).sorted().collect(joining(", "))));
  }

  /** A process that has just died is taken for alive until its ZooKeeper session is over. */
  private static Mono<Void> broken(
      ServerWebExchange exchange, Target target, InstanceConfig instance, IOException failure) {
    ServerHttpResponse response = exchange.getResponse();
    if (response.isCommitted()) {
      return Mono.error(failure);
    }
    LOG.warn("{} does not answer: {}", instance.id(), failure.toString());
    return unavailable(
        response,
        "%s %s at %s:%d %s; try again in some seconds"
            .formatted(
                name(target),
                instance.id(),
                instance.host(),
                instance.port(),
                isRefusal(failure)
                    ? "does not answer"
                    : "broke the connection before it had answered"));
  }

  private static String name(Target target) {
    return target.name().toLowerCase(Locale.ROOT);
  }

  private static Mono<Void> unavailable(ServerHttpResponse response, String reason) {
    return refused(response, HttpStatus.SERVICE_UNAVAILABLE, reason);
  }

  private static Mono<Void> refused(ServerHttpResponse response, HttpStatus status, String reason) {
    response.setStatusCode(status);
    response.getHeaders().setContentType(MediaType.APPLICATION_JSON);
    String body = "{\"code\":%d,\"error\":\"%s\"}".formatted(status.value(), reason);
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    return response.writeWith(Mono.just(response.bufferFactory().wrap(bytes)));
  }
}
