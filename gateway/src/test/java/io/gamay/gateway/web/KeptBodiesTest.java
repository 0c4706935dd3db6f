package io.gamay.gateway.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gamay.gateway.web.KeptBodies.FullException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DefaultDataBufferFactory;
import org.springframework.mock.http.server.reactive.MockServerHttpRequest;
import org.springframework.mock.web.server.MockServerWebExchange;
import reactor.core.publisher.Flux;
import reactor.test.StepVerifier;

class KeptBodiesTest {

  private final KeptBodies bodies = new KeptBodies(8, 10);

  @Test
  void bodiesTakeNoMoreThanTheirBoundTogetherAndGiveItBackOnce() {
    KeptBodies.Share first = bodies.open();
    KeptBodies.Share second = bodies.open();
    first.add(6);
    second.add(4);
    assertThatThrownBy(() -> second.add(1))
        .isInstanceOf(FullException.class)
        .hasMessage(
            "the bodies of requests that are under way take 10 bytes already (gamay.max-kept-bodies); try again in some seconds");
    assertThat(bodies.bytes()).isEqualTo(10);
    first.close();
    first.close();
    first.add(5);
    assertThat(bodies.bytes()).isEqualTo(4);
    second.add(6);
    second.close();
    assertThat(bodies.bytes()).isZero();
  }

  @Test
  void bodyCountsWhileItComesInAndIsRefusedWhereThereIsNoRoomForMore() {
    KeptBodies.Share other = bodies.open();
    other.add(5);
    try (KeptBodies.Share share = bodies.open()) {
      StepVerifier.create(RepeatableRequest.of(exchange("abc", "de"), bodies.longest(), share))
          .assertNext(kept -> assertThat(text(kept.getRequest().getBody())).isEqualTo("abcde"))
          .verifyComplete();
      assertThat(bodies.bytes()).isEqualTo(10);
    }
    try (KeptBodies.Share share = bodies.open()) {
      StepVerifier.create(RepeatableRequest.of(exchange("abc", "def"), bodies.longest(), share))
          .verifyError(FullException.class);
    }
    assertThat(bodies.bytes()).isEqualTo(5);
  }

  private static MockServerWebExchange exchange(String... pieces) {
    return MockServerWebExchange.from(
        MockServerHttpRequest.post("/query/sql")
            .body(Flux.fromArray(pieces).map(KeptBodiesTest::buffer)));
  }

  private static DataBuffer buffer(String text) {
    return DefaultDataBufferFactory.sharedInstance.wrap(text.getBytes(StandardCharsets.UTF_8));
  }

  private static String text(Flux<DataBuffer> body) {
    StringBuilder text = new StringBuilder();
    StepVerifier.create(body.map(buffer -> buffer.toString(StandardCharsets.UTF_8)))
        .thenConsumeWhile(_ -> true, text::append)
        .verifyComplete();
    return text.toString();
  }
}
