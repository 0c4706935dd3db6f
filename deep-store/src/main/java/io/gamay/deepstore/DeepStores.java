package io.gamay.deepstore;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;

/** Opens the deep store that a URI names. */
public final class DeepStores {

  private DeepStores() {}

  /**
   * @param uri {@code file:///directory}
   * @throws IllegalArgumentException if no store is known for the scheme
   */
  public static DeepStore open(URI uri) throws IOException {
    String scheme = uri.getScheme();
    if (scheme == null) {
      throw new IllegalArgumentException(
          "deep store uri '%s' has no scheme, expected file:".formatted(uri));
    }
    return switch (scheme) {
      case "file" -> LocalDirectoryDeepStore.open(Path.of(uri));
      default ->
          throw new IllegalArgumentException(
              "deep store uri '%s': unknown scheme '%s', known: file".formatted(uri, scheme));
    };
  }
}
