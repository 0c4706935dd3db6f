package io.gamay.quickstart.command;

import io.gamay.quickstart.client.ControllerClient;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.MissingNode;

/**
 * How a table is, told from what the controller wants of each segment, what servers say they hold,
 * and which servers live: what a dead server once said does not count.
 *
 * @param segmentCount segments that the table has
 * @param troubles what is not as it should be, in words; empty when the table is good
 * @param remarks what is worth a look also where the table is good, in words
 */
record TableState(int segmentCount, List<String> troubles, List<String> remarks) {
  private static final Set<String> SERVING = Set.of("ONLINE", "CONSUMING");

  TableState {
    troubles = List.copyOf(troubles);
    remarks = List.copyOf(remarks);
  }

  /** Asks the controller. */
  static TableState ask(ControllerClient controller, String table, Set<String> liveServers) {
    String path = "/tables/" + ControllerClient.encoded(table);
    JsonNode consuming =
        controller.get(path + "/consumingSegmentsInfo").orElseGet(MissingNode::getInstance);
    JsonNode ledger = controller.get(path + "/ledger").orElseGet(MissingNode::getInstance);
    return of(
            realtime(controller.table(table)),
            realtime(controller.get(path + "/idealstate")),
            realtime(controller.get(path + "/externalview")),
            consuming,
            liveServers)
        .withRemarks(rejected(table, ledger, consuming).stream().toList());
  }

  /**
   * @param config the table's config
   * @param wanted segment to server to state
   * @param real the same, as the servers said last
   * @param consuming what live servers say of the segments they consume
   */
  static TableState of(
      JsonNode config,
      JsonNode wanted,
      JsonNode real,
      JsonNode consuming,
      Set<String> liveServers) {
    var troubles = new ArrayList<String>();
    if (wanted.isEmpty()) {
      troubles.add(noSegments(config));
    }
    var tally = new Tally(replication(config));
    for (var segment : wanted.properties()) {
      tally.add(segment.getValue(), real.path(segment.getKey()), liveServers);
    }
    troubles.addAll(tally.troubles(wanted.size()));
    notConsuming(consuming).ifPresent(troubles::add);
    return new TableState(wanted.size(), troubles, List.of());
  }

  private TableState withRemarks(List<String> added) {
    return new TableState(segmentCount, troubles, added);
  }

  /** Records that could not be made rows, if there are any. A table that has some serves. */
  static Optional<String> rejected(String table, JsonNode ledger, JsonNode consuming) {
    long rejected = PartitionTable.count(ledger, consuming, "rejected");
    long others =
        PartitionTable.count(ledger, consuming, "indexed")
            + PartitionTable.count(ledger, consuming, "filtered");
    return rejected == 0
        ? Optional.empty()
        : Optional.of(
            String.format(
                Locale.ROOT,
                "%,d of %,d records were rejected, see 'gamay table describe %s'",
                rejected,
                rejected + others,
                table));
  }

  /** One line; begins with {@code good} when nothing is wrong. */
  String words() {
    var words = new ArrayList<String>(isGood() ? List.of("good") : troubles);
    words.addAll(remarks);
    return String.join("; ", words);
  }

  boolean isGood() {
    return troubles.isEmpty();
  }

  /** Segments counted by the worst that is true of each. */
  private static final class Tally {
    private final int replication;
    private int deadCount;
    private int errorCount;
    private int unservedCount;
    private int movingCount;
    private final Map<Integer, Integer> countByMissingReplicas = new HashMap<>();

    Tally(int replication) {
      this.replication = replication;
    }

    void add(JsonNode wanted, JsonNode real, Set<String> liveServers) {
      var live = new HashSet<String>(wanted.propertyNames());
      live.retainAll(liveServers);
      long servingCount = live.stream().filter(server -> serves(real, server)).count();
      if (live.isEmpty()) {
        deadCount++;
      } else if (live.stream().anyMatch(server -> state(real, server).equals("ERROR"))) {
        errorCount++;
      } else if (servingCount == 0) {
        unservedCount++;
      } else if (live.size() < replication) {
        countByMissingReplicas.merge(replication - live.size(), 1, Integer::sum);
      } else if (live.stream()
          .anyMatch(server -> !state(real, server).equals(state(wanted, server)))) {
        movingCount++;
      }
    }

    List<String> troubles(int segmentCount) {
      var troubles = new ArrayList<String>();
      addCount(troubles, deadCount, segmentCount, "without a live server");
      addCount(troubles, errorCount, segmentCount, "in ERROR on a server");
      addCount(troubles, unservedCount, segmentCount, "not served yet");
      for (int missing : new TreeSet<>(countByMissingReplicas.keySet()).descendingSet()) {
        int count = countByMissingReplicas.getOrDefault(missing, 0);
        String replicas = (replication - missing) + " of " + replication + " replicas";
        troubles.add(count == segmentCount ? replicas : replicas + " of " + count + " segments");
      }
      addCount(troubles, movingCount, segmentCount, "not as wanted yet");
      return troubles;
    }

    private static void addCount(List<String> troubles, int count, int of, String what) {
      if (count > 0) {
        troubles.add(count + " of " + of + (of == 1 ? " segment " : " segments ") + what);
      }
    }

    private static boolean serves(JsonNode real, String server) {
      return SERVING.contains(state(real, server));
    }

    private static String state(JsonNode states, String server) {
      return states.path(server).asString("");
    }
  }

  private static JsonNode realtime(Optional<JsonNode> byType) {
    return byType.map(node -> node.path("REALTIME")).orElseGet(MissingNode::getInstance);
  }

  private static int replication(JsonNode config) {
    JsonNode segments = config.path("segmentsConfig");
    return segments.path("replication").asInt(segments.path("replicasPerPartition").asInt(1));
  }

  /** What is to be said of a table without segments. */
  static String noSegments(JsonNode config) {
    String topic = TableStream.of(config).topic();
    return topic.isEmpty()
        ? "no segments: has its topic partitions?"
        : "no segments: has topic " + topic + " partitions?";
  }

  /** Servers that live and hold a consuming segment, but do not go on with it. */
  private static Optional<String> notConsuming(JsonNode consuming) {
    var partitions = new TreeSet<String>();
    String reason = "";
    for (var segment : consuming.path("_segmentToConsumingInfoMap").properties()) {
      for (JsonNode info : segment.getValue()) {
        if (info.path("consumerState").asString("").equals("NOT_CONSUMING")) {
          partitions.addAll(info.path("partitionToOffsetMap").propertyNames());
          reason = info.path("reason").asString("");
        }
      }
    }
    return partitions.isEmpty()
        ? Optional.empty()
        : Optional.of("partition " + String.join(", ", partitions) + " not consuming: " + reason);
  }
}
