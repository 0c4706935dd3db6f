package io.gamay.broker.web;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import reactor.core.publisher.Flux;

/**
 * An answer ready to be sent. To be closed, or its pieces to be taken to their end or cancelled:
 * until then the query counts as under way.
 *
 * @param errorCode the first problem's code, -1 without one
 * @param problem the first problem in words, empty without one
 * @param httpStatus the status that fits the problem
 * @param isPartial whether rows are missing
 * @param offsets up to where the rows cover partitions, ascending
 * @param offsetToken to be handed on by the client
 */
public record Rendered(
    AnswerFormat format,
    int errorCode,
    String problem,
    int httpStatus,
    boolean isPartial,
    List<String> notices,
    Map<Integer, Long> offsets,
    Optional<String> offsetToken,
    Body body)
    implements AutoCloseable {

  public Rendered {
    notices = List.copyOf(notices);
  }

  /** What is sent. */
  public sealed interface Body {

    /** All at once. */
    record Whole(byte[] bytes) implements Body {}

    /**
     * One after the other, as they are asked for.
     *
     * @param release for pieces that nobody will take
     */
    record Pieces(Flux<byte[]> pieces, Runnable release) implements Body {}
  }

  @Override
  public void close() {
    if (body instanceof Body.Pieces pieces) {
      pieces.release().run();
    }
  }
}
