package io.gamay.broker.web;

import org.springframework.http.HttpStatus;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;
import org.springframework.web.reactive.resource.NoResourceFoundException;
import org.springframework.web.server.ResponseStatusException;

/** Where refusals become HTTP, but for those of queries. */
@RestControllerAdvice
final class ErrorAnswers {

  @ExceptionHandler
  ResponseEntity<ErrorBody> nothingThere(
      NoResourceFoundException absent, ServerHttpRequest request) {
    return answer(
        HttpStatus.NOT_FOUND,
        "nothing is at %s %s; /swagger-ui.html and /v3/api-docs describe the API of this broker"
            .formatted(request.getMethod(), request.getPath()));
  }

  @ExceptionHandler
  ResponseEntity<ErrorBody> refused(ResponseStatusException refused) {
    String reason = refused.getReason();
    return answer(refused.getStatusCode(), reason == null ? refused.getMessage() : reason);
  }

  private static ResponseEntity<ErrorBody> answer(HttpStatusCode status, String error) {
    return ResponseEntity.status(status)
        .contentType(MediaType.APPLICATION_JSON)
        .body(new ErrorBody(status.value(), error));
  }
}
