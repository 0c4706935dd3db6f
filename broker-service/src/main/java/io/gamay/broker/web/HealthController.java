package io.gamay.broker.web;

import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.Supplier;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/** Pinot's health endpoints. */
@RestController
public class HealthController {

  private final Supplier<Optional<String>> unreadiness;
  private final InstantSource clock;
  private final Instant startedAt;

  /**
   * @param unreadiness why this broker is not to be asked; empty when it may
   */
  public HealthController(Supplier<Optional<String>> unreadiness, InstantSource clock) {
    this.unreadiness = unreadiness;
    this.clock = clock;
    this.startedAt = clock.instant();
  }

  @Operation(summary = "Whether this broker can answer queries: OK, or why not")
  @ApiResponse(responseCode = "200", description = "OK")
  @ApiResponse(responseCode = "503", description = "It cannot, for the reason given")
  @GetMapping(path = "/health", produces = MediaType.TEXT_PLAIN_VALUE)
  public ResponseEntity<String> health() {
    return unreadiness
        .get()
        .map(reason -> ResponseEntity.status(HttpStatus.SERVICE_UNAVAILABLE).body(reason))
        .orElseGet(() -> ResponseEntity.ok("OK"));
  }

  @Operation(summary = "Seconds since this broker started")
  @GetMapping(path = "/uptime", produces = MediaType.TEXT_PLAIN_VALUE)
  public String uptime() {
    return Long.toString(Duration.between(startedAt, clock.instant()).toSeconds());
  }

  @Operation(summary = "When this broker started (ISO 8601, UTC)")
  @GetMapping(path = "/start-time", produces = MediaType.TEXT_PLAIN_VALUE)
  public String startTime() {
    return startedAt.toString();
  }
}
