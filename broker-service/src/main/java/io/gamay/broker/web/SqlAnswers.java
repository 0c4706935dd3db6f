package io.gamay.broker.web;

import io.gamay.query.error.QueryErrorCode;
import io.gamay.query.offset.MalformedTokenException;
import io.gamay.query.offset.OffsetToken;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.stream.Collectors;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferFactory;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.MediaType;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * Writes answers to queries in the form that the header {@code Accept} chooses. Failed queries
 * answer HTTP 200 with {@code exceptions}, unless the client asks for HTTP statuses or for a form
 * that has no place for them.
 */
@Component
final class SqlAnswers {

  static final String FORMS =
      "The header Accept chooses application/json (Pinot's form, the default), application/x-ndjson, text/csv or application/vnd.apache.arrow.stream.";

  private static final String STATUS_HEADER = "Pinot-Use-Http-Status-For-Errors";
  private static final String CODE_HEADER = "X-Pinot-Error-Code";
  private static final String PARTIAL_HEADER = "X-Gamay-Partial-Result";
  private static final String NOTICE_HEADER = "X-Gamay-Notice";
  private static final String OFFSETS_HEADER = "X-Gamay-Offsets";

  /** Of requests and answers. */
  private static final String TOKEN_HEADER = "X-Gamay-Offset-Token";

  /** What is longer is not for headers, which clients and proxies take little of. */
  private static final int MOST_HEADER_CHARACTERS = 1 << 13;

  private static final JsonMapper MAPPER = JsonMapper.builder().build();

  private static final String BODY_FORM =
      "the body must be JSON like {\"sql\": \"SELECT 1 FROM t\"}";

  private final QueryService queries;

  SqlAnswers(QueryService queries) {
    this.queries = queries;
  }

  /** Answers a body that is JSON, whatever its content type says: that of curl -d is a form's. */
  Mono<Void> answer(byte[] body, ServerHttpRequest request, ServerHttpResponse response) {
    QueryRequest query;
    try {
      query = MAPPER.readValue(body, QueryRequest.class);
    } catch (JacksonException malformed) {
      return refuse(
          HttpStatus.BAD_REQUEST, BODY_FORM + ": " + MalformedJson.words(malformed), response);
    }
    return query == null
        ? refuse(HttpStatus.BAD_REQUEST, BODY_FORM, response)
        : answer(query, request, response);
  }

  Mono<Void> answer(QueryRequest query, ServerHttpRequest request, ServerHttpResponse response) {
    String sql = query.sql();
    if (sql == null) {
      return refuse(HttpStatus.BAD_REQUEST, BODY_FORM, response);
    }
    if (sql.isBlank()) {
      return refuse(
          HttpStatus.BAD_REQUEST, "the field sql is empty; write a query into it", response);
    }
    AnswerFormat format = format(request);
    Map<String, String> options;
    try {
      options = query.options();
    } catch (IllegalArgumentException malformed) {
      return send(
          queries.refuse(
              QueryErrorCode.SQL_PARSING, String.valueOf(malformed.getMessage()), format),
          request,
          response);
    }
    OffsetToken carried;
    try {
      carried = carried(request);
    } catch (MalformedTokenException malformed) {
      return send(
          queries.refuse(
              QueryErrorCode.QUERY_VALIDATION,
              "header %s is not a token: %s; give the one of an answer as it came, or none"
                  .formatted(TOKEN_HEADER, malformed.getMessage()),
              format),
          request,
          response);
    }
    return queries
        .answer(sql, options, carried, format)
        .doOnDiscard(Rendered.class, Rendered::close)
        .flatMap(answer -> send(answer, request, response));
  }

  /** Answers that a query cannot be answered. */
  Mono<Void> refuse(
      QueryErrorCode code, String message, ServerHttpRequest request, ServerHttpResponse response) {
    return send(queries.refuse(code, message, format(request)), request, response);
  }

  private static OffsetToken carried(ServerHttpRequest request) throws MalformedTokenException {
    String text = request.getHeaders().getFirst(TOKEN_HEADER);
    return text == null || text.isBlank() ? OffsetToken.NONE : OffsetToken.parse(text.strip());
  }

  private static AnswerFormat format(ServerHttpRequest request) {
    return AnswerFormat.accepted(request.getHeaders().getOrEmpty(HttpHeaders.ACCEPT));
  }

  private static Mono<Void> send(
      Rendered answer, ServerHttpRequest request, ServerHttpResponse response) {
    HttpHeaders headers = response.getHeaders();
    headers.set(CODE_HEADER, Integer.toString(answer.errorCode()));
    boolean isFailed = answer.errorCode() >= 0;
    answer.offsetToken().ifPresent(token -> setIfShort(headers, TOKEN_HEADER, token));
    if (answer.format().rowsOnly()) {
      headers.set(PARTIAL_HEADER, Boolean.toString(answer.isPartial()));
      setIfShort(headers, OFFSETS_HEADER, pairs(answer.offsets()));
      answer.notices().forEach(notice -> headers.add(NOTICE_HEADER, notice));
      if (isFailed) {
        response.setStatusCode(HttpStatusCode.valueOf(answer.httpStatus()));
        headers.setContentType(new MediaType(MediaType.TEXT_PLAIN, StandardCharsets.UTF_8));
        return write(answer.problem().getBytes(StandardCharsets.UTF_8), response);
      }
    }
    boolean useHttpStatus = usesHttpStatus(request);
    response.setStatusCode(HttpStatusCode.valueOf(useHttpStatus ? answer.httpStatus() : 200));
    headers.setContentType(answer.format().mediaType());
    DataBufferFactory buffers = response.bufferFactory();
    return switch (answer.body()) {
      case Rendered.Body.Whole(byte[] bytes) -> write(bytes, response);
      case Rendered.Body.Pieces pieces ->
          response.writeWith(pieces.pieces().map(buffers::wrap)).doFinally(_ -> answer.close());
    };
  }

  private static void setIfShort(HttpHeaders headers, String name, String value) {
    if (value.length() <= MOST_HEADER_CHARACTERS) {
      headers.set(name, value);
    }
  }

  private static String pairs(Map<Integer, Long> offsets) {
    return offsets.entrySet().stream()
        .map(offset -> offset.getKey() + ":" + offset.getValue())
        .collect(Collectors.joining(","));
  }

  private static boolean usesHttpStatus(ServerHttpRequest request) {
    return Boolean.parseBoolean(request.getHeaders().getFirst(STATUS_HEADER));
  }

  /** Answers what is no query. */
  static Mono<Void> refuse(HttpStatus status, String message, ServerHttpResponse response) {
    response.setStatusCode(status);
    response.getHeaders().setContentType(MediaType.APPLICATION_JSON);
    return write(MAPPER.writeValueAsBytes(new ErrorBody(status.value(), message)), response);
  }

  private static Mono<Void> write(byte[] bytes, ServerHttpResponse response) {
    response.getHeaders().setContentLength(bytes.length);
    DataBuffer buffer = response.bufferFactory().wrap(bytes);
    return response.writeWith(Mono.just(buffer));
  }
}
