package io.gamay.ingest.consume;

import io.gamay.deepstore.DeepStore;
import io.gamay.deepstore.ObjectExistsException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.zip.CRC32C;

/** Objects in memory; may be away, and may store other bytes than it was given. */
final class InMemoryDeepStore implements DeepStore {

  private final Map<String, byte[]> objects = new ConcurrentSkipListMap<>();
  private volatile boolean isAway;
  private boolean corruptsNextPut;
  private volatile Runnable onFetch = () -> {};
  private final AtomicInteger fetches = new AtomicInteger();
  private final AtomicInteger lists = new AtomicInteger();

  void setAway(boolean away) {
    isAway = away;
  }

  /** Runs while an object is fetched. */
  void setOnFetch(Runnable action) {
    onFetch = action;
  }

  /** How many objects were fetched. */
  int fetches() {
    return fetches.get();
  }

  /** How often it was asked what it has. */
  int lists() {
    return lists.get();
  }

  void corruptNextPut() {
    corruptsNextPut = true;
  }

  Map<String, byte[]> objects() {
    return objects;
  }

  @Override
  public void put(String key, Path file) throws IOException {
    checkThere();
    if (objects.containsKey(key)) {
      throw new ObjectExistsException(key);
    }
    byte[] bytes = Files.readAllBytes(file);
    if (corruptsNextPut) {
      corruptsNextPut = false;
      bytes[bytes.length / 2] ^= 1;
    }
    objects.put(key, bytes);
  }

  @Override
  public void fetch(String key, Path target) throws IOException {
    checkThere();
    byte[] bytes = objects.get(key);
    if (bytes == null) {
      throw new NoSuchFileException(key);
    }
    fetches.incrementAndGet();
    onFetch.run();
    Files.write(target, bytes);
  }

  @Override
  public Optional<ObjectInfo> info(String key) throws IOException {
    checkThere();
    return Optional.ofNullable(objects.get(key))
        .map(
            bytes -> {
              CRC32C crc = new CRC32C();
              crc.update(bytes);
              return new ObjectInfo(key, bytes.length, (int) crc.getValue(), 0);
            });
  }

  @Override
  public List<ObjectInfo> list(String prefix) throws IOException {
    checkThere();
    lists.incrementAndGet();
    return objects.entrySet().stream()
        .filter(object -> object.getKey().startsWith(prefix))
        .map(object -> new ObjectInfo(object.getKey(), object.getValue().length, 0, 0))
        .toList();
  }

  @Override
  public void delete(String key) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void close() {}

  private void checkThere() throws IOException {
    if (isAway) {
      throw new IOException("deep store is away");
    }
  }
}
