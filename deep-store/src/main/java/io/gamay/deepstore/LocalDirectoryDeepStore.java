package io.gamay.deepstore;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A deep store in a directory: an object's key is its path below the root. Several processes may
 * share the directory. The file system must have hard links.
 *
 * <p>An object is written beside its place, in {@code .incoming}, forced to the disk, read back and
 * compared, and only then given its name by a hard link: the link is made at once and fails if the
 * name is taken, which a rename does not. Then the directories are forced too. Files that a killed
 * writer left in {@code .incoming} are removed when the store is opened a day later.
 */
public final class LocalDirectoryDeepStore implements DeepStore {

  private static final Logger LOG = LoggerFactory.getLogger(LocalDirectoryDeepStore.class);
  private static final String INCOMING = ".incoming";
  private static final Duration ABANDONED_AFTER = Duration.ofDays(1);

  /** A deletion may remove an empty directory under a writer's hands; the writer makes it again. */
  private static final int LINK_ATTEMPTS = 5;

  private final Path root;
  private final Path incoming;
  private final FileAccess files;

  /** Whether the directories were there once. One that has vanished since is not made anew. */
  private volatile boolean isPrepared;

  private LocalDirectoryDeepStore(Path root, FileAccess files) {
    this.root = root;
    this.incoming = root.resolve(INCOMING);
    this.files = files;
  }

  /**
   * Opens the store in a directory, which is made if it does not exist. A directory that cannot be
   * used now is tried again at each write: what is on the disks of servers is served without it.
   */
  public static LocalDirectoryDeepStore open(Path root) {
    return open(root, new DiskFileAccess());
  }

  static LocalDirectoryDeepStore open(Path root, FileAccess files) {
    LocalDirectoryDeepStore store =
        new LocalDirectoryDeepStore(root.toAbsolutePath().normalize(), files);
    try {
      store.prepare();
    } catch (IOException away) {
      LOG.warn(
          "the deep store at {} cannot be used now, no segment can be committed until it can: {}",
          root,
          away.toString());
    }
    return store;
  }

  private void prepare() throws IOException {
    if (!isPrepared) {
      makeDirectories(incoming);
      removeAbandoned();
      isPrepared = true;
    }
  }

  /** Nothing is absent from a store that is not there. */
  private void requireThere() throws IOException {
    if (!Files.isDirectory(incoming)) {
      throw new IOException(
          "deep store directory %s is away: there is no %s in it; is it mounted?"
              .formatted(root, INCOMING));
    }
  }

  @Override
  public void put(String key, Path file) throws IOException {
    prepare();
    Path target = pathOf(key);
    if (Files.exists(target)) {
      throw new ObjectExistsException(key);
    }
    Path temporary = incoming.resolve(UUID.randomUUID().toString());
    try {
      copyVerified(file, temporary);
      linkUnlessTaken(key, temporary, target);
      files.force(parent(target));
    } finally {
      deleteLeftover(temporary);
    }
  }

  @Override
  public void fetch(String key, Path target) throws IOException {
    Path source = pathOf(key);
    if (!Files.isRegularFile(source)) {
      requireThere();
      throw new NoSuchFileException(key);
    }
    Path absoluteTarget = target.toAbsolutePath();
    Path temporary =
        absoluteTarget.resolveSibling("." + target.getFileName() + "." + UUID.randomUUID());
    try {
      copyVerified(source, temporary);
      files.link(temporary, absoluteTarget);
      files.force(parent(absoluteTarget));
    } finally {
      deleteLeftover(temporary);
    }
  }

  @Override
  public Optional<ObjectInfo> info(String key) throws IOException {
    Path path = pathOf(key);
    try {
      BasicFileAttributes attributes = Files.readAttributes(path, BasicFileAttributes.class);
      if (!attributes.isRegularFile()) {
        requireThere();
        return Optional.empty();
      }
      return Optional.of(
          new ObjectInfo(
              key,
              attributes.size(),
              files.crc32c(path),
              attributes.lastModifiedTime().toMillis()));
    } catch (NoSuchFileException absent) {
      requireThere();
      return Optional.empty();
    }
  }

  @Override
  public List<ObjectInfo> list(String prefix) throws IOException {
    ObjectKey.checkPrefix(prefix);
    Path start = root.resolve(prefix.substring(0, prefix.lastIndexOf('/') + 1));
    if (!Files.isDirectory(start)) {
      requireThere();
      return List.of();
    }
    List<ObjectInfo> found = new ArrayList<>();
    collect(start, prefix, found);
    found.sort(Comparator.comparing(ObjectInfo::key));
    return found;
  }

  @Override
  public void delete(String key) throws IOException {
    Path path = pathOf(key);
    if (!Files.isRegularFile(path)) {
      requireThere();
      return;
    }
    files.delete(path);
    files.force(parent(path));
    deleteEmptyParents(parent(path));
  }

  @Override
  public void close() {}

  private Path pathOf(String key) {
    return root.resolve(ObjectKey.check(key));
  }

  private void copyVerified(Path source, Path target) throws IOException {
    int written = files.copyNew(source, target);
    files.force(target);
    int readBack = files.crc32c(target);
    if (readBack != written) {
      throw new IOException(
          "checksum mismatch in copy of %s: wrote %08x, read back %08x"
              .formatted(source, written, readBack));
    }
  }

  private void linkUnlessTaken(String key, Path temporary, Path target) throws IOException {
    for (int attempt = 1; ; attempt++) {
      makeDirectories(parent(target));
      try {
        files.link(temporary, target);
        return;
      } catch (FileAlreadyExistsException taken) {
        ObjectExistsException exists = new ObjectExistsException(key);
        exists.initCause(taken);
        throw exists;
      } catch (NoSuchFileException directoryGone) {
        if (attempt == LINK_ATTEMPTS || !Files.exists(temporary)) {
          throw directoryGone;
        }
      }
    }
  }

  /** Makes a directory and its parents, each forced into the one above. */
  private void makeDirectories(Path directory) throws IOException {
    if (Files.isDirectory(directory)) {
      return;
    }
    Path above = parent(directory);
    makeDirectories(above);
    if (files.makeDirectory(directory)) {
      files.force(above);
    }
  }

  private void collect(Path directory, String prefix, List<ObjectInfo> found) throws IOException {
    List<Path> entries;
    try (Stream<Path> listed = Files.list(directory)) {
      entries = listed.toList();
    } catch (NoSuchFileException removedMeanwhile) {
      return;
    } catch (UncheckedIOException failed) {
      throw failed.getCause();
    }
    for (Path entry : entries) {
      String key = root.relativize(entry).toString();
      if (key.startsWith(".")) {
        continue;
      }
      BasicFileAttributes attributes = attributesIfPresent(entry);
      if (attributes == null) {
        continue;
      }
      if (attributes.isDirectory()) {
        if (key.startsWith(prefix) || prefix.startsWith(key + "/")) {
          collect(entry, prefix, found);
        }
      } else if (key.startsWith(prefix)) {
        found.add(
            new ObjectInfo(key, attributes.size(), 0, attributes.lastModifiedTime().toMillis()));
      }
    }
  }

  private static @Nullable BasicFileAttributes attributesIfPresent(Path path) throws IOException {
    try {
      return Files.readAttributes(path, BasicFileAttributes.class);
    } catch (NoSuchFileException removedMeanwhile) {
      return null;
    }
  }

  private void deleteEmptyParents(Path from) throws IOException {
    for (Path directory = from; !directory.equals(root); directory = parent(directory)) {
      try {
        files.delete(directory);
      } catch (DirectoryNotEmptyException inUse) {
        return;
      }
    }
  }

  /** The object is safe or never was: a leftover that cannot be removed now is removed later. */
  private void deleteLeftover(Path temporary) {
    try {
      files.delete(temporary);
    } catch (IOException keptUntilAbandoned) {
      // removeAbandoned takes it
    }
  }

  /** Ages are taken by the file system's own clock, which stamped the files. */
  private void removeAbandoned() throws IOException {
    Path probe = Files.createFile(incoming.resolve(UUID.randomUUID().toString()));
    FileTime now = Files.getLastModifiedTime(probe);
    Files.delete(probe);
    try (Stream<Path> entries = Files.list(incoming)) {
      for (Path entry : entries.toList()) {
        BasicFileAttributes attributes = attributesIfPresent(entry);
        if (attributes != null
            && Duration.between(attributes.lastModifiedTime().toInstant(), now.toInstant())
                    .compareTo(ABANDONED_AFTER)
                > 0) {
          Files.deleteIfExists(entry);
        }
      }
    }
  }

  private static Path parent(Path path) {
    Path parent = path.getParent();
    if (parent == null) {
      throw new IllegalStateException("path without a parent: " + path);
    }
    return parent;
  }
}
