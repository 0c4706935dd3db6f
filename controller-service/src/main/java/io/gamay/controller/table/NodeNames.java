package io.gamay.controller.table;

import static io.gamay.controller.table.RequestRefusedException.Kind.CONFLICT;

import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * The names of the nodes under one node. ZooKeeper lists all of them in one message of 1 MB at
 * most; beyond that nobody could read the list any more.
 */
final class NodeNames {

  private static final int MOST_BYTES = 900 * 1024;

  /** Beside each name in a list: its length. */
  private static final int BYTES_BESIDE = Integer.BYTES;

  private NodeNames() {}

  /**
   * @param what the nodes stand for, as a person calls them
   * @throws RequestRefusedException if there is no room for one more
   */
  static void requireRoom(List<String> names, String another, String what) {
    long bytes = bytes(another) + names.stream().mapToLong(NodeNames::bytes).sum();
    if (bytes > MOST_BYTES) {
      throw new RequestRefusedException(
          CONFLICT,
          "%s cannot be made: the names of the %d %s that there are take %d of the %d bytes that ZooKeeper lists at once; delete some that are not needed, or make it in another cluster"
              .formatted(another, names.size(), what, bytes - bytes(another), MOST_BYTES));
    }
  }

  private static long bytes(String name) {
    return (long) name.getBytes(StandardCharsets.UTF_8).length + BYTES_BESIDE;
  }
}
