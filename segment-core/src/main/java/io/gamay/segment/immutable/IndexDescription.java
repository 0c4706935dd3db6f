package io.gamay.segment.immutable;

/**
 * What an index of a column is, for a person.
 *
 * @param index its name in a table config
 * @param form what stands for it in this segment
 * @param sizeBytes what it takes on the disk
 * @param isInSidecar whether it lies in the file beside the segment's own
 */
public record IndexDescription(
    String column, String index, String form, long sizeBytes, boolean isInSidecar) {

  @Override
  public String toString() {
    return "%s of %s: %s, %,d bytes%s"
        .formatted(index, column, form, sizeBytes, isInSidecar ? " beside the segment" : "");
  }
}
