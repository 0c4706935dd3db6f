package io.gamay.ingest.decode;

/**
 * A text is not JSON. Has no stack trace: it stays inside the room, where it becomes a {@link
 * DecodeOutcome.DecodeFailure}.
 */
final class JsonSyntaxException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final boolean isTruncated;

  private JsonSyntaxException(String message, boolean isTruncated) {
    super(message, null, false, false);
    this.isTruncated = isTruncated;
  }

  static JsonSyntaxException malformed(int at, String what) {
    return new JsonSyntaxException("at byte " + at + ": " + what, false);
  }

  static JsonSyntaxException truncated(int at) {
    return new JsonSyntaxException("the record ends at byte " + at + " in the middle", true);
  }

  boolean isTruncated() {
    return isTruncated;
  }
}
