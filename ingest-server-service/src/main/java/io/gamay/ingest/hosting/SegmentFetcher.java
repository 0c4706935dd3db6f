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
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings the file of an ONLINE segment to this disk: the one that lies here if it has the named
 * CRC, else the object from the deep store, else the copy of another server. Blocks on disk and
 * network. Thread-safe.
 */
public final class SegmentFetcher {

  private static final Logger LOG = LoggerFactory.getLogger(SegmentFetcher.class);

  private final LocalSegments local;
  private final DeepStore deepStore;
  private final PeerSegments peers;
  private final RandomGenerator random;

  /**
   * @param random for the names of unfinished files only
   */
  public SegmentFetcher(
      LocalSegments local, DeepStore deepStore, PeerSegments peers, RandomGenerator random) {
    this.local = local;
    this.deepStore = deepStore;
    this.peers = peers;
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
   * Fetches the named object, or, if the deep store does not give it, the copy of another server;
   * checks every byte, and puts it in the place of what was here.
   *
   * @param indexes to show, as far as they are there
   * @throws IOException if neither they nor the disk do it now; also if what they give is not what
   *     metadata says: nothing of it is kept
   */
  public ImmutableSegment fetch(String tableId, SegmentMetadata metadata, IndexDecisions indexes)
      throws IOException {
    try {
      return fetchFromStore(tableId, metadata, indexes);
    } catch (IOException notFromStore) {
      LOG.warn("segment {} does not come from the deep store", metadata.name(), notFromStore);
      try {
        return fetch(
            tableId,
            metadata,
            indexes,
            "the copy of another server",
            target -> peers.fetch(tableId, metadata, target));
      } catch (IOException notFromPeers) {
        notFromStore.addSuppressed(notFromPeers);
        throw new IOException(
            "%s; %s".formatted(notFromStore.getMessage(), notFromPeers.getMessage()), notFromStore);
      }
    }
  }

  /** As {@link #fetch}, from the deep store only. */
  public ImmutableSegment fetchFromStore(
      String tableId, SegmentMetadata metadata, IndexDecisions indexes) throws IOException {
    String key = metadata.stored().orElseThrow().objectKey();
    return fetch(
        tableId, metadata, indexes, "object " + key, target -> deepStore.fetch(key, target));
  }

  /** Whether the deep store has the named object, in its size. */
  public boolean isStored(SegmentMetadata metadata) throws IOException {
    StoredCopy copy = metadata.stored().orElseThrow();
    return deepStore.list(copy.objectKey()).stream()
        .anyMatch(
            object ->
                object.key().equals(copy.objectKey()) && object.sizeBytes() == copy.sizeBytes());
  }

  /** What the deep store has of a table: sizes in bytes, by object key. */
  Map<String, Long> storedSizes(String tableId) throws IOException {
    Map<String, Long> sizes = new HashMap<>();
    for (DeepStore.ObjectInfo object : deepStore.list(tableId + "/")) {
      sizes.put(object.key(), object.sizeBytes());
    }
    return sizes;
  }

  /** Whoever writes the bytes of a segment to a new file. */
  private interface Source {
    void fetch(Path target) throws IOException;
  }

  private ImmutableSegment fetch(
      String tableId, SegmentMetadata metadata, IndexDecisions indexes, String what, Source source)
      throws IOException {
    Path file = local.prepare(tableId, metadata.name());
    Path unfinished =
        file.resolveSibling("fetched-" + HexFormat.of().toHexDigits(random.nextLong()));
    try {
      source.fetch(unfinished);
      verify(unfinished, metadata, what);
      Files.move(
          unfinished, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (SegmentCorruptException e) {
      throw new IOException(what + " is corrupt", e);
    } finally {
      Files.deleteIfExists(unfinished);
    }
    return ImmutableSegment.open(SegmentFiles.local(), file, indexes);
  }

  private static void verify(Path file, SegmentMetadata metadata, String what) throws IOException {
    try (ImmutableSegment segment = ImmutableSegment.open(file)) {
      segment.verify();
      if (!isNamedCopy(segment, metadata)) {
        throw new IOException(
            "%s is %s with data CRC %s, expected %s with %s"
                .formatted(
                    what,
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
