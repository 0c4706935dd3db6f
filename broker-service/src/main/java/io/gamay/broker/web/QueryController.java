package io.gamay.broker.web;

import io.gamay.query.error.QueryErrorCode;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;

/** Pinot's query endpoints, but for {@link QueryHandler}'s. */
@RestController
public class QueryController {

  private static final String NO_MULTI_STAGE =
      "the multi-stage engine is not supported yet: send the query to /query/sql";

  private final SqlAnswers answers;

  QueryController(SqlAnswers answers) {
    this.answers = answers;
  }

  @Operation(summary = "Answer a query", description = SqlAnswers.FORMS)
  @ApiResponse(
      responseCode = "200",
      description = "The answer; also one that failed, with its reason in exceptions")
  @ApiResponse(responseCode = "400", description = "There is no query")
  @GetMapping("/query/sql")
  public Mono<Void> query(
      @RequestParam(name = "sql", required = false) @Nullable String sql,
      @RequestParam(name = "queryOptions", required = false) @Nullable String queryOptions,
      ServerWebExchange exchange) {
    if (sql == null || sql.isBlank()) {
      return SqlAnswers.refuse(
          HttpStatus.BAD_REQUEST, "the query parameter sql is missing", exchange.getResponse());
    }
    return answers.answer(
        new QueryRequest(sql, queryOptions), exchange.getRequest(), exchange.getResponse());
  }

  @Operation(summary = "Pinot's multi-stage engine: not supported yet, and says so")
  @PostMapping("/query")
  public Mono<Void> multiStageQuery(ServerWebExchange exchange) {
    return answers.refuse(
        QueryErrorCode.QUERY_VALIDATION,
        NO_MULTI_STAGE,
        exchange.getRequest(),
        exchange.getResponse());
  }

  @Operation(summary = "Pinot's multi-stage engine: not supported yet, and says so")
  @GetMapping("/query")
  public Mono<Void> multiStageQueryByGet(ServerWebExchange exchange) {
    return multiStageQuery(exchange);
  }
}
