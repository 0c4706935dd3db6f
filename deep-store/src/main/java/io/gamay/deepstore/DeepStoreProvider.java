package io.gamay.deepstore;

import java.io.IOException;
import java.net.URI;

/**
 * A kind of deep store that comes in a module of its own, found on the class path by {@link
 * java.util.ServiceLoader}.
 */
public interface DeepStoreProvider {

  /** Of the URIs that it opens, in lower case. */
  String scheme();

  /**
   * Opens the store that a URI names. A store that is away is opened too, and tried again when it
   * is asked for something.
   *
   * @throws IllegalArgumentException if the URI is not understood
   */
  DeepStore open(URI uri) throws IOException;
}
