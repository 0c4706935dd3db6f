package io.gamay.deepstore;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Objects;
import java.util.UUID;

/** Makes a local file that appears whole and forced to the disk, or not at all. */
public final class WholeFile {

  private static final FileAccess FILES = new DiskFileAccess();

  private WholeFile() {}

  /** Writes a file that does not exist yet, and checks what it wrote. */
  public interface Content {
    void writeTo(Path temporary) throws IOException;
  }

  /**
   * @throws FileAlreadyExistsException if the target exists, which stays as it is
   * @throws IOException if the content cannot be had; there is no target then
   */
  public static void create(Path target, Content content) throws IOException {
    Path absoluteTarget = target.toAbsolutePath();
    if (Files.exists(absoluteTarget, LinkOption.NOFOLLOW_LINKS)) {
      throw new FileAlreadyExistsException(target.toString());
    }
    Path temporary =
        absoluteTarget.resolveSibling("." + target.getFileName() + "." + UUID.randomUUID());
    try {
      content.writeTo(temporary);
      FILES.force(temporary);
      FILES.link(temporary, absoluteTarget);
      FILES.force(Objects.requireNonNull(absoluteTarget.getParent()));
    } finally {
      deleteLeftover(temporary);
    }
  }

  /** Who fetches has a place of its own and clears it. */
  private static void deleteLeftover(Path temporary) {
    try {
      FILES.delete(temporary);
    } catch (IOException kept) {
      // under a name that is never looked for
    }
  }
}
