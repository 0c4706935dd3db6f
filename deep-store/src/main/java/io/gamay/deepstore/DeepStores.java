package io.gamay.deepstore;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;

/** Opens the deep store that a URI names. */
public final class DeepStores {

  private DeepStores() {}

  /**
   * @param uri {@code file:///directory} or {@code s3://bucket/prefix}, after which {@code
   *     endpoint}, {@code region}, {@code pathStyle} and {@code partSizeBytes} may follow as
   *     parameters
   * @throws IllegalArgumentException if no store is known for the scheme, or the URI is not
   *     understood
   */
  public static DeepStore open(URI uri) throws IOException {
    String scheme = uri.getScheme();
    if (scheme == null) {
      throw new IllegalArgumentException(
          "deep store uri '%s' has no scheme, expected file: or s3:".formatted(uri));
    }
    return switch (scheme) {
      case "file" -> LocalDirectoryDeepStore.open(Path.of(uri));
      case "s3" -> S3DeepStore.open(uri);
      default ->
          throw new IllegalArgumentException(
              "deep store uri '%s': unknown scheme '%s', known: file, s3".formatted(uri, scheme));
    };
  }
}
