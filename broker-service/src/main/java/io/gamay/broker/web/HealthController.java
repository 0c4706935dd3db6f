package io.gamay.broker.web;

import io.gamay.cluster.view.ClusterView;
import java.util.function.Supplier;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/** Pinot's health endpoint. */
@RestController
public class HealthController {

  private final Supplier<ClusterView> views;

  public HealthController(Supplier<ClusterView> views) {
    this.views = views;
  }

  @GetMapping(path = "/health", produces = MediaType.TEXT_PLAIN_VALUE)
  public ResponseEntity<String> health() {
    if (views.get().revision() == 0) {
      return ResponseEntity.status(HttpStatus.SERVICE_UNAVAILABLE)
          .body("no view of the cluster yet: is ZooKeeper reachable?");
    }
    return ResponseEntity.ok("OK");
  }
}
