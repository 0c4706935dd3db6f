package io.gamay.deepstore;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Objects by key, written whole, once. Keys are relative: {@code tableId/segment/attempt}.
 * Thread-safe; every method blocks on I/O.
 */
public interface DeepStore extends AutoCloseable {

  /**
   * Stores a file under a key that was never used; durable when it returns.
   *
   * @throws ObjectExistsException if the key is taken, with whatever content; nothing was written
   * @throws IOException if the store is away or full; nothing is visible under the key, or the
   *     whole object is
   */
  void put(String key, Path file) throws IOException;

  /**
   * Fetches an object into a new local file, which appears whole or not at all.
   *
   * @throws java.nio.file.NoSuchFileException if there is no such object
   */
  void fetch(String key, Path target) throws IOException;

  /** Size and checksum as the store reads them back now; empty if there is no such object. */
  Optional<ObjectInfo> info(String key) throws IOException;

  /** Keys that start with a prefix, sorted. */
  List<ObjectInfo> list(String prefix) throws IOException;

  /** Removes an object; nothing happens if there is none. */
  void delete(String key) throws IOException;

  @Override
  void close();

  /**
   * @param crc32c of the whole object; {@link DeepStore#list} may leave it at 0
   * @param modifiedMillis epoch milliseconds
   */
  record ObjectInfo(String key, long sizeBytes, int crc32c, long modifiedMillis) {}
}
