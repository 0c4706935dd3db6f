package io.gamay.cluster.table;

/**
 * Something wrong, or worth knowing, about a JSON text.
 *
 * @param path JSON path of the place, for example {@code $.segmentsConfig.replication}
 * @param message what is there and why it cannot be
 * @param fix what to write instead; empty when there is nothing to add
 */
public record Problem(String path, String message, String fix) {

  /** Whether the same is wrong at the same place, whatever would mend it. */
  public boolean isSameAs(Problem other) {
    return path.equals(other.path) && message.equals(other.message);
  }

  @Override
  public String toString() {
    return path + ": " + message + (fix.isEmpty() ? "" : " (" + fix + ")");
  }
}
