package io.gamay.query.testing;

import io.gamay.segment.read.SegmentReader;

/**
 * A segment in one of the forms that servers hold.
 *
 * @param form what it is, for messages
 * @param dataCrc by which results of its rows are kept; 0 if none are
 * @param closer gives its memory and files back
 */
public record HeldSegment(SegmentReader reader, String form, int dataCrc, Runnable closer)
    implements AutoCloseable {

  public boolean isSealed() {
    return !reader.isMutable();
  }

  @Override
  public void close() {
    closer.run();
  }

  @Override
  public String toString() {
    return "%s %s of %d rows at %s"
        .formatted(form, reader.segmentName(), reader.docCount(), reader.offsets());
  }
}
