package io.gamay.broker.web;

import io.gamay.cluster.view.ClusterView;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.function.Supplier;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/** Pinot's health endpoints. */
@RestController
public class HealthController {

  private final Supplier<ClusterView> views;
  private final InstantSource clock;
  private final Instant startedAt;

  public HealthController(Supplier<ClusterView> views, InstantSource clock) {
    this.views = views;
    this.clock = clock;
    this.startedAt = clock.instant();
  }

  @Operation(summary = "Whether this broker can answer queries: OK, or why not")
  @ApiResponse(responseCode = "200", description = "OK")
  @ApiResponse(responseCode = "503", description = "It cannot, for the reason given")
  @GetMapping(path = "/health", produces = MediaType.TEXT_PLAIN_VALUE)
  public ResponseEntity<String> health() {
    if (views.get().revision() == 0) {
      return ResponseEntity.status(HttpStatus.SERVICE_UNAVAILABLE)
          .body("no view of the cluster yet: is ZooKeeper reachable?");
    }
    return ResponseEntity.ok("OK");
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
