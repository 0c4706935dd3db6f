package io.gamay.gateway.web;

import java.util.concurrent.atomic.AtomicLong;

/** The bodies of requests that may have to be sent again: how many bytes there are. Thread-safe. */
public final class KeptBodies {

  private final int longest;
  private final long mostBytes;
  private final AtomicLong bytes = new AtomicLong();

  /**
   * @param longest bytes of one body
   * @param mostBytes of all bodies together
   */
  public KeptBodies(int longest, long mostBytes) {
    this.longest = longest;
    this.mostBytes = mostBytes;
  }

  /** There is no room for more of a body. */
  static final class FullException extends RuntimeException {

    private static final long serialVersionUID = 1;

    private FullException(long mostBytes) {
      super(
          "the bodies of requests that are under way take %d bytes already (gamay.max-kept-bodies); try again in some seconds"
              .formatted(mostBytes));
    }
  }

  int longest() {
    return longest;
  }

  /** Of all bodies now. */
  public long bytes() {
    return bytes.get();
  }

  /** Of a body that nothing has come of yet; to be closed when it is not needed any more. */
  Share open() {
    return new Share();
  }

  /** What one body takes. */
  final class Share implements AutoCloseable {

    private long own;
    private boolean isClosed;

    private Share() {}

    /**
     * Counts more of the body.
     *
     * @throws FullException if there is no room; nothing is counted then
     */
    synchronized void add(int more) {
      if (isClosed) {
        return;
      }
      if (bytes.addAndGet(more) > mostBytes) {
        bytes.addAndGet(-more);
        throw new FullException(mostBytes);
      }
      own += more;
    }

    @Override
    public synchronized void close() {
      isClosed = true;
      bytes.addAndGet(-own);
      own = 0;
    }
  }
}
