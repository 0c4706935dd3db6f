package io.gamay.cluster.store;

/** One step of a transaction. */
public sealed interface Operation {

  /** Version that matches any. */
  int ANY_VERSION = -1;

  String path();

  /** The node exists at this version. */
  record Check(String path, int version) implements Operation {}

  /** The node does not exist and is made. */
  record Create(String path, byte[] data, boolean isEphemeral) implements Operation {}

  /** The node exists at this version and gets new data. */
  record Put(String path, byte[] data, int version) implements Operation {}

  /** The node exists at this version, has no children, and is removed. */
  record Delete(String path, int version) implements Operation {}
}
