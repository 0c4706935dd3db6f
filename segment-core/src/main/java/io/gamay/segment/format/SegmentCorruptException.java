package io.gamay.segment.format;

import java.nio.file.Path;

/**
 * A sealed file is not what its checksums or its structure say. The file must not be served;
 * another copy of the segment has to be fetched.
 */
public final class SegmentCorruptException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private SegmentCorruptException(String message) {
    super(message);
  }

  private SegmentCorruptException(String message, Throwable cause) {
    super(message, cause);
  }

  static SegmentCorruptException checksum(
      Path file, String block, long byteOffset, int expected, int found) {
    return new SegmentCorruptException(
        "checksum mismatch in %s, block %s at byte %d: expected %08x, found %08x"
            .formatted(file, block, byteOffset, expected, found));
  }

  static SegmentCorruptException unequal(
      Path file, String what, long byteOffset, Object expected, Object found) {
    return new SegmentCorruptException(
        "%s mismatch in %s at byte %d: expected %s, found %s"
            .formatted(what, file, byteOffset, expected, found));
  }

  static SegmentCorruptException malformed(
      Path file, String block, long byteOffset, Throwable cause) {
    return new SegmentCorruptException(
        "cannot decode %s, block %s at byte %d: %s".formatted(file, block, byteOffset, cause),
        cause);
  }

  static SegmentCorruptException malformed(
      Path file, String block, long byteOffset, String problem) {
    return new SegmentCorruptException(
        "cannot decode %s, block %s at byte %d: %s".formatted(file, block, byteOffset, problem));
  }

  /** A block that a column needs is not there, or is not of the form that the column needs. */
  public static SegmentCorruptException unusable(Path file, String column, String problem) {
    return new SegmentCorruptException(
        "unusable column %s in %s: %s".formatted(column, file, problem));
  }
}
