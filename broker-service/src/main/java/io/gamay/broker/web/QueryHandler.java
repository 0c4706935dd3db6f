package io.gamay.broker.web;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.swagger.v3.core.converter.ModelConverters;
import io.swagger.v3.oas.models.OpenAPI;
import io.swagger.v3.oas.models.Operation;
import io.swagger.v3.oas.models.PathItem;
import io.swagger.v3.oas.models.media.Content;
import io.swagger.v3.oas.models.media.Schema;
import io.swagger.v3.oas.models.parameters.RequestBody;
import io.swagger.v3.oas.models.responses.ApiResponse;
import io.swagger.v3.oas.models.responses.ApiResponses;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springdoc.core.customizers.OpenApiCustomizer;
import org.springframework.boot.webflux.autoconfigure.WebHttpHandlerBuilderCustomizer;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferLimitException;
import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.stereotype.Component;
import org.springframework.web.server.adapter.WebHttpHandlerBuilder;
import reactor.core.publisher.Mono;

/**
 * {@code POST /query/sql}. It stands before Spring's dispatching, which takes longer than many a
 * query.
 */
@Component
final class QueryHandler implements WebHttpHandlerBuilderCustomizer, OpenApiCustomizer {

  private static final Logger LOG = LoggerFactory.getLogger(QueryHandler.class);

  private static final String PATH = "/query/sql";

  private static final int MOST_REQUEST_BYTES = 4 << 20;

  private final SqlAnswers answers;
  private final Timer times;

  QueryHandler(SqlAnswers answers, MeterRegistry meters) {
    this.answers = answers;
    this.times =
        Timer.builder("gamay_broker_answers")
            .description("queries by POST, until their answers were sent")
            .register(meters);
  }

  @Override
  public void customize(WebHttpHandlerBuilder builder) {
    builder.httpHandlerDecorator(
        others ->
            (request, response) ->
                isQuery(request) ? answer(request, response) : others.handle(request, response));
  }

  @Override
  public void customise(OpenAPI api) {
    ModelConverters.getInstance().read(QueryRequest.class).forEach(api::schema);
    Schema<?> query = new Schema<>().$ref(QueryRequest.class.getSimpleName());
    Content json =
        new Content()
            .addMediaType(
                MediaType.APPLICATION_JSON_VALUE,
                new io.swagger.v3.oas.models.media.MediaType().schema(query));
    Operation operation =
        new Operation()
            .summary("Answer a query")
            .description(SqlAnswers.FORMS)
            .requestBody(new RequestBody().required(true).content(json))
            .responses(
                new ApiResponses()
                    .addApiResponse(
                        "200",
                        new ApiResponse()
                            .description(
                                "The answer; also one that failed, with its reason in exceptions"))
                    .addApiResponse("400", new ApiResponse().description("The body is no query"))
                    .addApiResponse("413", new ApiResponse().description("The body is too long")));
    api.getPaths().computeIfAbsent(PATH, _ -> new PathItem()).post(operation);
  }

  private static boolean isQuery(ServerHttpRequest request) {
    return request.getMethod().equals(HttpMethod.POST)
        && PATH.equals(request.getURI().getRawPath());
  }

  private Mono<Void> answer(ServerHttpRequest request, ServerHttpResponse response) {
    long started = System.nanoTime();
    CorrelationIds.giveBack(request, response);
    return DataBufferUtils.join(request.getBody(), MOST_REQUEST_BYTES)
        .map(QueryHandler::bytes)
        .defaultIfEmpty(new byte[0])
        .map(Optional::of)
        .onErrorReturn(DataBufferLimitException.class, Optional.empty())
        .flatMap(
            body ->
                body.isPresent()
                    ? answers.answer(body.get(), request, response)
                    : tooLong(response))
        .onErrorResume(failure -> !response.isCommitted(), failure -> failed(failure, response))
        .doFinally(_ -> times.record(System.nanoTime() - started, TimeUnit.NANOSECONDS));
  }

  private static byte[] bytes(DataBuffer body) {
    byte[] bytes = new byte[body.readableByteCount()];
    body.read(bytes);
    DataBufferUtils.release(body);
    return bytes;
  }

  private static Mono<Void> failed(Throwable failure, ServerHttpResponse response) {
    LOG.error("a query could not be answered", failure);
    return SqlAnswers.refuse(HttpStatus.INTERNAL_SERVER_ERROR, failure.toString(), response);
  }

  private static Mono<Void> tooLong(ServerHttpResponse response) {
    return SqlAnswers.refuse(
        HttpStatus.CONTENT_TOO_LARGE,
        "the body is longer than %d MB".formatted(MOST_REQUEST_BYTES >> 20),
        response);
  }
}
