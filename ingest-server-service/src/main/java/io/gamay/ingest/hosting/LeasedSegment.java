package io.gamay.ingest.hosting;

/**
 * A segment that may be read until the lease is closed.
 *
 * @param served a sealed one whose file is here
 */
public record LeasedSegment(ServedSegment served, SegmentLease lease) implements AutoCloseable {

  @Override
  public void close() {
    lease.close();
  }
}
