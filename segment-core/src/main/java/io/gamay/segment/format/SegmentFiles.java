package io.gamay.segment.format;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/**
 * The file system as sealed segments use it. One small contract, so that tests can fail any call.
 */
public interface SegmentFiles {

  /** The local file system. */
  static SegmentFiles local() {
    return new LocalSegmentFiles();
  }

  /**
   * A new file to write.
   *
   * @throws java.nio.file.FileAlreadyExistsException if there is one of this name
   */
  Output create(Path file) throws IOException;

  /** Renames a file in one step, over an existing one if there is one. */
  void moveAtomically(Path from, Path to) throws IOException;

  /** Makes the names in a directory durable. */
  void forceDirectory(Path directory) throws IOException;

  void deleteIfExists(Path file) throws IOException;

  /** The whole file as read-only memory that lives as long as the arena. */
  MemorySegment map(Path file, Arena arena) throws IOException;

  /** A file being written from its beginning to its end. One thread. */
  interface Output extends AutoCloseable {

    /** Writes all that remains in the buffer. */
    void write(ByteBuffer bytes) throws IOException;

    /** Makes what was written durable. */
    void force() throws IOException;

    @Override
    void close() throws IOException;
  }
}
