package io.gamay.ingest.execute;

import java.nio.ByteBuffer;

/**
 * A response as bytes of the wire format. To be closed when they were sent: until then they count
 * as memory of the query.
 */
public final class ServerAnswer implements AutoCloseable {

  private final ByteBuffer bytes;
  private final Runnable release;

  ServerAnswer(ByteBuffer bytes, Runnable release) {
    this.bytes = bytes;
    this.release = release;
  }

  public ByteBuffer bytes() {
    return bytes;
  }

  @Override
  public void close() {
    release.run();
  }
}
