package io.gamay.broker.web;

import io.gamay.broker.web.QueryService.Rendered;
import io.gamay.query.error.QueryErrorCode;
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
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * Pinot's query endpoints. Failed queries answer HTTP 200 with {@code exceptions}, unless the
 * client asks for HTTP statuses.
 */
@RestController
public class QueryController {

  private static final String STATUS_HEADER = "Pinot-Use-Http-Status-For-Errors";
  private static final String NO_MULTI_STAGE =
      "the multi-stage engine is not supported yet: send the query to /query/sql";

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
  @PostMapping(path = "/query/sql", produces = MediaType.APPLICATION_JSON_VALUE)
  public Mono<ResponseEntity<byte[]>> query(
      @RequestBody(required = false) byte @Nullable [] body,
      @RequestHeader(name = STATUS_HEADER, defaultValue = "false") boolean useHttpStatus) {
    try {
      QueryRequest request =
          MAPPER.readValue(body == null ? new byte[0] : body, QueryRequest.class);
      return request == null ? Mono.just(badRequest(BODY_FORM)) : answer(request, useHttpStatus);
    } catch (JacksonException malformed) {
      return Mono.just(badRequest(BODY_FORM + ": " + malformed.getOriginalMessage()));
    }
  }

  private Mono<ResponseEntity<byte[]>> answer(QueryRequest request, boolean useHttpStatus) {
    String sql = request.sql();
    if (sql == null) {
      return Mono.just(badRequest(BODY_FORM));
    }
    if (sql.isBlank()) {
      return Mono.just(badRequest("the field sql is empty; write a query into it"));
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
    return answer(new QueryRequest(sql, queryOptions), useHttpStatus);
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
    return ResponseEntity.badRequest()
        .contentType(MediaType.APPLICATION_JSON)
        .body(MAPPER.writeValueAsBytes(new Refusal(HttpStatus.BAD_REQUEST.value(), message)));
  }
}
