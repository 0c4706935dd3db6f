package io.gamay.cluster.store;

/** A transaction met another state than it was decided on; nothing was written. */
public final class ConflictException extends MetadataException {

  private static final long serialVersionUID = 1L;

  private final String path;

  /**
   * @param path the node of the operation that failed
   */
  public ConflictException(String path, String message) {
    super(message);
    this.path = path;
  }

  public String path() {
    return path;
  }
}
