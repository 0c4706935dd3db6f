package io.gamay.controller.table;

/** A request that cannot be done as it stands. The message is for the client. */
public final class RequestRefusedException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final Kind kind;

  /** Why, as a client distinguishes it. */
  public enum Kind {
    INVALID,
    NOT_FOUND,
    CONFLICT,
    /** Something that it needs is away just now. */
    UNAVAILABLE
  }

  public RequestRefusedException(Kind kind, String message) {
    super(message);
    this.kind = kind;
  }

  public Kind kind() {
    return kind;
  }
}
