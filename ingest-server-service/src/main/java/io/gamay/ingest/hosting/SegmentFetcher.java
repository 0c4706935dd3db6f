package io.gamay.ingest.hosting;

import io.gamay.cluster.segment.SegmentMetadata;
import io.gamay.cluster.segment.StoredCopy;
import io.gamay.deepstore.DeepStore;
import io.gamay.segment.format.SegmentCorruptException;
import io.gamay.segment.format.SegmentFiles;
import io.gamay.segment.immutable.ImmutableSegment;
import io.gamay.segment.schema.IndexDecisions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.HexFormat;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings the file of an ONLINE segment to this disk: the one that lies here if it has the named
 * CRC, else the object from the deep store. Blocks on disk and network. Thread-safe.
 */
public final class SegmentFetcher {

  private static final Logger LOG = LoggerFactory.getLogger(SegmentFetcher.class);

  private final LocalSegments local;
  private final DeepStore deepStore;
  private final RandomGenerator random;

  /**
   * @param random for the names of unfinished files only
   */
  public SegmentFetcher(LocalSegments local, DeepStore deepStore, RandomGenerator random) {
    this.local = local;
    this.deepStore = deepStore;
    this.random = random;
  }

  /**
   * The local file, open, if there is a whole one with the named data.
   *
   * @param metadata of an ONLINE segment
   * @param indexes to show, as far as they are there
   */
  public Optional<ImmutableSegment> openLocal(
      String tableId, SegmentMetadata metadata, IndexDecisions indexes) throws IOException {
    Path file = local.file(tableId, metadata.name());
    if (!Files.isRegularFile(file)) {
      return Optional.empty();
    }
    try {
      ImmutableSegment segment = ImmutableSegment.open(SegmentFiles.local(), file, indexes);
      if (isNamedCopy(segment, metadata)) {
        return Optional.of(segment);
      }
      LOG.warn(
          "local file of {} has data CRC {}, not the named one, and is fetched again",
          metadata.name(),
          hex(segment.dataCrc()));
      segment.close();
    } catch (SegmentCorruptException e) {
      LOG.warn("local file of {} is corrupt and is fetched again", metadata.name(), e);
    }
    return Optional.empty();
  }

  /**
   * Fetches the named object, checks every byte of it, and puts it in the place of what was here.
   *
   * @param indexes to show, as far as they are there
   * @throws IOException if the deep store or the disk does not do it now; also if the object is not
   *     what metadata says: nothing of it is kept
   */
  public ImmutableSegment fetch(String tableId, SegmentMetadata metadata, IndexDecisions indexes)
      throws IOException {
    StoredCopy copy = metadata.stored().orElseThrow();
    Path file = local.prepare(tableId, metadata.name());
    Path unfinished =
        file.resolveSibling("fetched-" + HexFormat.of().toHexDigits(random.nextLong()));
    try {
      deepStore.fetch(copy.objectKey(), unfinished);
      verify(unfinished, metadata);
      Files.move(
          unfinished, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (SegmentCorruptException e) {
      throw new IOException("object %s is corrupt".formatted(copy.objectKey()), e);
    } finally {
      Files.deleteIfExists(unfinished);
    }
    return ImmutableSegment.open(SegmentFiles.local(), file, indexes);
  }

  private static void verify(Path file, SegmentMetadata metadata) throws IOException {
    try (ImmutableSegment segment = ImmutableSegment.open(file)) {
      segment.verify();
      if (!isNamedCopy(segment, metadata)) {
        throw new IOException(
            "object %s is %s with data CRC %s, expected %s with %s"
                .formatted(
                    metadata.stored().orElseThrow().objectKey(),
                    segment,
                    hex(segment.dataCrc()),
                    metadata.name(),
                    hex(metadata.stored().orElseThrow().dataCrc())));
      }
    }
  }

  private static boolean isNamedCopy(ImmutableSegment segment, SegmentMetadata metadata) {
    return segment.segmentName().equals(metadata.name().toString())
        && segment.dataCrc() == metadata.stored().orElseThrow().dataCrc();
  }

  private static String hex(int crc) {
    return HexFormat.of().toHexDigits(crc);
  }
}
