package io.gamay.ingest.web;

import io.gamay.ingest.execute.RunningQueries;
import io.gamay.ingest.execute.RunningQueries.RunningQuery;
import io.gamay.ingest.execute.ServerAnswer;
import io.gamay.ingest.execute.ServerQueryExecutor;
import io.gamay.query.wire.ServerRequestCodec;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.reactivestreams.Publisher;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferFactory;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ResponseStatusException;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Brokers ask here; plans and results are in the wire format of {@code query.wire}. */
@RestController
class QueryController {

  /** A response goes out in pieces of this size, as fast as the broker takes them. */
  private static final int PIECE_BYTES = 1 << 16;

  private final ServerQueryExecutor executor;
  private final RunningQueries running;

  QueryController(ServerQueryExecutor executor, RunningQueries running) {
    this.executor = executor;
    this.running = running;
  }

  /**
   * What a cancellation did.
   *
   * @param cancelled requests that were under way
   */
  record Cancelled(int cancelled) {}

  @Operation(
      summary = "Run a plan over segments of this server",
      description = "A broker that drops the connection ends the work.")
  @PostMapping(
      path = "/internal/query",
      consumes = MediaType.APPLICATION_OCTET_STREAM_VALUE,
      produces = MediaType.APPLICATION_OCTET_STREAM_VALUE)
  Mono<Void> query(@RequestBody byte[] body, ServerHttpResponse response) {
    return Mono.fromFuture(() -> submit(body))
        .doOnDiscard(ServerAnswer.class, ServerAnswer::close)
        .flatMap(answer -> send(answer, response));
  }

  @Operation(
      summary = "Stop the work for a query",
      description = "The id is the one that the broker gave its requests for the query.")
  @ApiResponse(responseCode = "200", description = "It was under way and stops at its next block")
  @ApiResponse(responseCode = "404", description = "No request of that id is under way")
  @DeleteMapping("/internal/query/{id}")
  Cancelled cancel(@PathVariable String id) {
    int cancelled = running.cancel(id, "on request");
    if (cancelled == 0) {
      throw new ResponseStatusException(
          HttpStatus.NOT_FOUND, "no request " + id + " is under way on this server");
    }
    return new Cancelled(cancelled);
  }

  @Operation(summary = "What this server works on for brokers now")
  @GetMapping("/internal/queries")
  List<RunningQuery> queries() {
    return running.list();
  }

  /** A dropped connection cancels the future, and with it the work. */
  private CompletableFuture<ServerAnswer> submit(byte[] body) {
    return executor.submitForWire(ServerRequestCodec.decode(body));
  }

  private static Mono<Void> send(ServerAnswer answer, ServerHttpResponse response) {
    ByteBuffer bytes = answer.bytes();
    response.getHeaders().setContentType(MediaType.APPLICATION_OCTET_STREAM);
    response.getHeaders().setContentLength(bytes.remaining());
    return response
        .writeWith(pieces(bytes, response.bufferFactory()))
        .doFinally(_ -> answer.close());
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
}
