package io.gamay.deepstore;

import java.io.IOException;
import java.nio.file.Path;

/**
 * The file system calls that can fail, one method each, so that a test can fail any of them. Every
 * path is on one file system except the source of {@link #copyNew} and {@link #crc32c}.
 */
interface FileAccess {

  /** Makes one directory; nothing happens if it exists. True if it was made. */
  boolean makeDirectory(Path directory) throws IOException;

  /**
   * Copies a file into one that does not exist yet and returns the CRC-32C of the bytes read.
   *
   * @throws java.nio.file.FileAlreadyExistsException if the target exists
   */
  int copyNew(Path source, Path target) throws IOException;

  /** Forces a file's content, or a directory's entries, to the disk. */
  void force(Path fileOrDirectory) throws IOException;

  /** CRC-32C of the whole file as it reads now. */
  int crc32c(Path file) throws IOException;

  /**
   * Gives a file a second name, at once and only if that name is free.
   *
   * @throws java.nio.file.FileAlreadyExistsException if the name is taken
   */
  void link(Path existing, Path newName) throws IOException;

  /** Removes a file or an empty directory; nothing happens if there is none. */
  void delete(Path path) throws IOException;
}
