package io.gamay.ingest.hosting;

import io.gamay.cluster.segment.SegmentMetadata;
import java.io.IOException;
import java.nio.file.Path;

/** Copies of sealed segments that other servers hold. Thread-safe; blocks on the network. */
public interface PeerSegments {

  /**
   * Fetches a copy from a server that says that it serves the segment. What arrives is to be
   * verified like what comes from the deep store.
   *
   * @param metadata of an ONLINE segment
   * @param target a new file; there may be something of it after a failure
   * @throws IOException if no server gives one now, with what each of them answered
   */
  void fetch(String tableId, SegmentMetadata metadata, Path target) throws IOException;
}
