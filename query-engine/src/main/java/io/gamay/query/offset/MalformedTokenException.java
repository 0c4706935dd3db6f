package io.gamay.query.offset;

/** A text that is no token of offsets; the message says why, and is of the form "it ...". */
public final class MalformedTokenException extends Exception {

  private static final long serialVersionUID = 1L;

  MalformedTokenException(String message) {
    super(message);
  }
}
