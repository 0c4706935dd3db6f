package io.gamay.query.geo;

/** Why bytes or a text are no geometry; the message says what was found. */
public final class MalformedGeometryException extends Exception {

  private static final long serialVersionUID = 1L;

  MalformedGeometryException(String message) {
    super(message);
  }

  MalformedGeometryException(String message, Throwable cause) {
    super(message, cause);
  }
}
