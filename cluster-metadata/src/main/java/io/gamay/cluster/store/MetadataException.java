package io.gamay.cluster.store;

/** The store could not do what was asked: no connection in time, or refused. */
public class MetadataException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  public MetadataException(String message) {
    super(message);
  }

  public MetadataException(String message, Throwable cause) {
    super(message, cause);
  }
}
