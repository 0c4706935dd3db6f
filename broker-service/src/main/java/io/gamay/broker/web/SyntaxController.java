package io.gamay.broker.web;

import io.gamay.broker.compile.QueryCompiler;
import io.gamay.broker.scatter.QueryThreads;
import io.gamay.query.error.QueryException;
import io.swagger.v3.oas.annotations.Operation;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Mono;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/** Says whether a text is a query, without looking at tables. */
@RestController
public class SyntaxController {

  private static final JsonMapper MAPPER = JsonMapper.builder().build();

  private final QueryCompiler compiler;
  private final QueryThreads threads;

  public SyntaxController(QueryCompiler compiler, QueryThreads threads) {
    this.compiler = compiler;
    this.threads = threads;
  }

  /**
   * @param errorCode -1 if the text is valid
   * @param errorMessage empty if it is
   */
  public record Verdict(boolean valid, int errorCode, String errorMessage) {}

  @Operation(
      summary = "Check the syntax of a query",
      description = "Takes {\"sql\": ...}; tables and columns need not exist.")
  @PostMapping("/query/sql/validateSyntax")
  public Mono<Verdict> validate(@RequestBody(required = false) byte @Nullable [] body) {
    byte[] bytes = body == null ? new byte[0] : body;
    return Mono.fromCallable(() -> verdict(bytes)).subscribeOn(threads.forText(bytes.length));
  }

  private Verdict verdict(byte[] body) {
    try {
      QueryRequest request = MAPPER.readValue(body, QueryRequest.class);
      String sql = request == null ? null : request.sql();
      if (sql == null || sql.isBlank()) {
        return new Verdict(false, 150, "the body has no field sql with a query in it");
      }
      compiler.requireValid(sql);
      return new Verdict(true, -1, "");
    } catch (JacksonException malformed) {
      return new Verdict(
          false, 100, "the body is no JSON object: " + MalformedJson.words(malformed));
    } catch (QueryException invalid) {
      return new Verdict(false, invalid.code().number(), String.valueOf(invalid.getMessage()));
    }
  }
}
