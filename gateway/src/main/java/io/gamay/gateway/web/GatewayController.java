package io.gamay.gateway.web;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/** Health, and a page that says what is behind the door. */
@RestController
public class GatewayController {

  private final Supplier<Optional<String>> unreadiness;

  /**
   * @param unreadiness why this gateway is not to be asked; empty when it may
   */
  public GatewayController(Supplier<Optional<String>> unreadiness) {
    this.unreadiness = unreadiness;
  }

  /** What the gateway forwards, for a person who opens it. */
  public record Welcome(String name, Map<String, List<String>> paths) {}

  @GetMapping(path = "/health", produces = MediaType.TEXT_PLAIN_VALUE)
  public ResponseEntity<String> health() {
    return unreadiness
        .get()
        .map(reason -> ResponseEntity.status(HttpStatus.SERVICE_UNAVAILABLE).body(reason))
        .orElseGet(() -> ResponseEntity.ok("OK"));
  }

  @GetMapping(path = "/", produces = MediaType.APPLICATION_JSON_VALUE)
  public Welcome welcome() {
    return new Welcome(
        "Gamay",
        Map.of(
            "broker",
                List.of(
                    "POST /query/sql",
                    "GET /query/sql?sql=",
                    "GET /queries?broker=",
                    "DELETE /query/{id}?broker=",
                    "GET /debug/routingTable/{table}"),
            "controller",
                List.of("/schemas", "/tables", "/segments/{table}", "/instances", "/leader/tables"),
            "gateway", List.of("/health", "/actuator/health")));
  }
}
