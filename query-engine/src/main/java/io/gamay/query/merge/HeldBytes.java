package io.gamay.query.merge;

/** Memory that the parts of one structure hold together, kept up by the parts. One thread. */
final class HeldBytes {

  private long bytes;

  void add(long change) {
    bytes += change;
  }

  long bytes() {
    return bytes;
  }
}
