package io.gamay.deepstore.hdfs;

import io.gamay.deepstore.DeepStore;
import io.gamay.deepstore.ObjectExistsException;
import io.gamay.deepstore.ObjectKey;
import io.gamay.deepstore.WholeFile;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.UUID;
import java.util.zip.CRC32C;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.CompositeCrcFileChecksum;
import org.apache.hadoop.fs.CreateFlag;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileAlreadyExistsException;
import org.apache.hadoop.fs.FileChecksum;
import org.apache.hadoop.fs.FileContext;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Options;
import org.apache.hadoop.fs.ParentNotDirectoryException;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RemoteIterator;
import org.apache.hadoop.util.DataChecksum;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A deep store in a directory of HDFS: an object's key is its path below the root. Several
 * processes may share the directory.
 *
 * <p>An object is written beside its place, in {@code .incoming}, to the disks of all DataNodes
 * that hold it; its checksum is asked of them, compared, and only then it gets its name by a
 * rename, which the NameNode makes at once and refuses if the name is taken. Files that a killed
 * writer left in {@code .incoming} are removed when the store is opened a day later.
 */
final class HdfsDeepStore implements DeepStore {

  private static final Logger LOG = LoggerFactory.getLogger(HdfsDeepStore.class);
  private static final String INCOMING = ".incoming";
  private static final Duration ABANDONED_AFTER = Duration.ofDays(1);
  private static final int BUFFER_BYTES = 1 << 18;

  /** A deletion may remove an empty directory under a writer's hands; the writer makes it again. */
  private static final int RENAME_ATTEMPTS = 5;

  private final FileContext files;
  private final Path root;
  private final Path incoming;

  /** Whether the directories were there once. One that has vanished since is not made anew. */
  private volatile boolean isPrepared;

  private HdfsDeepStore(FileContext files, Path root) {
    this.files = files;
    this.root = root;
    this.incoming = new Path(root, INCOMING);
  }

  /**
   * Opens the store in a directory, which is made if it does not exist. A NameNode that is away is
   * tried again at each write.
   *
   * @throws IllegalArgumentException if the URI is not understood
   */
  static HdfsDeepStore open(URI uri, Configuration settings) throws IOException {
    if (uri.getRawAuthority() == null || uri.getRawQuery() != null || uri.getUserInfo() != null) {
      throw new IllegalArgumentException(
          "deep store uri '%s': expected hdfs://namenode:port/directory or hdfs://nameservice/directory, everything else is said in HADOOP_CONF_DIR"
              .formatted(uri));
    }
    Path root = new Path(uri.getPath().isEmpty() ? URI.create(uri + "/") : uri);
    HdfsDeepStore store =
        new HdfsDeepStore(FileContext.getFileContext(root.toUri(), settings), root);
    try {
      store.prepare();
    } catch (IOException away) {
      LOG.warn(
          "the deep store at {} cannot be used now, no segment can be committed until it can: {}",
          uri,
          away.toString());
    }
    return store;
  }

  private void prepare() throws IOException {
    if (!isPrepared) {
      files.mkdir(incoming, null, true);
      removeAbandoned();
      isPrepared = true;
    }
  }

  /** Nothing is absent from a store that is not there. */
  private void requireThere() throws IOException {
    try {
      if (files.getFileStatus(incoming).isDirectory()) {
        return;
      }
    } catch (FileNotFoundException absent) {
      throw notThere(absent);
    }
    throw notThere(null);
  }

  private IOException notThere(@org.jspecify.annotations.Nullable Exception cause) {
    return new IOException(
        "deep store directory %s is away: there is no %s in it".formatted(root, INCOMING), cause);
  }

  @Override
  public void put(String key, java.nio.file.Path file) throws IOException {
    Path target = pathOf(key);
    prepare();
    if (status(target).isPresent()) {
      throw new ObjectExistsException(key);
    }
    Path temporary = new Path(incoming, UUID.randomUUID().toString());
    try {
      upload(file, temporary);
      renameUnlessTaken(key, temporary, target);
    } finally {
      deleteLeftover(temporary);
    }
  }

  private void upload(java.nio.file.Path file, Path temporary) throws IOException {
    int written;
    try (InputStream in = Files.newInputStream(file);
        FSDataOutputStream out =
            files.create(temporary, EnumSet.of(CreateFlag.CREATE, CreateFlag.SYNC_BLOCK))) {
      written = copy(in, out);
      out.hsync();
    }
    int readBack = crc32c(requireStatus(temporary));
    if (readBack != written) {
      throw new IOException(
          "checksum mismatch in copy of %s: wrote %08x, read back %08x"
              .formatted(file, written, readBack));
    }
  }

  private void renameUnlessTaken(String key, Path temporary, Path target) throws IOException {
    for (int attempt = 1; ; attempt++) {
      try {
        files.mkdir(parent(target), null, true);
        files.rename(temporary, target, Options.Rename.NONE);
        return;
      } catch (FileAlreadyExistsException taken) {
        ObjectExistsException exists = new ObjectExistsException(key);
        exists.initCause(taken);
        throw exists;
      } catch (FileNotFoundException directoryGone) {
        if (attempt == RENAME_ATTEMPTS || status(temporary).isEmpty()) {
          throw directoryGone;
        }
      }
    }
  }

  @Override
  public void fetch(String key, java.nio.file.Path target) throws IOException {
    Path source = pathOf(key);
    WholeFile.create(target, temporary -> download(key, source, temporary));
  }

  /** What arrives is also compared by Hadoop's client, piece by piece, with what was written. */
  private void download(String key, Path source, java.nio.file.Path temporary) throws IOException {
    FileStatus object = objectStatus(source).orElseThrow(() -> new NoSuchFileException(key));
    int read;
    try (InputStream in = files.open(source);
        OutputStream out =
            Files.newOutputStream(
                temporary, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      read = copy(in, out);
    } catch (FileNotFoundException deletedMeanwhile) {
      NoSuchFileException absent = new NoSuchFileException(key);
      absent.initCause(deletedMeanwhile);
      throw absent;
    }
    if (Files.size(temporary) != object.getLen()) {
      throw new IOException(
          "fetch of %s failed: expected %d bytes, read %d"
              .formatted(source, object.getLen(), Files.size(temporary)));
    }
    OptionalInt stored = storedCrc(object);
    if (stored.isPresent() && stored.getAsInt() != read) {
      throw new IOException(
          "fetch of %s failed: checksum mismatch: expected %08x, read %08x"
              .formatted(source, stored.getAsInt(), read));
    }
  }

  @Override
  public Optional<ObjectInfo> info(String key) throws IOException {
    Optional<FileStatus> found = objectStatus(pathOf(key));
    if (found.isEmpty()) {
      return Optional.empty();
    }
    FileStatus object = found.get();
    try {
      return Optional.of(
          new ObjectInfo(key, object.getLen(), crc32c(object), object.getModificationTime()));
    } catch (FileNotFoundException deletedMeanwhile) {
      return Optional.empty();
    }
  }

  @Override
  public List<ObjectInfo> list(String prefix) throws IOException {
    ObjectKey.checkPrefix(prefix);
    String directory = prefix.substring(0, Math.max(0, prefix.lastIndexOf('/')));
    List<ObjectInfo> found = new ArrayList<>();
    try {
      collect(directory.isEmpty() ? root : new Path(root, directory), directory, prefix, found);
    } catch (FileNotFoundException | ParentNotDirectoryException absent) {
      requireThere();
    }
    found.sort(Comparator.comparing(ObjectInfo::key));
    return found;
  }

  /** What cannot be one of our keys is left out. */
  private void collect(Path directory, String directoryKey, String prefix, List<ObjectInfo> found)
      throws IOException {
    RemoteIterator<FileStatus> entries = files.listStatus(directory);
    while (entries.hasNext()) {
      FileStatus entry = entries.next();
      String name = entry.getPath().getName();
      String key = directoryKey.isEmpty() ? name : directoryKey + "/" + name;
      if (!ObjectKey.isKey(key)) {
        continue;
      }
      if (!entry.isDirectory()) {
        if (key.startsWith(prefix)) {
          found.add(new ObjectInfo(key, entry.getLen(), 0, entry.getModificationTime()));
        }
      } else if (key.startsWith(prefix) || prefix.startsWith(key + "/")) {
        collectIfThere(entry.getPath(), key, prefix, found);
      }
    }
  }

  private void collectIfThere(Path directory, String key, String prefix, List<ObjectInfo> found)
      throws IOException {
    try {
      collect(directory, key, prefix, found);
    } catch (FileNotFoundException removedMeanwhile) {
      // nothing is in it
    }
  }

  @Override
  public void delete(String key) throws IOException {
    Path path = pathOf(key);
    if (objectStatus(path).isEmpty() || !files.delete(path, false)) {
      return;
    }
    for (Path directory = parent(path); !directory.equals(root); directory = parent(directory)) {
      if (!deletedAsEmpty(directory)) {
        return;
      }
    }
  }

  /** HDFS has more than one way to say that a directory is not empty. */
  private boolean deletedAsEmpty(Path directory) throws IOException {
    try {
      return !files.listStatus(directory).hasNext() && files.delete(directory, false);
    } catch (FileNotFoundException removedMeanwhile) {
      return true;
    } catch (IOException refused) {
      if (status(directory).isEmpty()) {
        return true;
      }
      LOG.debug("directory {} stays", directory, refused);
      return false;
    }
  }

  /** Hadoop closes its connections when they are idle, and at the end of the process. */
  @Override
  public void close() {}

  private Path pathOf(String key) {
    return new Path(root, ObjectKey.check(key));
  }

  private Optional<FileStatus> objectStatus(Path path) throws IOException {
    Optional<FileStatus> found = status(path).filter(entry -> !entry.isDirectory());
    if (found.isEmpty()) {
      requireThere();
    }
    return found;
  }

  private Optional<FileStatus> status(Path path) throws IOException {
    try {
      return Optional.of(files.getFileStatus(path));
    } catch (FileNotFoundException | ParentNotDirectoryException absent) {
      return Optional.empty();
    }
  }

  private FileStatus requireStatus(Path path) throws IOException {
    return files.getFileStatus(path);
  }

  /** As the DataNodes say, else of the bytes as they read now. */
  private int crc32c(FileStatus object) throws IOException {
    OptionalInt stored = storedCrc(object);
    if (stored.isPresent()) {
      return stored.getAsInt();
    }
    try (InputStream in = files.open(object.getPath())) {
      return copy(in, OutputStream.nullOutputStream());
    }
  }

  /** Empty if the file system has none that can be compared. */
  private OptionalInt storedCrc(FileStatus object) throws IOException {
    if (object.getLen() == 0) {
      return OptionalInt.empty();
    }
    FileChecksum checksum = files.getFileChecksum(object.getPath());
    return checksum instanceof CompositeCrcFileChecksum composite
            && composite.getChecksumOpt().getChecksumType() == DataChecksum.Type.CRC32C
        ? OptionalInt.of(java.nio.ByteBuffer.wrap(composite.getBytes()).getInt())
        : OptionalInt.empty();
  }

  private static int copy(InputStream in, OutputStream out) throws IOException {
    CRC32C crc = new CRC32C();
    byte[] buffer = new byte[BUFFER_BYTES];
    for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
      crc.update(buffer, 0, count);
      out.write(buffer, 0, count);
    }
    return (int) crc.getValue();
  }

  /** The object is safe or never was: a leftover that cannot be removed now is removed later. */
  private void deleteLeftover(Path temporary) {
    try {
      files.delete(temporary, false);
    } catch (IOException keptUntilAbandoned) {
      // removeAbandoned takes it
    }
  }

  /** Ages are taken by the NameNode's clock, which stamped the files. */
  private void removeAbandoned() throws IOException {
    Path probe = new Path(incoming, UUID.randomUUID().toString());
    files.create(probe, EnumSet.of(CreateFlag.CREATE)).close();
    try {
      long oldest = files.getFileStatus(probe).getModificationTime() - ABANDONED_AFTER.toMillis();
      RemoteIterator<FileStatus> left = files.listStatus(incoming);
      while (left.hasNext()) {
        FileStatus file = left.next();
        if (!file.isDirectory() && file.getModificationTime() < oldest) {
          files.delete(file.getPath(), false);
        }
      }
    } finally {
      deleteLeftover(probe);
    }
  }

  private static Path parent(Path path) {
    return Objects.requireNonNull(path.getParent());
  }
}
