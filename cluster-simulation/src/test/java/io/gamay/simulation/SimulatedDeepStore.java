package io.gamay.simulation;

import io.gamay.deepstore.DeepStore;
import io.gamay.deepstore.ObjectExistsException;
import io.gamay.segment.immutable.ImmutableSegment;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/** Objects in memory; may be away, store other bytes than it was given, or hide that it did. */
final class SimulatedDeepStore {

  private final TreeMap<String, Stored> objects = new TreeMap<>();
  private boolean isAway;
  private boolean corruptsNextPut;
  private boolean losesNextReply;

  /**
   * @param dataCrc that the file names for its data
   * @param isCorrupt whether these are not the bytes that were given
   */
  record Stored(byte[] bytes, int dataCrc, boolean isCorrupt) {}

  void setAway(boolean away) {
    isAway = away;
  }

  void corruptNextPut() {
    corruptsNextPut = true;
  }

  void loseNextReply() {
    losesNextReply = true;
  }

  /** No faults any more. */
  void heal() {
    isAway = false;
    corruptsNextPut = false;
    losesNextReply = false;
  }

  Optional<Stored> object(String key) {
    return Optional.ofNullable(objects.get(key));
  }

  /** As one process sees it. */
  DeepStore connection(Node node, Network network) {
    return new Connection(node, network);
  }

  private final class Connection implements DeepStore {

    private final Node node;
    private final Network network;

    Connection(Node node, Network network) {
      this.node = node;
      this.network = network;
    }

    @Override
    public void put(String key, Path file) throws IOException {
      requireReached();
      if (objects.containsKey(key)) {
        throw new ObjectExistsException(key);
      }
      byte[] bytes = Files.readAllBytes(file);
      int dataCrc;
      try (ImmutableSegment segment = ImmutableSegment.open(file)) {
        dataCrc = segment.dataCrc();
      }
      boolean corrupts = corruptsNextPut;
      corruptsNextPut = false;
      if (corrupts) {
        bytes[bytes.length / 2] ^= 1;
      }
      objects.put(key, new Stored(bytes, dataCrc, corrupts));
      if (losesNextReply) {
        losesNextReply = false;
        throw new IOException("connection reset");
      }
    }

    @Override
    public void fetch(String key, Path target) throws IOException {
      requireReached();
      Files.write(target, existing(key).bytes());
    }

    @Override
    public Optional<ObjectInfo> info(String key) throws IOException {
      requireReached();
      return object(key).map(stored -> info(key, stored));
    }

    /** Each is as old as can be: whoever sweeps cannot count on age. */
    @Override
    public List<ObjectInfo> list(String prefix) throws IOException {
      requireReached();
      return objects.tailMap(prefix, true).entrySet().stream()
          .takeWhile(entry -> entry.getKey().startsWith(prefix))
          .map(entry -> new ObjectInfo(entry.getKey(), entry.getValue().bytes().length, 0, 0))
          .toList();
    }

    @Override
    public void delete(String key) throws IOException {
      requireReached();
      objects.remove(key);
    }

    @Override
    public void close() {}

    private static ObjectInfo info(String key, Stored stored) {
      CRC32C crc = new CRC32C();
      crc.update(stored.bytes());
      return new ObjectInfo(key, stored.bytes().length, (int) crc.getValue(), 0);
    }

    private Stored existing(String key) throws NoSuchFileException {
      @Nullable Stored stored = objects.get(key);
      if (stored == null) {
        throw new NoSuchFileException(key);
      }
      return stored;
    }

    private void requireReached() throws IOException {
      if (isAway || network.isCut(node.id(), Network.DEEP_STORE)) {
        throw new IOException("the deep store does not answer");
      }
    }
  }
}
