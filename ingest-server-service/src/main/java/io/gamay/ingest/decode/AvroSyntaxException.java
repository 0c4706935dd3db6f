package io.gamay.ingest.decode;

/**
 * Bytes are not a record of the Avro schema. Has no stack trace: it stays inside the room, where it
 * becomes a {@link DecodeOutcome.DecodeFailure}.
 */
final class AvroSyntaxException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final boolean isTruncated;

  private AvroSyntaxException(String message, boolean isTruncated) {
    super(message, null, false, false);
    this.isTruncated = isTruncated;
  }

  static AvroSyntaxException malformed(int at, String what) {
    return new AvroSyntaxException("at byte " + at + ": " + what, false);
  }

  static AvroSyntaxException truncated(int at) {
    return new AvroSyntaxException("the record ends at byte " + at + " in the middle", true);
  }

  boolean isTruncated() {
    return isTruncated;
  }
}
