package io.gamay.ingest.web;

import io.gamay.ingest.execute.ServerQueryExecutor;
import io.gamay.query.wire.ServerRequestCodec;
import io.gamay.query.wire.ServerResponse;
import io.gamay.query.wire.ServerResponseCodec;
import io.swagger.v3.oas.annotations.Operation;
import java.util.concurrent.CompletableFuture;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Mono;

/** Brokers ask here; both bodies are in the wire format of {@code query.wire}. */
@RestController
class QueryController {

  private final ServerQueryExecutor executor;

  QueryController(ServerQueryExecutor executor) {
    this.executor = executor;
  }

  @Operation(summary = "Run a plan over segments of this server")
  @PostMapping(
      path = "/internal/query",
      consumes = MediaType.APPLICATION_OCTET_STREAM_VALUE,
      produces = MediaType.APPLICATION_OCTET_STREAM_VALUE)
  Mono<ResponseEntity<byte[]>> query(@RequestBody byte[] body) {
    return Mono.fromFuture(() -> submit(body)).map(QueryController::toEntity);
  }

  /** A dropped connection cancels the future, and with it the work. */
  private CompletableFuture<ServerResponse> submit(byte[] body) {
    return executor.submit(ServerRequestCodec.decode(body));
  }

  private static ResponseEntity<byte[]> toEntity(ServerResponse response) {
    return ResponseEntity.ok()
        .contentType(MediaType.APPLICATION_OCTET_STREAM)
        .body(ServerResponseCodec.encode(response));
  }
}
