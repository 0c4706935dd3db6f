package io.gamay.controller.web;

import io.gamay.cluster.commit.CommitReport;
import io.gamay.cluster.layout.ClusterJson;
import io.gamay.controller.commit.CommitService;
import io.gamay.controller.table.RequestRefusedException;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Mono;
import tools.jackson.core.JacksonException;

/**
 * Servers' reports about the ends of their segments. Every report that can be read is answered 200
 * with a CommitAnswer, whatever it says; the three paths differ in name only.
 */
@RestController
final class CommitController {

  private final CommitService commits;

  CommitController(CommitService commits) {
    this.commits = commits;
  }

  @PostMapping(
      value = {
        "/internal/commit/consumed",
        "/internal/commit/committed",
        "/internal/commit/failed"
      },
      produces = MediaType.APPLICATION_JSON_VALUE)
  Mono<byte[]> report(@RequestBody byte[] json) {
    return Mono.fromFuture(commits.report(read(json))).map(ClusterJson::write);
  }

  private static CommitReport read(byte[] json) {
    try {
      return ClusterJson.read(json, CommitReport.class);
    } catch (JacksonException | IllegalArgumentException unreadable) {
      throw new RequestRefusedException(
          RequestRefusedException.Kind.INVALID, "not a commit report: " + unreadable.getMessage());
    }
  }
}
