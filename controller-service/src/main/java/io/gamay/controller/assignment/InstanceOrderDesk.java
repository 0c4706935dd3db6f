package io.gamay.controller.assignment;

import static io.gamay.controller.table.RequestRefusedException.Kind.INVALID;
import static io.gamay.controller.table.RequestRefusedException.Kind.NOT_FOUND;

import io.gamay.cluster.instance.InstanceConfig;
import io.gamay.cluster.instance.InstanceOrder;
import io.gamay.cluster.instance.InstanceRole;
import io.gamay.cluster.layout.ClusterJson;
import io.gamay.cluster.layout.ClusterPaths;
import io.gamay.cluster.store.MetadataStore;
import io.gamay.cluster.store.Operation;
import io.gamay.cluster.store.StoredNode;
import io.gamay.controller.leader.LeaderTransactions;
import io.gamay.controller.leader.LeaderTransactions.Decision;
import io.gamay.controller.table.RequestRefusedException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Writes down what people decide about servers and brokers. An order stands until another one
 * changes it, also over restarts of the process. Thread-safe; blocks on the store.
 */
public final class InstanceOrderDesk {

  private final MetadataStore store;
  private final LeaderTransactions transactions;

  public InstanceOrderDesk(MetadataStore store, LeaderTransactions transactions) {
    this.store = store;
    this.transactions = transactions;
  }

  /** What may be asked of an instance's state, as Pinot names it. */
  public enum StateChange {
    ENABLE,
    DISABLE,
    QUERIES_ENABLE,
    QUERIES_DISABLE;

    /**
     * @throws RequestRefusedException naming those that there are
     */
    public static StateChange parse(String text) {
      try {
        return valueOf(text.strip().toUpperCase(Locale.ROOT));
      } catch (IllegalArgumentException unknown) {
        throw new RequestRefusedException(
            INVALID,
            "Unknown state '%s': parameter state is one of %s".formatted(text, List.of(values())));
      }
    }

    InstanceOrder applyTo(InstanceOrder order) {
      return switch (this) {
        case ENABLE -> order.withEnabled(true);
        case DISABLE -> order.withEnabled(false);
        case QUERIES_ENABLE -> order.withQueries(true);
        case QUERIES_DISABLE -> order.withQueries(false);
      };
    }
  }

  /**
   * @return the order that stands now
   * @throws RequestRefusedException if there is no such server or broker
   */
  public InstanceOrder change(String instanceId, StateChange change) {
    return write(instanceId, (_, order) -> change.applyTo(order));
  }

  /**
   * @param tags all of them, in the place of those that it has
   * @return the order that stands now
   * @throws RequestRefusedException if there is no such server or broker, or it cannot have such
   *     tags
   */
  public InstanceOrder tag(String instanceId, List<String> tags) {
    return write(
        instanceId,
        (instance, order) -> {
          tags.forEach(tag -> requireFit(instance, tag));
          return order.withTags(tags);
        });
  }

  private interface Change {
    InstanceOrder of(InstanceConfig instance, InstanceOrder order);
  }

  private InstanceOrder write(String instanceId, Change change) {
    return transactions.write(
        _ -> {
          InstanceConfig instance = require(instanceId);
          String path = ClusterPaths.order(instanceId);
          Optional<StoredNode> node = store.get(path);
          InstanceOrder present =
              node.map(stored -> ClusterJson.read(stored.data(), InstanceOrder.class))
                  .orElse(InstanceOrder.NONE);
          InstanceOrder next = change.of(instance, present);
          if (next.equals(present)) {
            return Decision.nothingToWrite(next);
          }
          byte[] data = ClusterJson.write(next);
          Operation operation =
              node.isEmpty()
                  ? new Operation.Create(path, data, false)
                  : new Operation.Put(path, data, node.get().version());
          return new Decision<>(List.of(operation), next);
        });
  }

  private InstanceConfig require(String instanceId) {
    InstanceConfig instance =
        store
            .get(ClusterPaths.instance(instanceId))
            .map(node -> ClusterJson.read(node.data(), InstanceConfig.class))
            .orElseThrow(
                () ->
                    new RequestRefusedException(
                        NOT_FOUND, "Instance %s not found".formatted(instanceId)));
    if (instance.role() != InstanceRole.SERVER && instance.role() != InstanceRole.BROKER) {
      throw new RequestRefusedException(
          INVALID,
          "%s is a %s: only servers and brokers have a state and tags; a process is taken out of service by stopping it"
              .formatted(instanceId, instance.role().name().toLowerCase(Locale.ROOT)));
    }
    return instance;
  }

  private static void requireFit(InstanceConfig instance, String tag) {
    boolean isFit =
        instance.role() == InstanceRole.BROKER
            ? tag.matches("\\S+_BROKER")
            : tag.matches("\\S+_(REALTIME|OFFLINE)");
    if (!isFit) {
      throw new RequestRefusedException(
          INVALID,
          "tags: '%s' is no tag of a %s; write %s"
              .formatted(
                  tag,
                  instance.role().name().toLowerCase(Locale.ROOT),
                  instance.role() == InstanceRole.BROKER
                      ? "<tenant>_BROKER"
                      : "<tenant>_REALTIME or <tenant>_OFFLINE"));
    }
  }
}
