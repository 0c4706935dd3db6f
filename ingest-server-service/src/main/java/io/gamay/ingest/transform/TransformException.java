package io.gamay.ingest.transform;

/** A table's transforms cannot be run as they are written. */
public final class TransformException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  public TransformException(String message) {
    super(message);
  }
}
