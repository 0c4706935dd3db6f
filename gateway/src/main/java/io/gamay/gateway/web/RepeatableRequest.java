package io.gamay.gateway.web;

import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.http.server.reactive.ServerHttpRequestDecorator;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** A request whose body was taken in, so that it can be sent more than once. */
final class RepeatableRequest extends ServerHttpRequestDecorator {

  private final ServerWebExchange exchange;
  private final byte[] body;

  private RepeatableRequest(ServerWebExchange exchange, byte[] body) {
    super(exchange.getRequest());
    this.exchange = exchange;
    this.body = body;
  }

  /**
   * The exchange, with its request's body taken in.
   *
   * @param share what its bytes are counted in, as they come
   * @return fails with a {@code DataBufferLimitException} if the body is longer, with a {@code
   *     FullException} if there is no room for it
   */
  static Mono<ServerWebExchange> of(
      ServerWebExchange exchange, int mostBytes, KeptBodies.Share share) {
    Flux<DataBuffer> counted =
        exchange.getRequest().getBody().map(buffer -> counted(buffer, share));
    return DataBufferUtils.join(counted, mostBytes)
        .map(RepeatableRequest::bytes)
        .defaultIfEmpty(new byte[0])
        .map(body -> exchange.mutate().request(new RepeatableRequest(exchange, body)).build());
  }

  @Override
  public Flux<DataBuffer> getBody() {
    return body.length == 0
        ? Flux.empty()
        : Flux.defer(() -> Flux.just(exchange.getResponse().bufferFactory().wrap(body)));
  }

  private static DataBuffer counted(DataBuffer buffer, KeptBodies.Share share) {
    try {
      share.add(buffer.readableByteCount());
      return buffer;
    } catch (KeptBodies.FullException full) {
      DataBufferUtils.release(buffer);
      throw full;
    }
  }

  private static byte[] bytes(DataBuffer joined) {
    byte[] bytes = new byte[joined.readableByteCount()];
    joined.read(bytes);
    DataBufferUtils.release(joined);
    return bytes;
  }
}
