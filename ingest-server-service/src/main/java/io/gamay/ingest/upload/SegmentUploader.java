package io.gamay.ingest.upload;

import io.gamay.cluster.segment.SegmentName;
import io.gamay.deepstore.DeepStore;
import io.gamay.deepstore.DeepStore.ObjectInfo;
import io.gamay.deepstore.ObjectExistsException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HexFormat;
import java.util.Optional;
import java.util.zip.CRC32C;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Puts a sealed file into the deep store under the name of an attempt and reads back what the store
 * made of it. A name that is taken is not written: it is good if it holds the same bytes, as after
 * a restart between upload and report. Thread-safe.
 */
public final class SegmentUploader {

  private static final Logger LOG = LoggerFactory.getLogger(SegmentUploader.class);
  private static final int BUFFER_BYTES = 1 << 20;

  private final DeepStore deepStore;

  public SegmentUploader(DeepStore deepStore) {
    this.deepStore = deepStore;
  }

  /** What became of an attempt. */
  public sealed interface Outcome {
    /** The object is there with the file's size and checksum. */
    record Stored(String objectKey, long sizeBytes) implements Outcome {}

    /** The name is burnt. */
    record Refused(String reason) implements Outcome {}
  }

  public static String objectKey(String tableId, SegmentName segment, int attempt) {
    return tableId + "/" + segment + "/" + attempt;
  }

  /**
   * @throws IOException if the store or the disk does not do it now: to be tried again
   */
  public Outcome upload(String tableId, SegmentName segment, int attempt, Path file)
      throws IOException {
    String key = objectKey(tableId, segment, attempt);
    Expected expected = read(file);
    try {
      deepStore.put(key, file);
    } catch (ObjectExistsException e) {
      LOG.info("object {} exists already, is compared", key, e);
    }
    Optional<ObjectInfo> stored = deepStore.info(key);
    if (stored.isEmpty()) {
      return new Outcome.Refused("object %s is not there when it is read back".formatted(key));
    }
    ObjectInfo info = stored.get();
    if (info.sizeBytes() != expected.sizeBytes() || info.crc32c() != expected.crc()) {
      return new Outcome.Refused(
          "object %s has %d bytes with checksum %s, expected %d with %s"
              .formatted(
                  key,
                  info.sizeBytes(),
                  hex(info.crc32c()),
                  expected.sizeBytes(),
                  hex(expected.crc())));
    }
    return new Outcome.Stored(key, expected.sizeBytes());
  }

  private record Expected(long sizeBytes, int crc) {}

  private static Expected read(Path file) throws IOException {
    CRC32C crc = new CRC32C();
    ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES);
    long size = 0;
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      while (channel.read(buffer) >= 0) {
        buffer.flip();
        size += buffer.remaining();
        crc.update(buffer);
        buffer.clear();
      }
    }
    return new Expected(size, (int) crc.getValue());
  }

  private static String hex(int crc) {
    return HexFormat.of().toHexDigits(crc);
  }
}
