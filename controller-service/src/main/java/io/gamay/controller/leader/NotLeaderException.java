package io.gamay.controller.leader;

/** This controller does not lead, or not any more; nothing is known to be written. */
public final class NotLeaderException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  public NotLeaderException() {
    super("this controller does not lead");
  }
}
