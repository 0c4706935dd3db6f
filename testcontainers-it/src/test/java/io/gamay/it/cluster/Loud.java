package io.gamay.it.cluster;

/** Lines that must be seen in the build's output, whatever the log's configuration. */
public final class Loud {
  private Loud() {}

  public static void say(String line) {
    System.err.println("[gamay-it] " + line);
  }
}
