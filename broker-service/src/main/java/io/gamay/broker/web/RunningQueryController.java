package io.gamay.broker.web;

import io.gamay.broker.admit.RunningQueries;
import io.gamay.broker.admit.RunningQuery;
import io.gamay.broker.scatter.QueryCancellation;
import io.gamay.cluster.instance.InstanceConfig;
import io.gamay.query.budget.QueryBudget;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import java.time.Duration;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ResponseStatusException;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Shows the queries under way on this broker, and ends them. */
@RestController
public class RunningQueryController {

  private static final int SERVERS_AT_ONCE = 64;

  private final RunningQueries queries;
  private final QueryCancellation servers;
  private final InstantSource clock;

  public RunningQueryController(
      RunningQueries queries, QueryCancellation servers, InstantSource clock) {
    this.queries = queries;
    this.servers = servers;
    this.clock = clock;
  }

  /**
   * One query under way.
   *
   * @param clientQueryId empty if its client gave none
   * @param memoryBytes that it holds on this broker now
   * @param servers that work on it
   */
  public record Shown(
      String requestId,
      String clientQueryId,
      String sql,
      String startedAt,
      long runningMillis,
      long memoryBytes,
      List<String> servers) {}

  @Operation(
      summary = "The queries under way on this broker",
      description = "Request id to SQL. /queries/running says more.")
  @GetMapping("/queries")
  public Map<String, String> queries() {
    Map<String, String> shown = new LinkedHashMap<>();
    queries.list().forEach(query -> shown.put(query.requestId(), query.sql()));
    return shown;
  }

  @Operation(
      summary = "The queries under way on this broker, with when they began and what they hold")
  @GetMapping("/queries/running")
  public List<Shown> running() {
    return queries.list().stream().map(this::shown).toList();
  }

  @Operation(
      summary = "Cancel a query",
      description =
          "By its request id or, with client=true, by what its client gave as option clientQueryId. The query answers with error code 503; servers stop at their next block of rows.")
  @ApiResponse(responseCode = "200", description = "The query was under way and is cancelled")
  @ApiResponse(responseCode = "400", description = "The id is not a number")
  @ApiResponse(responseCode = "404", description = "No such query is under way")
  @DeleteMapping(path = "/query/{id}", produces = MediaType.TEXT_PLAIN_VALUE)
  public Mono<String> cancel(
      @PathVariable("id") String id,
      @RequestParam(name = "client", defaultValue = "false") boolean client,
      @RequestParam(name = "timeoutMs", defaultValue = "3000") int timeoutMs,
      @RequestParam(name = "verbose", defaultValue = "false") boolean verbose) {
    RunningQuery query =
        (client ? queries.findByClientId(id) : queries.find(number(id)))
            .orElseThrow(
                () ->
                    new ResponseStatusException(
                        HttpStatus.NOT_FOUND,
                        "no query with %s %s is under way on this broker"
                            .formatted(client ? "clientQueryId" : "request id", id)));
    List<InstanceConfig> atWork = query.servers();
    query.cancel("on request of a client");
    return Flux.fromIterable(atWork)
        .flatMap(server -> told(server, query, Duration.ofMillis(timeoutMs)), SERVERS_AT_ONCE)
        .collectMap(Map.Entry::getKey, Map.Entry::getValue, TreeMap::new)
        .map(said -> "cancelled query %s%s".formatted(id, verbose ? "; servers: " + said : ""));
  }

  private Mono<Map.Entry<String, String>> told(
      InstanceConfig server, RunningQuery query, Duration timeout) {
    return servers
        .cancel(server, query.serverRequestId())
        .timeout(timeout, Mono.just("no answer within " + timeout.toMillis() + " ms"))
        .map(said -> Map.entry(server.id(), said));
  }

  private static long number(String id) {
    try {
      return Long.parseLong(id);
    } catch (NumberFormatException e) {
      throw new ResponseStatusException(
          HttpStatus.BAD_REQUEST,
          "request id '%s' is not a number; with client=true it is taken for a clientQueryId"
              .formatted(id),
          e);
    }
  }

  private Shown shown(RunningQuery query) {
    Optional<QueryBudget> budget = query.budget();
    return new Shown(
        query.requestId(),
        query.clientQueryId().orElse(""),
        query.sql(),
        query.startedAt().toString(),
        Duration.between(query.startedAt(), clock.instant()).toMillis(),
        budget.map(QueryBudget::memoryBytes).orElse(0L),
        query.servers().stream().map(InstanceConfig::id).sorted().toList());
  }
}
