package io.gamay.deepstore;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.ServiceLoader;

/** Opens the deep store that a URI names. */
public final class DeepStores {

  private static final String HDFS = "hdfs";

  private DeepStores() {}

  /**
   * @param uri {@code file:///directory} or {@code s3://bucket/prefix}, after which {@code
   *     endpoint}, {@code region}, {@code pathStyle} and {@code partSizeBytes} may follow as
   *     parameters; of another scheme, what a {@link DeepStoreProvider} on the class path opens
   * @throws IllegalArgumentException if no store is known for the scheme, or the URI is not
   *     understood
   */
  public static DeepStore open(URI uri) throws IOException {
    String scheme = uri.getScheme();
    if (scheme == null) {
      throw new IllegalArgumentException(
          "deep store uri '%s' has no scheme, expected file:, s3: or hdfs:".formatted(uri));
    }
    return switch (scheme) {
      case "file" -> LocalDirectoryDeepStore.open(Path.of(uri));
      case "s3" -> S3DeepStore.open(uri);
      default -> openProvided(uri, scheme);
    };
  }

  private static DeepStore openProvided(URI uri, String scheme) throws IOException {
    for (DeepStoreProvider provider : ServiceLoader.load(DeepStoreProvider.class)) {
      if (provider.scheme().equals(scheme)) {
        return provider.open(uri);
      }
    }
    throw new IllegalArgumentException(
        scheme.equals(HDFS)
            ? "deep store uri '%s': the module for HDFS is not on the class path; build it by './mvnw -pl deep-store-hdfs -am package -DskipTests' and start with GAMAY_CLASSPATH='deep-store-hdfs/target/dist/*'"
                .formatted(uri)
            : "deep store uri '%s': unknown scheme '%s', known: file, s3, hdfs"
                .formatted(uri, scheme));
  }
}
