package io.gamay.deepstore;

import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;
import software.amazon.awssdk.core.sync.RequestBody;

/**
 * A local file on its way into S3: its parts and their checksums, read once when it is opened, and
 * again as each part is sent. Used by one thread; of its bodies the one opened last is read.
 *
 * <p>Not a file channel: the SDK interrupts a thread whose attempt takes too long, which would
 * close the channel under the next attempt.
 */
final class PartedFile implements AutoCloseable {

  /** S3 takes no more parts of one object; a longer file has larger parts. */
  private static final int MAX_PARTS = 10_000;

  private static final int BUFFER_BYTES = 1 << 18;

  private final RandomAccessFile file;
  private final List<Part> parts;
  private final int crc32c;

  /**
   * @param number 1 for the first
   */
  record Part(int number, long byteOffset, long lengthBytes, int crc32c) {}

  private PartedFile(RandomAccessFile file, List<Part> parts, int crc32c) {
    this.file = file;
    this.parts = List.copyOf(parts);
    this.crc32c = crc32c;
  }

  static PartedFile open(Path path, long partSizeBytes) throws IOException {
    RandomAccessFile file = new RandomAccessFile(path.toFile(), "r");
    try {
      return read(file, partSizeBytes);
    } catch (IOException | RuntimeException failed) {
      file.close();
      throw failed;
    }
  }

  private static PartedFile read(RandomAccessFile file, long partSizeBytes) throws IOException {
    long sizeBytes = file.length();
    long length = Math.max(partSizeBytes, Math.ceilDiv(sizeBytes, MAX_PARTS));
    CRC32C whole = new CRC32C();
    List<Part> parts = new ArrayList<>();
    long offset = 0;
    do {
      long partLength = Math.min(length, sizeBytes - offset);
      parts.add(new Part(parts.size() + 1, offset, partLength, crc(file, partLength, whole)));
      offset += partLength;
    } while (offset < sizeBytes);
    return new PartedFile(file, parts, (int) whole.getValue());
  }

  private static int crc(RandomAccessFile file, long lengthBytes, CRC32C whole) throws IOException {
    CRC32C crc = new CRC32C();
    byte[] buffer = new byte[BUFFER_BYTES];
    for (long left = lengthBytes; left > 0; ) {
      int count = (int) Math.min(left, buffer.length);
      file.readFully(buffer, 0, count);
      crc.update(buffer, 0, count);
      whole.update(buffer, 0, count);
      left -= count;
    }
    return (int) crc.getValue();
  }

  /** At least one; the only part of an empty file is empty. */
  List<Part> parts() {
    return parts;
  }

  long sizeBytes() {
    Part last = parts.getLast();
    return last.byteOffset() + last.lengthBytes();
  }

  /** Of the whole file. */
  int crc32c() {
    return crc32c;
  }

  /** A part's content, which may be read again for a repetition. */
  RequestBody body(Part part) {
    return RequestBody.fromContentProvider(
        () -> open(part), part.lengthBytes(), "application/octet-stream");
  }

  private InputStream open(Part part) {
    try {
      file.seek(part.byteOffset());
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
    return new PartStream(part.lengthBytes());
  }

  @Override
  public void close() throws IOException {
    file.close();
  }

  private final class PartStream extends InputStream {

    private long leftBytes;

    PartStream(long leftBytes) {
      this.leftBytes = leftBytes;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
      if (leftBytes == 0) {
        return -1;
      }
      int count = file.read(target, offset, (int) Math.min(length, leftBytes));
      leftBytes -= Math.max(count, 0);
      return count;
    }
  }
}
