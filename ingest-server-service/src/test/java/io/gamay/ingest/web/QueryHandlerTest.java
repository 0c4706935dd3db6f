package io.gamay.ingest.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.gamay.ingest.execute.ServerAnswer;
import io.gamay.query.wire.ServerResponse;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.http.server.reactive.ReactorHttpHandlerAdapter;
import org.springframework.mock.http.server.reactive.MockServerHttpResponse;
import reactor.core.publisher.Mono;
import reactor.netty.DisposableServer;
import reactor.netty.http.server.HttpServer;

@Timeout(60)
class QueryHandlerTest {

  private static final CompletableFuture<Void> FETCHING = CompletableFuture.completedFuture(null);

  @Test
  void answerThatCannotBeSentIsNotWaitedFor() {
    CompletableFuture<ServerAnswer> answer = new CompletableFuture<>();
    MockServerHttpResponse response = new MockServerHttpResponse();
    response.setWriteHandler(_ -> Mono.error(new IOException("the connection is closed")));
    assertThatThrownBy(() -> QueryHandler.respond(answer, FETCHING, response).block())
        .hasMessageContaining("the connection is closed");
    assertThat(answer).isCancelled();
  }

  @Test
  void serverThatFetchesSaysSoBeforeItAnswersAndStopsWhenNobodyListens() throws Exception {
    CompletableFuture<ServerAnswer> answer = new CompletableFuture<>();
    DisposableServer server =
        HttpServer.create()
            .host("127.0.0.1")
            .port(0)
            .handle(
                new ReactorHttpHandlerAdapter(
                    (_, response) -> QueryHandler.respond(answer, FETCHING, response)))
            .bindNow();
    try {
      try (HttpClient http = HttpClient.newHttpClient()) {
        HttpResponse<?> begun =
            http.send(
                HttpRequest.newBuilder(
                        URI.create("http://127.0.0.1:" + server.port() + QueryHandler.PATH))
                    .POST(BodyPublishers.noBody())
                    .build(),
                BodyHandlers.ofInputStream());
        assertThat(begun.statusCode()).isEqualTo(200);
        assertThat(begun.headers().firstValue(ServerResponse.FETCHING)).contains("true");
        assertThat(answer).isNotDone();
        http.shutdownNow();
      }
      await().until(answer::isCancelled);
    } finally {
      server.disposeNow();
    }
  }
}
