package io.gamay.cluster.store;

import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.apache.zookeeper.common.PathUtils;

/**
 * What a transaction may weigh, and what it needs to be there before. ZooKeeper breaks the
 * connection of a client that sends more than it takes (1 MB), which looks like a lost reply: so it
 * is refused here, before it is sent.
 */
final class TransactionLimits {

  static final int MAX_NODE_BYTES = 256 * 1024;
  static final int MAX_TRANSACTION_BYTES = 400 * 1024;

  /** Rough weight of an operation besides its path and data. */
  private static final int OPERATION_OVERHEAD_BYTES = 48;

  private TransactionLimits() {}

  /**
   * @throws IllegalArgumentException if a path is not one, or a node or the whole is too large
   */
  static void check(List<Operation> operations) {
    long totalBytes = 0;
    for (Operation operation : operations) {
      PathUtils.validatePath(operation.path());
      int dataBytes = dataOf(operation).length;
      if (dataBytes > MAX_NODE_BYTES) {
        throw new IllegalArgumentException(
            "node %s is too large: %d bytes, at most %d"
                .formatted(operation.path(), dataBytes, MAX_NODE_BYTES));
      }
      totalBytes +=
          dataBytes
              + operation.path().getBytes(StandardCharsets.UTF_8).length
              + OPERATION_OVERHEAD_BYTES;
    }
    if (totalBytes > MAX_TRANSACTION_BYTES) {
      throw new IllegalArgumentException(
          "transaction of %d operations from %s is too large: %d bytes, at most %d"
              .formatted(
                  operations.size(),
                  operations.getFirst().path(),
                  totalBytes,
                  MAX_TRANSACTION_BYTES));
    }
  }

  /** Parents that must exist before the transaction: those that it does not create itself. */
  static Set<String> parentsOfCreated(List<Operation> operations) {
    Set<String> created = new HashSet<>();
    Set<String> parents = new LinkedHashSet<>();
    for (Operation operation : operations) {
      if (operation instanceof Operation.Create create) {
        String parent = parentOf(create.path());
        if (!parent.equals("/") && !created.contains(parent)) {
          parents.add(parent);
        }
        created.add(create.path());
      }
    }
    return parents;
  }

  static String parentOf(String path) {
    int slash = path.lastIndexOf('/');
    return slash == 0 ? "/" : path.substring(0, slash);
  }

  private static byte[] dataOf(Operation operation) {
    return switch (operation) {
      case Operation.Create create -> create.data();
      case Operation.Put put -> put.data();
      case Operation.Check _, Operation.Delete _ -> new byte[0];
    };
  }
}
