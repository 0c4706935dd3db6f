package io.gamay.controller.assignment;

import io.gamay.cluster.instance.InstanceConfig;
import io.gamay.cluster.instance.InstanceRole;
import io.gamay.cluster.layout.ClusterJson;
import io.gamay.cluster.store.MetadataStore;
import io.gamay.cluster.store.Operation;
import io.gamay.cluster.store.StoredNode;
import io.gamay.cluster.view.ClusterView;
import io.gamay.cluster.view.ClusterView.InstanceView;
import io.gamay.cluster.view.ClusterView.TableView;
import io.gamay.controller.leader.LeaderTransactions;
import io.gamay.controller.leader.LeaderTransactions.Decision;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;

/**
 * Keeps the nodes by which Pinot's ZooKeeper-discovering client finds brokers: which live broker
 * answers for which table, without those that are about to stop, and the address of each. In the
 * form of Helix's ZNRecord; nothing of ours reads them.
 */
public final class BrokerDirectory {

  private static final String BROKER_RESOURCE = "/EXTERNALVIEW/brokerResource";
  private static final String PARTICIPANTS = "/CONFIGS/PARTICIPANT/";

  private final MetadataStore store;
  private final LeaderTransactions transactions;
  private final Supplier<ClusterView> view;

  /** Field names are those of Helix's JSON. */
  private record ZnRecord(
      String id,
      Map<String, String> simpleFields,
      Map<String, List<String>> listFields,
      Map<String, Map<String, String>> mapFields) {}

  public BrokerDirectory(
      MetadataStore store, LeaderTransactions transactions, Supplier<ClusterView> view) {
    this.store = store;
    this.transactions = transactions;
    this.view = view;
  }

  /** Writes what differs from the present view. */
  public void publish() {
    ClusterView seen = view.get();
    for (InstanceView instance : seen.instances().values()) {
      if (instance.config().role() == InstanceRole.BROKER) {
        put(PARTICIPANTS + name(instance.config()), participant(instance.config()));
      }
    }
    put(BROKER_RESOURCE, brokerResource(seen));
  }

  /** The client refuses other names, whatever the instance's id. */
  private static String name(InstanceConfig broker) {
    return "Broker_%s_%d".formatted(broker.host(), broker.port());
  }

  private static ZnRecord participant(InstanceConfig broker) {
    Map<String, String> fields = new TreeMap<>();
    fields.put("HELIX_HOST", broker.host());
    fields.put("HELIX_PORT", Integer.toString(broker.port()));
    fields.put("HELIX_ENABLED", "true");
    return new ZnRecord(name(broker), fields, Map.of("TAG_LIST", broker.tags()), Map.of());
  }

  private static ZnRecord brokerResource(ClusterView seen) {
    Map<String, Map<String, String>> brokersByTable = new TreeMap<>();
    for (TableView table : seen.tables().values()) {
      String tag = table.config().brokerTenant() + "_BROKER";
      Map<String, String> brokers = new TreeMap<>();
      seen.askedInstances(InstanceRole.BROKER, broker -> broker.tags().contains(tag))
          .forEach(broker -> brokers.put(name(broker.config()), "ONLINE"));
      brokersByTable.put(table.config().nameWithType(), brokers);
    }
    return new ZnRecord("brokerResource", Map.of(), Map.of(), brokersByTable);
  }

  private void put(String path, ZnRecord record) {
    byte[] wanted = ClusterJson.write(record);
    transactions.write(
        mayBeWritten -> {
          Optional<StoredNode> present = store.get(path);
          if (present.filter(node -> Arrays.equals(node.data(), wanted)).isPresent()) {
            return Decision.nothingToWrite(path);
          }
          return new Decision<>(
              List.of(
                  present.isEmpty()
                      ? new Operation.Create(path, wanted, false)
                      : new Operation.Put(path, wanted, present.get().version())),
              path);
        });
  }
}
