package io.gamay.broker.web;

import io.gamay.query.error.QueryErrorCode;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferFactory;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.MediaType;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * Pinot's query endpoints. The header {@code Accept} chooses the form of the answer. Failed queries
 * answer HTTP 200 with {@code exceptions}, unless the client asks for HTTP statuses or for a form
 * that has no place for them.
 */
@RestController
public class QueryController {

  private static final String STATUS_HEADER = "Pinot-Use-Http-Status-For-Errors";
  private static final String CODE_HEADER = "X-Pinot-Error-Code";
  private static final String PARTIAL_HEADER = "X-Gamay-Partial-Result";
  private static final String NOTICE_HEADER = "X-Gamay-Notice";
  private static final String NO_MULTI_STAGE =
      "the multi-stage engine is not supported yet: send the query to /query/sql";
  private static final String FORMS =
      "The header Accept chooses application/json (Pinot's form, the default), application/x-ndjson, text/csv or application/vnd.apache.arrow.stream.";

  private static final JsonMapper MAPPER = JsonMapper.builder().build();

  private static final String BODY_FORM =
      "the body must be JSON like {\"sql\": \"SELECT 1 FROM t\"}";

  /** The body of an answer to what is no query. */
  private record Refusal(int code, String error) {}

  private final QueryService queries;

  public QueryController(QueryService queries) {
    this.queries = queries;
  }

  /** The body is JSON whatever its content type says: {@code curl -d} says it is a form. */
  @Operation(summary = "Answer a query", description = FORMS)
  @io.swagger.v3.oas.annotations.parameters.RequestBody(
      content = @Content(schema = @Schema(implementation = QueryRequest.class)))
  @ApiResponse(
      responseCode = "200",
      description = "The answer; also one that failed, with its reason in exceptions")
  @ApiResponse(responseCode = "400", description = "The body is no query")
  @PostMapping("/query/sql")
  public Mono<Void> query(
      @RequestBody(required = false) byte @Nullable [] body, ServerWebExchange exchange) {
    try {
      QueryRequest request =
          MAPPER.readValue(body == null ? new byte[0] : body, QueryRequest.class);
      return request == null ? badRequest(BODY_FORM, exchange) : answer(request, exchange);
    } catch (JacksonException malformed) {
      return badRequest(BODY_FORM + ": " + malformed.getOriginalMessage(), exchange);
    }
  }

  @Operation(summary = "Answer a query", description = FORMS)
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
      return badRequest("the query parameter sql is missing", exchange);
    }
    return answer(new QueryRequest(sql, queryOptions), exchange);
  }

  @Operation(summary = "Pinot's multi-stage engine: not supported yet, and says so")
  @PostMapping("/query")
  public Mono<Void> multiStageQuery(ServerWebExchange exchange) {
    return send(
        queries.refuse(QueryErrorCode.QUERY_VALIDATION, NO_MULTI_STAGE, format(exchange)),
        exchange);
  }

  @Operation(summary = "Pinot's multi-stage engine: not supported yet, and says so")
  @GetMapping("/query")
  public Mono<Void> multiStageQueryByGet(ServerWebExchange exchange) {
    return multiStageQuery(exchange);
  }

  private Mono<Void> answer(QueryRequest request, ServerWebExchange exchange) {
    String sql = request.sql();
    if (sql == null) {
      return badRequest(BODY_FORM, exchange);
    }
    if (sql.isBlank()) {
      return badRequest("the field sql is empty; write a query into it", exchange);
    }
    AnswerFormat format = format(exchange);
    Map<String, String> options;
    try {
      options = request.options();
    } catch (IllegalArgumentException malformed) {
      return send(
          queries.refuse(
              QueryErrorCode.SQL_PARSING, String.valueOf(malformed.getMessage()), format),
          exchange);
    }
    return queries
        .answer(sql, options, format)
        .doOnDiscard(Rendered.class, Rendered::close)
        .flatMap(answer -> send(answer, exchange));
  }

  private static AnswerFormat format(ServerWebExchange exchange) {
    return AnswerFormat.accepted(exchange.getRequest().getHeaders().getOrEmpty(HttpHeaders.ACCEPT));
  }

  private static Mono<Void> send(Rendered answer, ServerWebExchange exchange) {
    ServerHttpResponse response = exchange.getResponse();
    HttpHeaders headers = response.getHeaders();
    headers.set(CODE_HEADER, Integer.toString(answer.errorCode()));
    boolean isFailed = answer.errorCode() >= 0;
    if (answer.format().rowsOnly()) {
      headers.set(PARTIAL_HEADER, Boolean.toString(answer.isPartial()));
      answer.notices().forEach(notice -> headers.add(NOTICE_HEADER, notice));
      if (isFailed) {
        response.setStatusCode(HttpStatusCode.valueOf(answer.httpStatus()));
        headers.setContentType(new MediaType(MediaType.TEXT_PLAIN, StandardCharsets.UTF_8));
        return write(answer.problem().getBytes(StandardCharsets.UTF_8), response);
      }
    }
    boolean useHttpStatus = usesHttpStatus(exchange.getRequest());
    response.setStatusCode(HttpStatusCode.valueOf(useHttpStatus ? answer.httpStatus() : 200));
    headers.setContentType(answer.format().mediaType());
    DataBufferFactory buffers = response.bufferFactory();
    return switch (answer.body()) {
      case Rendered.Body.Whole(byte[] bytes) -> write(bytes, response);
      case Rendered.Body.Pieces pieces ->
          response.writeWith(pieces.pieces().map(buffers::wrap)).doFinally(_ -> answer.close());
    };
  }

  private static boolean usesHttpStatus(ServerHttpRequest request) {
    return Boolean.parseBoolean(request.getHeaders().getFirst(STATUS_HEADER));
  }

  private static Mono<Void> badRequest(String message, ServerWebExchange exchange) {
    ServerHttpResponse response = exchange.getResponse();
    response.setStatusCode(HttpStatus.BAD_REQUEST);
    response.getHeaders().setContentType(MediaType.APPLICATION_JSON);
    return write(
        MAPPER.writeValueAsBytes(new Refusal(HttpStatus.BAD_REQUEST.value(), message)), response);
  }

  private static Mono<Void> write(byte[] bytes, ServerHttpResponse response) {
    response.getHeaders().setContentLength(bytes.length);
    DataBuffer buffer = response.bufferFactory().wrap(bytes);
    return response.writeWith(Mono.just(buffer));
  }
}
