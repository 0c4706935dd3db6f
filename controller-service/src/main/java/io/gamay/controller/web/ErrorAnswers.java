package io.gamay.controller.web;

import io.gamay.cluster.store.MetadataException;
import io.gamay.cluster.view.ClusterView;
import io.gamay.controller.leader.NotLeaderException;
import io.gamay.controller.stream.StreamUnavailableException;
import io.gamay.controller.table.RequestRefusedException;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;
import org.springframework.web.reactive.resource.NoResourceFoundException;
import org.springframework.web.server.ResponseStatusException;

/** The one place where exceptions become HTTP. */
@RestControllerAdvice
final class ErrorAnswers {

  private static final Logger LOG = LoggerFactory.getLogger(ErrorAnswers.class);

  private final Supplier<ClusterView> view;

  ErrorAnswers(Supplier<ClusterView> view) {
    this.view = view;
  }

  @ExceptionHandler
  ResponseEntity<ErrorBody> refused(RequestRefusedException refused) {
    HttpStatus status =
        switch (refused.kind()) {
          case INVALID -> HttpStatus.BAD_REQUEST;
          case NOT_FOUND -> HttpStatus.NOT_FOUND;
          case CONFLICT -> HttpStatus.CONFLICT;
          case UNAVAILABLE -> HttpStatus.SERVICE_UNAVAILABLE;
        };
    return answer(status, String.valueOf(refused.getMessage()));
  }

  @ExceptionHandler
  ResponseEntity<ErrorBody> notLeader(NotLeaderException notLeader) {
    String leader =
        view.get()
            .leaderInstance()
            .map(
                instance -> "ask the leader, %s at %s".formatted(instance.id(), instance.baseUrl()))
            .orElse("no leader is known now, try again");
    return ResponseEntity.status(HttpStatus.SERVICE_UNAVAILABLE)
        .contentType(MediaType.APPLICATION_JSON)
        .header(HttpHeaders.RETRY_AFTER, "1")
        .body(
            new ErrorBody(
                HttpStatus.SERVICE_UNAVAILABLE.value(), notLeader.getMessage() + "; " + leader));
  }

  @ExceptionHandler
  ResponseEntity<ErrorBody> away(MetadataException away) {
    LOG.warn("metadata could not be reached for a request", away);
    return answer(
        HttpStatus.SERVICE_UNAVAILABLE, "metadata cannot be reached: " + away.getMessage());
  }

  @ExceptionHandler
  ResponseEntity<ErrorBody> streamAway(StreamUnavailableException away) {
    return answer(HttpStatus.SERVICE_UNAVAILABLE, String.valueOf(away.getMessage()));
  }

  @ExceptionHandler
  ResponseEntity<ErrorBody> full(RejectedExecutionException full) {
    return answer(HttpStatus.TOO_MANY_REQUESTS, "too many requests are waiting");
  }

  @ExceptionHandler
  ResponseEntity<ErrorBody> nothingThere(
      NoResourceFoundException absent, ServerHttpRequest request) {
    return answer(
        HttpStatus.NOT_FOUND,
        "nothing is at %s %s; /swagger-ui.html and /v3/api-docs describe the API of this controller"
            .formatted(request.getMethod(), request.getPath()));
  }

  @ExceptionHandler
  ResponseEntity<ErrorBody> spring(ResponseStatusException failed) {
    String reason = failed.getReason();
    return answer(failed.getStatusCode(), reason == null ? failed.getMessage() : reason);
  }

  @ExceptionHandler
  ResponseEntity<ErrorBody> unexpected(Exception failed) {
    LOG.error("a request failed", failed);
    return answer(HttpStatus.INTERNAL_SERVER_ERROR, String.valueOf(failed.getMessage()));
  }

  private static ResponseEntity<ErrorBody> answer(HttpStatusCode status, String error) {
    return ResponseEntity.status(status)
        .contentType(MediaType.APPLICATION_JSON)
        .body(new ErrorBody(status.value(), error));
  }
}
