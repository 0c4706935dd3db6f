package io.gamay.broker.web;

import io.gamay.broker.web.QueryService.Rendered;
import io.gamay.query.error.QueryErrorCode;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Mono;

/**
 * Pinot's query endpoints. Failed queries answer HTTP 200 with {@code exceptions}, unless the
 * client asks for HTTP statuses.
 */
@RestController
public class QueryController {

  private static final String STATUS_HEADER = "Pinot-Use-Http-Status-For-Errors";
  private static final String NO_MULTI_STAGE =
      "the multi-stage engine is not supported yet: send the query to /query/sql";

  private final QueryService queries;

  public QueryController(QueryService queries) {
    this.queries = queries;
  }

  @PostMapping(path = "/query/sql", produces = MediaType.APPLICATION_JSON_VALUE)
  public Mono<ResponseEntity<byte[]>> query(
      @RequestBody QueryRequest request,
      @RequestHeader(name = STATUS_HEADER, defaultValue = "false") boolean useHttpStatus) {
    String sql = request.sql();
    if (sql == null || sql.isBlank()) {
      return Mono.just(badRequest("the body must be JSON with the field sql"));
    }
    Map<String, String> options;
    try {
      options = request.options();
    } catch (IllegalArgumentException malformed) {
      return Mono.just(
          response(
              queries.refuse(QueryErrorCode.SQL_PARSING, String.valueOf(malformed.getMessage())),
              useHttpStatus));
    }
    return queries.answer(sql, options).map(answer -> response(answer, useHttpStatus));
  }

  @GetMapping(path = "/query/sql", produces = MediaType.APPLICATION_JSON_VALUE)
  public Mono<ResponseEntity<byte[]>> query(
      @RequestParam(name = "sql", required = false) @Nullable String sql,
      @RequestParam(name = "queryOptions", required = false) @Nullable String queryOptions,
      @RequestHeader(name = STATUS_HEADER, defaultValue = "false") boolean useHttpStatus) {
    if (sql == null || sql.isBlank()) {
      return Mono.just(badRequest("the query parameter sql is missing"));
    }
    return query(new QueryRequest(sql, queryOptions), useHttpStatus);
  }

  @PostMapping(path = "/query", produces = MediaType.APPLICATION_JSON_VALUE)
  public ResponseEntity<byte[]> multiStageQuery(
      @RequestHeader(name = STATUS_HEADER, defaultValue = "false") boolean useHttpStatus) {
    return response(queries.refuse(QueryErrorCode.QUERY_VALIDATION, NO_MULTI_STAGE), useHttpStatus);
  }

  @GetMapping(path = "/query", produces = MediaType.APPLICATION_JSON_VALUE)
  public ResponseEntity<byte[]> multiStageQueryByGet(
      @RequestHeader(name = STATUS_HEADER, defaultValue = "false") boolean useHttpStatus) {
    return multiStageQuery(useHttpStatus);
  }

  private static ResponseEntity<byte[]> response(Rendered answer, boolean useHttpStatus) {
    return ResponseEntity.status(useHttpStatus ? answer.httpStatus() : HttpStatus.OK.value())
        .contentType(MediaType.APPLICATION_JSON)
        .header("X-Pinot-Error-Code", Integer.toString(answer.errorCode()))
        .body(answer.json());
  }

  private static ResponseEntity<byte[]> badRequest(String message) {
    String body = "{\"code\":400,\"error\":\"" + message + "\"}";
    return ResponseEntity.badRequest()
        .contentType(MediaType.APPLICATION_JSON)
        .body(body.getBytes(StandardCharsets.UTF_8));
  }
}
