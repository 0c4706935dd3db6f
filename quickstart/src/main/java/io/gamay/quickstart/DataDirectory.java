package io.gamay.quickstart;

import io.gamay.quickstart.console.Failure;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/**
 * A directory that belongs to one process while that process lives. The lock is the operating
 * system's, so a kill frees it; the file's content says whose it is, for the one who is refused.
 */
public final class DataDirectory implements AutoCloseable {
  private final Path path;
  private final FileChannel channel;

  private DataDirectory(Path path, FileChannel channel) {
    this.path = path;
    this.channel = channel;
  }

  /** Creates the directory if it is new and takes it, or fails with the process that has it. */
  public static DataDirectory take(Path directory) {
    Path path = directory.toAbsolutePath().normalize();
    try {
      Files.createDirectories(path);
      return lock(path);
    } catch (IOException failure) {
      throw new Failure(
          "data directory %s cannot be used: %s; pass another with --data-dir"
              .formatted(path, failure),
          failure);
    }
  }

  private static DataDirectory lock(Path path) throws IOException {
    Path file = path.resolve("lock");
    var channel =
        FileChannel.open(
            file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
    if (tryLock(channel) == null) {
      channel.close();
      throw new Failure(
          "data directory %s is in use by process %s; stop that one, or pass another with --data-dir"
              .formatted(path, Files.readString(file).strip()));
    }
    channel.truncate(0);
    channel.write(
        ByteBuffer.wrap((ProcessHandle.current().pid() + "\n").getBytes(StandardCharsets.UTF_8)));
    return new DataDirectory(path, channel);
  }

  private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
    try {
      return channel.tryLock();
    } catch (OverlappingFileLockException oursAlready) {
      return null;
    }
  }

  /** The directory, absolute. */
  public Path path() {
    return path;
  }

  /** Gives the directory free. */
  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }
}
