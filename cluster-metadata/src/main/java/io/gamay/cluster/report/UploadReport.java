package io.gamay.cluster.report;

/**
 * What became of a sealed segment that a server was to upload.
 *
 * @param objectKey the name that it was to have
 * @param sizeBytes of the object that was read back; 0 if it was not stored
 * @param reason why it was not stored; empty if it was
 */
public record UploadReport(Outcome outcome, String objectKey, long sizeBytes, String reason) {

  public enum Outcome {
    /** The object is there, as it was read back. */
    STORED,
    /** The name holds something else: it is burnt. */
    REFUSED,
    /** Not now: the server does not serve the segment, or disk or deep store are away. */
    FAILED
  }
}
