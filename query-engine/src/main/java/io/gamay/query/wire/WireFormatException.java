package io.gamay.query.wire;

/** Bytes that are not a message of a version known here, or were cut or changed on their way. */
public final class WireFormatException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  public WireFormatException(String message) {
    super(message);
  }

  public WireFormatException(String message, Throwable cause) {
    super(message, cause);
  }
}
