package io.gamay.ingest.stream;

/** A stream could not be opened. */
public final class StreamException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  public StreamException(String message, Throwable cause) {
    super(message, cause);
  }
}
