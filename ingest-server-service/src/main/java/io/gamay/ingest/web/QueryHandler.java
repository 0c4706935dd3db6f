package io.gamay.ingest.web;

import io.gamay.ingest.execute.ServerAnswer;
import io.gamay.ingest.execute.ServerQueryExecutor;
import io.gamay.query.wire.ServerRequest;
import io.gamay.query.wire.ServerRequestCodec;
import io.gamay.query.wire.ServerResponse;
import io.gamay.query.wire.WireFormatException;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.swagger.v3.oas.models.OpenAPI;
import io.swagger.v3.oas.models.Operation;
import io.swagger.v3.oas.models.PathItem;
import io.swagger.v3.oas.models.media.Content;
import io.swagger.v3.oas.models.parameters.RequestBody;
import io.swagger.v3.oas.models.responses.ApiResponse;
import io.swagger.v3.oas.models.responses.ApiResponses;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.reactivestreams.Publisher;
import org.springdoc.core.customizers.OpenApiCustomizer;
import org.springframework.boot.webflux.autoconfigure.WebHttpHandlerBuilderCustomizer;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferFactory;
import org.springframework.core.io.buffer.DataBufferLimitException;
import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.stereotype.Component;
import org.springframework.web.server.adapter.WebHttpHandlerBuilder;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.SignalType;

/**
 * Brokers ask here, {@code POST /internal/query}: plans and results in the wire format of {@code
 * query.wire}. It stands before Spring's dispatching, which takes longer than many a query. A
 * broker that drops the connection ends the work.
 */
@Component
final class QueryHandler implements WebHttpHandlerBuilderCustomizer, OpenApiCustomizer {

  static final String PATH = "/internal/query";

  /** A response goes out in pieces of this size, as fast as the broker takes them. */
  private static final int PIECE_BYTES = 1 << 16;

  private static final int MOST_REQUEST_BYTES = 64 << 20;

  private final ServerQueryExecutor executor;
  private final Timer times;

  QueryHandler(ServerQueryExecutor executor, MeterRegistry meters) {
    this.executor = executor;
    this.times =
        Timer.builder("gamay_server_queries")
            .description("questions of brokers, until their answers were sent")
            .register(meters);
  }

  @Override
  public void customize(WebHttpHandlerBuilder builder) {
    builder.httpHandlerDecorator(
        others ->
            (request, response) ->
                isQuery(request) ? answer(request, response) : others.handle(request, response));
  }

  @Override
  public void customise(OpenAPI api) {
    Content bytes =
        new Content()
            .addMediaType(
                MediaType.APPLICATION_OCTET_STREAM_VALUE,
                new io.swagger.v3.oas.models.media.MediaType());
    api.path(
        PATH,
        new PathItem()
            .post(
                new Operation()
                    .summary("Run a plan over segments of this server")
                    .description("A broker that drops the connection ends the work.")
                    .requestBody(new RequestBody().required(true).content(bytes))
                    .responses(
                        new ApiResponses()
                            .addApiResponse(
                                "200",
                                new ApiResponse()
                                    .description("The partial result, or why there is none")
                                    .content(bytes))
                            .addApiResponse(
                                "400", new ApiResponse().description("The body is no request")))));
  }

  private static boolean isQuery(ServerHttpRequest request) {
    return request.getMethod().equals(HttpMethod.POST)
        && request.getURI().getRawPath().equals(PATH);
  }

  private Mono<Void> answer(ServerHttpRequest request, ServerHttpResponse response) {
    long started = System.nanoTime();
    return DataBufferUtils.join(request.getBody(), MOST_REQUEST_BYTES)
        .switchIfEmpty(Mono.error(() -> new WireFormatException("an empty body is no request")))
        .map(QueryHandler::decoded)
        .flatMap(question -> answer(question, response))
        .onErrorResume(WireFormatException.class, e -> refuse(HttpStatus.BAD_REQUEST, e, response))
        .onErrorResume(
            DataBufferLimitException.class, e -> refuse(HttpStatus.CONTENT_TOO_LARGE, e, response))
        .doFinally(_ -> times.record(System.nanoTime() - started, TimeUnit.NANOSECONDS));
  }

  private Mono<Void> answer(ServerRequest question, ServerHttpResponse response) {
    CompletableFuture<Void> fetching = new CompletableFuture<>();
    CompletableFuture<ServerAnswer> answer =
        executor.submitForWire(question, () -> fetching.complete(null));
    return respond(answer, fetching, response);
  }

  /**
   * Sends the answer once it is there; earlier, if files are fetched for it, that this is so. An
   * answer that cannot be sent is abandoned.
   */
  static Mono<Void> respond(
      CompletableFuture<ServerAnswer> answer,
      CompletableFuture<Void> fetching,
      ServerHttpResponse response) {
    return Mono.fromFuture(CompletableFuture.anyOf(answer, fetching), true)
        .then(
            Mono.defer(
                () ->
                    fetching.isDone()
                        ? sendLater(answer, response)
                        : Mono.fromFuture(answer).flatMap(whole -> send(whole, response))))
        .doFinally(
            end -> {
              if (end != SignalType.ON_COMPLETE) {
                abandon(answer);
              }
            });
  }

  private static void abandon(CompletableFuture<ServerAnswer> answer) {
    if (!answer.cancel(false)) {
      var _ = answer.thenAccept(ServerAnswer::close);
    }
  }

  private static ServerRequest decoded(DataBuffer body) {
    byte[] bytes = new byte[body.readableByteCount()];
    body.read(bytes);
    DataBufferUtils.release(body);
    return ServerRequestCodec.decode(bytes);
  }

  private static Mono<Void> send(ServerAnswer answer, ServerHttpResponse response) {
    ByteBuffer bytes = answer.bytes();
    response.getHeaders().setContentType(MediaType.APPLICATION_OCTET_STREAM);
    response.getHeaders().setContentLength(bytes.remaining());
    return response
        .writeWith(pieces(bytes, response.bufferFactory()))
        .doFinally(_ -> answer.close());
  }

  /** Says at once that the answer takes the time of a fetch: the broker knows that this is well. */
  private static Mono<Void> sendLater(
      CompletableFuture<ServerAnswer> answer, ServerHttpResponse response) {
    DataBufferFactory factory = response.bufferFactory();
    response.getHeaders().setContentType(MediaType.APPLICATION_OCTET_STREAM);
    response.getHeaders().set(ServerResponse.FETCHING, "true");
    Publisher<DataBuffer> headersOnly = Mono.just(factory.wrap(new byte[0]));
    Mono<Publisher<DataBuffer>> body =
        Mono.fromFuture(answer)
            .map(whole -> Flux.from(pieces(whole.bytes(), factory)).doFinally(_ -> whole.close()));
    return response.writeAndFlushWith(Flux.concat(Mono.just(headersOnly), body));
  }

  private static Publisher<DataBuffer> pieces(ByteBuffer bytes, DataBufferFactory factory) {
    int size = bytes.remaining();
    if (size <= PIECE_BYTES) {
      return Mono.just(factory.wrap(bytes));
    }
    return Flux.range(0, (size + PIECE_BYTES - 1) / PIECE_BYTES)
        .map(
            piece -> {
              int from = piece * PIECE_BYTES;
              return factory.wrap(bytes.slice(from, Math.min(PIECE_BYTES, size - from)));
            });
  }

  private static Mono<Void> refuse(
      HttpStatus status, Exception reason, ServerHttpResponse response) {
    response.setStatusCode(status);
    response.getHeaders().setContentType(MediaType.TEXT_PLAIN);
    byte[] text = String.valueOf(reason.getMessage()).getBytes(StandardCharsets.UTF_8);
    return response.writeWith(Mono.just(response.bufferFactory().wrap(text)));
  }
}
