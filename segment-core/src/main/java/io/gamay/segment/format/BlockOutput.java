package io.gamay.segment.format;

import java.io.IOException;

/** The bytes of one block on their way into the file, little-endian; closing ends the block. */
public interface BlockOutput extends AutoCloseable {

  void putInt(int value) throws IOException;

  void putLong(long value) throws IOException;

  void putBytes(byte[] source, int from, int length) throws IOException;

  @Override
  void close() throws IOException;
}
