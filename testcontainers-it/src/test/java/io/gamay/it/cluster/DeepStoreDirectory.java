package io.gamay.it.cluster;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/**
 * A directory as deep store that can be taken away from all processes at once, as when a mount
 * hangs off, and given back with what it holds. Its path is a symbolic link, which is replaced in
 * one step by one that leads to a file: under that nothing can be written, read or listed, whoever
 * tries.
 */
public final class DeepStoreDirectory {
  private final Path link;
  private final Path objects;
  private final Path nothing;

  private DeepStoreDirectory(Path link, Path objects, Path nothing) {
    this.link = link;
    this.objects = objects;
    this.nothing = nothing;
  }

  static DeepStoreDirectory create(Path parent) {
    var created =
        new DeepStoreDirectory(
            parent.resolve("deepstore"),
            parent.resolve("deepstore-objects"),
            parent.resolve("deepstore-away"));
    try {
      Files.createDirectories(created.objects);
      Files.writeString(created.nothing, "the deep store is away");
      Files.createSymbolicLink(created.link, created.objects);
      return created;
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  URI uri() {
    return URI.create("file://" + link);
  }

  /** Where the objects are, away or not. */
  public Path objects() {
    return objects;
  }

  /** From now on every access fails. */
  public void takeAway() {
    lead(nothing);
  }

  /** It is there again, as it was. */
  public void giveBack() {
    lead(objects);
  }

  private void lead(Path target) {
    Path next = link.resolveSibling("deepstore-next");
    try {
      Files.createSymbolicLink(next, target);
      Files.move(next, link, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }
}
