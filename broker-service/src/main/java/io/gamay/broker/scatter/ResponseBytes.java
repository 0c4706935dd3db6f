package io.gamay.broker.scatter;

import io.gamay.query.budget.QueryBudget;
import io.gamay.query.error.QueryErrorCode;
import io.gamay.query.error.QueryException;
import io.netty.buffer.ByteBuf;
import java.util.Arrays;

/**
 * The bytes of one response as they come in. They count for the query until released, which may
 * happen on any thread: what comes after that is let go.
 */
final class ResponseBytes {

  private static final int FIRST_BYTES = 1 << 16;

  private final long maxBytes;
  private final QueryBudget.Reservation memory;
  private byte[] bytes;
  private int length;
  private boolean isReleased;

  /**
   * @param announced how many the server says that there are; -1 if it does not
   * @param maxBytes more are not taken
   */
  ResponseBytes(long announced, long maxBytes, QueryBudget budget) {
    this.maxBytes = Math.min(maxBytes, Integer.MAX_VALUE - 8);
    this.memory = budget.reserve();
    if (announced > this.maxBytes) {
      throw tooMany();
    }
    // What is announced need not come: no more than comes is allotted.
    long first = announced < 0 ? FIRST_BYTES : Math.min(announced, 16L * FIRST_BYTES);
    this.bytes = new byte[(int) Math.min(first, this.maxBytes)];
  }

  /** Takes what a buffer holds; the buffer stays the caller's. */
  synchronized void add(ByteBuf buffer) {
    if (isReleased) {
      return;
    }
    int more = buffer.readableBytes();
    long needed = (long) length + more;
    if (needed > maxBytes) {
      throw tooMany();
    }
    if (needed > bytes.length) {
      long grown = Math.min(Math.max(needed, 2L * bytes.length), maxBytes);
      memory.resize(grown);
      bytes = Arrays.copyOf(bytes, (int) grown);
    }
    buffer.readBytes(bytes, length, more);
    length += more;
  }

  int length() {
    return length;
  }

  /** All of them; this object holds nothing afterwards. */
  byte[] take() {
    byte[] whole = length == bytes.length ? bytes : Arrays.copyOf(bytes, length);
    bytes = new byte[0];
    return whole;
  }

  synchronized void release() {
    isReleased = true;
    memory.close();
  }

  private QueryException tooMany() {
    return new QueryException(
        QueryErrorCode.SERVER_RESOURCE_LIMIT_EXCEEDED,
        "response of a server needs more than its limit of %d bytes: ask for fewer rows, or raise the options maxServerResponseSizeBytes and maxQueryResponseSizeBytes or the broker's setting gamay.max-response-size"
            .formatted(maxBytes));
  }
}
