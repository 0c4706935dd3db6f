package io.gamay.controller.wiring;

import java.util.function.BooleanSupplier;
import org.springframework.boot.webflux.autoconfigure.WebHttpHandlerBuilderCustomizer;
import org.springframework.core.Ordered;
import org.springframework.http.HttpHeaders;
import org.springframework.http.server.reactive.HttpHandler;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.web.server.adapter.WebHttpHandlerBuilder;
import reactor.core.publisher.Mono;

/**
 * Ends each connection with its next answer once this process is about to stop, so that clients
 * that keep connections open do not send a request into one that is just being closed.
 */
final class ClosingConnections implements WebHttpHandlerBuilderCustomizer, Ordered {

  private final BooleanSupplier isStopping;

  ClosingConnections(BooleanSupplier isStopping) {
    this.isStopping = isStopping;
  }

  /** Around what others have put before Spring's dispatching. */
  @Override
  public int getOrder() {
    return LOWEST_PRECEDENCE;
  }

  @Override
  public void customize(WebHttpHandlerBuilder builder) {
    builder.httpHandlerDecorator(
        others -> (request, response) -> handle(others, request, response));
  }

  private Mono<Void> handle(
      HttpHandler others, ServerHttpRequest request, ServerHttpResponse response) {
    if (isStopping.getAsBoolean()) {
      response.beforeCommit(() -> Mono.fromRunnable(() -> end(response)));
    }
    return others.handle(request, response);
  }

  private static void end(ServerHttpResponse response) {
    response.getHeaders().set(HttpHeaders.CONNECTION, "close");
  }
}
