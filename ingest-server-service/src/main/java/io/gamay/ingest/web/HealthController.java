package io.gamay.ingest.web;

import io.swagger.v3.oas.annotations.Operation;
import java.util.Optional;
import java.util.function.Supplier;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/** {@code OK}, or why this server cannot answer for all that it should. */
@RestController
class HealthController {

  private final Supplier<Optional<String>> unreadiness;

  HealthController(Supplier<Optional<String>> unreadiness) {
    this.unreadiness = unreadiness;
  }

  @Operation(summary = "OK once the tails of all partitions here have caught up")
  @GetMapping(path = "/health", produces = MediaType.TEXT_PLAIN_VALUE)
  ResponseEntity<String> health() {
    return unreadiness
        .get()
        .map(reason -> ResponseEntity.status(HttpStatus.SERVICE_UNAVAILABLE).body(reason))
        .orElseGet(() -> ResponseEntity.ok("OK"));
  }
}
