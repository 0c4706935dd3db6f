package io.gamay.gateway.web;

import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;
import org.springframework.web.reactive.resource.NoResourceFoundException;

/** Says in words that nothing is behind a path. */
@RestControllerAdvice
final class ErrorAnswers {

  /** In the form of the gateway's other refusals. */
  record ErrorBody(int code, String error) {}

  @ExceptionHandler
  ResponseEntity<ErrorBody> nothingThere(
      NoResourceFoundException absent, ServerHttpRequest request) {
    return ResponseEntity.status(HttpStatus.NOT_FOUND)
        .contentType(MediaType.APPLICATION_JSON)
        .body(
            new ErrorBody(
                HttpStatus.NOT_FOUND.value(),
                "nothing is at %s %s; GET / lists what the gateway passes on, and /swagger-ui.html of a broker or controller describes it"
                    .formatted(request.getMethod(), request.getPath())));
  }
}
