package io.gamay.segment.format;

import java.io.IOException;
import java.nio.file.Path;

/**
 * Streams one sidecar file: index blocks one behind the other, then {@link #finish}. A file without
 * its trailer, left by a failure, is refused by every reader. One thread.
 */
public final class SidecarWriter implements BlockTarget, AutoCloseable {

  private final SegmentFileWriter file;

  private SidecarWriter(SegmentFileWriter file) {
    this.file = file;
  }

  public static SidecarWriter create(SegmentFiles files, Path path) throws IOException {
    return new SidecarWriter(
        SegmentFileWriter.create(files, path, SidecarFile.MAGIC, SidecarFile.NEWEST_VERSION));
  }

  @Override
  public BlockOutput startBlock(
      int column, BlockKind kind, BlockEncoding encoding, int bitsPerValue, long count)
      throws IOException {
    if (kind.isData()) {
      throw new IllegalArgumentException("block %s is data, not an index".formatted(kind));
    }
    return file.startBlock(column, kind, encoding, bitsPerValue, count);
  }

  /** Writes footer and trailer and makes the file durable. */
  public void finish(SidecarIdentity identity) throws IOException {
    RecordOutput footer = new RecordOutput();
    FooterCodec.write(identity, file.blocks(), footer);
    file.finish(footer);
  }

  /** Closes the file, finished or not. */
  @Override
  public void close() throws IOException {
    file.close();
  }
}
