package io.gamay.ingest.web;

import io.gamay.ingest.execute.RunningQueries;
import io.gamay.ingest.execute.RunningQueries.RunningQuery;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import java.util.List;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ResponseStatusException;

/** Which queries are under way here, and the end of one. {@link QueryHandler} takes them. */
@RestController
class QueryController {

  private final RunningQueries running;

  QueryController(RunningQueries running) {
    this.running = running;
  }

  /**
   * What a cancellation did.
   *
   * @param cancelled requests that were under way
   */
  record Cancelled(int cancelled) {}

  @Operation(
      summary = "Stop the work for a query",
      description = "The id is the one that the broker gave its requests for the query.")
  @ApiResponse(responseCode = "200", description = "It was under way and stops at its next block")
  @ApiResponse(responseCode = "404", description = "No request of that id is under way")
  @DeleteMapping("/internal/query/{id}")
  Cancelled cancel(@PathVariable String id) {
    int cancelled = running.cancel(id, "on request");
    if (cancelled == 0) {
      throw new ResponseStatusException(
          HttpStatus.NOT_FOUND, "no request " + id + " is under way on this server");
    }
    return new Cancelled(cancelled);
  }

  @Operation(summary = "What this server works on for brokers now")
  @GetMapping("/internal/queries")
  List<RunningQuery> queries() {
    return running.list();
  }
}
