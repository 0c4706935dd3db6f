package io.gamay.controller.stream;

/** The stream's servers could not be asked. */
public final class StreamUnavailableException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  public StreamUnavailableException(String message, Throwable cause) {
    super(message, cause);
  }
}
