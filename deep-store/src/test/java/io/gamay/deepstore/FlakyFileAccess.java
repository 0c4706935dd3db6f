package io.gamay.deepstore;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The real file system, failing one chosen call before it has an effect. */
final class FlakyFileAccess implements FileAccess {

  private final FileAccess disk = new DiskFileAccess();
  private int callsUntilFailure;
  private boolean failed;
  private boolean corruptsNextCopy;

  /**
   * @param call 1 for the next call, 0 for none
   */
  void failCall(int call) {
    callsUntilFailure = call;
    failed = false;
  }

  boolean hasFailed() {
    return failed;
  }

  void corruptNextCopy() {
    corruptsNextCopy = true;
  }

  @Override
  public boolean makeDirectory(Path directory) throws IOException {
    count("make " + directory);
    return disk.makeDirectory(directory);
  }

  @Override
  public int copyNew(Path source, Path target) throws IOException {
    count("copy to " + target);
    int crc = disk.copyNew(source, target);
    if (corruptsNextCopy) {
      corruptsNextCopy = false;
      byte[] content = Files.readAllBytes(target);
      content[content.length / 2] ^= 1;
      Files.write(target, content);
    }
    return crc;
  }

  @Override
  public void force(Path fileOrDirectory) throws IOException {
    count("force " + fileOrDirectory);
    disk.force(fileOrDirectory);
  }

  @Override
  public int crc32c(Path file) throws IOException {
    count("read " + file);
    return disk.crc32c(file);
  }

  @Override
  public void link(Path existing, Path newName) throws IOException {
    count("link " + newName);
    disk.link(existing, newName);
  }

  @Override
  public void delete(Path path) throws IOException {
    count("delete " + path);
    disk.delete(path);
  }

  private void count(String what) throws IOException {
    if (callsUntilFailure > 0 && --callsUntilFailure == 0) {
      failed = true;
      throw new InjectedException("injected failure: " + what);
    }
  }

  static final class InjectedException extends IOException {
    private static final long serialVersionUID = 1L;

    InjectedException(String message) {
      super(message);
    }
  }
}
