package io.gamay.it;

import io.gamay.it.cluster.GamayCluster;
import io.gamay.it.cluster.Template;
import java.util.Map;
import java.util.function.Consumer;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** The table that the scenarios with made rows use. */
final class Events {
  private Events() {}

  /**
   * Creates topic and table of the same name, without replicas.
   *
   * @param segmentRows rows after which a segment is sealed
   */
  static void create(GamayCluster cluster, String table, int partitionCount, int segmentRows) {
    create(cluster, table, partitionCount, segmentRows, 1);
  }

  /**
   * Creates topic and table of the same name.
   *
   * @param segmentRows rows after which a segment is sealed
   */
  static void create(
      GamayCluster cluster, String table, int partitionCount, int segmentRows, int replication) {
    create(cluster, table, partitionCount, segmentRows, replication, _ -> {});
  }

  /**
   * Creates topic and table of the same name.
   *
   * @param segmentRows rows after which a segment is sealed
   * @param more is done to the table's config before
   */
  static void create(
      GamayCluster cluster,
      String table,
      int partitionCount,
      int segmentRows,
      int replication,
      Consumer<ObjectNode> more) {
    cluster.createTopic(table, partitionCount);
    Map<String, String> values =
        Map.of(
            "table",
            table,
            "topic",
            table,
            "kafka",
            cluster.kafka(),
            "rows",
            Integer.toString(segmentRows),
            "replication",
            Integer.toString(replication));
    ObjectNode config =
        JsonMapper.shared().readTree(Template.fill("/events/table.json", values)).asObject();
    more.accept(config);
    cluster.createTable(Template.fill("/events/schema.json", values), config.toString());
  }
}
