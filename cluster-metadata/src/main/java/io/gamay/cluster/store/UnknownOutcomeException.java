package io.gamay.cluster.store;

/** A write whose reply was lost: applied, not applied, or to be applied later. */
public final class UnknownOutcomeException extends MetadataException {

  private static final long serialVersionUID = 1L;

  public UnknownOutcomeException(String message, Throwable cause) {
    super(message, cause);
  }
}
