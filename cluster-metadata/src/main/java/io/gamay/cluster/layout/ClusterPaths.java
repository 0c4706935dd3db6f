package io.gamay.cluster.layout;

import io.gamay.cluster.assignment.ShardId;
import io.gamay.cluster.segment.SegmentName;

/**
 * All paths of the metadata tree, absolute within the cluster's root.
 *
 * <pre>
 * /leader/latch/…                                candidates' ephemeral nodes (the store's own form)
 * /leader/epoch                                  {@link LeaderEpoch}
 * /instances/{instance}                          InstanceConfig
 * /live/{instance}                               ephemeral, {@link LiveNode}
 * /orders/{instance}                             InstanceOrder
 * /schemas/{name}                                {@link SchemaNode}
 * /schemas/{name}/{version}                      the schema's JSON text
 * /tables/{tableId}                              {@link TableNode}
 * /tables/{tableId}/{version}                    the table config's JSON text
 * /segments/{tableId}/{shard}/{segment}          SegmentMetadata
 * /assignment/{tableId}/{shard}                  AssignmentShard
 * /current/{instance}/{tableId}/{shard}          {@link CurrentShard}
 * /rebalances/{tableId}                          RebalanceLog
 * /groups/{tableId}                              InstanceGroups
 * </pre>
 */
public final class ClusterPaths {

  public static final String LEADER = "/leader";

  /** Where controllers stand for leadership. */
  public static final String LEADER_LATCH = LEADER + "/latch";

  public static final String LEADER_EPOCH = LEADER + "/epoch";
  public static final String INSTANCES = "/instances";
  public static final String LIVE = "/live";

  /** What people have decided about instances. */
  public static final String ORDERS = "/orders";

  public static final String SCHEMAS = "/schemas";
  public static final String TABLES = "/tables";
  public static final String SEGMENTS = "/segments";
  public static final String ASSIGNMENT = "/assignment";
  public static final String CURRENT = "/current";

  /** Who has ordered which table's segments to be brought to where they belong. */
  public static final String REBALANCES = "/rebalances";

  /** The servers that were chosen for tables that ask for it. */
  public static final String GROUPS = "/groups";

  private ClusterPaths() {}

  public static String instance(String instanceId) {
    return child(INSTANCES, instanceId);
  }

  public static String live(String instanceId) {
    return child(LIVE, instanceId);
  }

  public static String order(String instanceId) {
    return child(ORDERS, instanceId);
  }

  public static String schema(String name) {
    return child(SCHEMAS, name);
  }

  /** The text of one version of a schema. */
  public static String schemaText(String name, int version) {
    return child(schema(name), Integer.toString(version));
  }

  public static String table(String tableId) {
    return child(TABLES, tableId);
  }

  /** The text of one version of a table's config. */
  public static String tableConfigText(String tableId, int version) {
    return child(table(tableId), Integer.toString(version));
  }

  /** The parent of a table's shards of segments. */
  public static String segments(String tableId) {
    return child(SEGMENTS, tableId);
  }

  /** The parent of a shard's segments. */
  public static String segments(String tableId, ShardId shard) {
    return child(segments(tableId), shard.toString());
  }

  public static String segment(String tableId, SegmentName segment) {
    return child(segments(tableId, ShardId.of(segment)), segment.toString());
  }

  /** The parent of a table's assignment shards. */
  public static String assignment(String tableId) {
    return child(ASSIGNMENT, tableId);
  }

  public static String assignment(String tableId, ShardId shard) {
    return child(assignment(tableId), shard.toString());
  }

  /** The parent of the tables that an instance says something of. */
  public static String current(String instanceId) {
    return child(CURRENT, instanceId);
  }

  public static String current(String instanceId, String tableId) {
    return child(current(instanceId), tableId);
  }

  public static String current(String instanceId, String tableId, ShardId shard) {
    return child(current(instanceId, tableId), shard.toString());
  }

  public static String rebalances(String tableId) {
    return child(REBALANCES, tableId);
  }

  public static String groups(String tableId) {
    return child(GROUPS, tableId);
  }

  private static String child(String parent, String name) {
    if (name.isEmpty() || name.indexOf('/') >= 0 || name.equals(".") || name.equals("..")) {
      throw new IllegalArgumentException(
          "not the name of a node below %s: '%s'".formatted(parent, name));
    }
    return parent + "/" + name;
  }
}
