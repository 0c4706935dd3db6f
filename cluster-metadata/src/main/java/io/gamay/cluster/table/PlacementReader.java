package io.gamay.cluster.table;

import io.gamay.cluster.table.PlacementConfig.Grouping;
import io.gamay.cluster.table.PlacementConfig.Selector;
import io.gamay.cluster.table.PlacementConfig.Tier;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Reads which servers a table's segments belong on: {@code tenants.tagOverrideConfig}, {@code
 * tierConfigs}, {@code instanceAssignmentConfigMap} and its predecessor {@code
 * replicaGroupStrategyConfig}. None of them changes an answer. Not thread-safe.
 */
final class PlacementReader {

  private static final int MAX_SERVERS = 10_000;
  private static final int MAX_PARTITIONS = 1_000_000;
  private static final String TAG_FORMS = "<tenant>_REALTIME or <tenant>_OFFLINE";

  private static final String OWN_CHOICE =
      "servers are chosen by tenants, tags and instanceAssignmentConfigMap";

  private Optional<String> consumingOverride = Optional.empty();
  private Optional<String> completedOverride = Optional.empty();
  private Optional<Grouping> oldStrategy = Optional.empty();

  /** A kind's entry in the map: the tag and the grouping that it names. */
  private record Assigned(Optional<String> tag, Optional<Grouping> grouping) {}

  void readTenants(ConfigObject tenants) {
    tenants
        .object("tagOverrideConfig")
        .ifPresent(
            overrides -> {
              consumingOverride = readTag(overrides, "realtimeConsuming");
              completedOverride = readTag(overrides, "realtimeCompleted");
              overrides.finish();
            });
  }

  void readSegments(ConfigObject segments) {
    segments.accept("minimizeDataMovement");
    segments
        .object("replicaGroupStrategyConfig")
        .ifPresent(
            strategy -> {
              strategy.accept("partitionColumn");
              int each = count(strategy, "numInstancesPerPartition", MAX_SERVERS);
              strategy.finish();
              oldStrategy = Optional.of(new Grouping(true, 0, 0, each));
            });
  }

  /**
   * To be called when tenants and segments have been read.
   *
   * @param serverTenant whose tag counts where no other is named
   */
  PlacementConfig read(
      ConfigObject root, SchemaDefinition schema, String serverTenant, int replication) {
    String tenantTag = serverTenant + "_REALTIME";
    List<Tier> tiers = readTiers(root);
    Map<String, Assigned> assigned = readAssigned(root, schema, tiers, replication);
    root.withoutEffect(OWN_CHOICE, "instancePartitionsMap", "segmentAssignmentConfigMap");
    root.withoutEffect("settings are not tuned by themselves", "tunerConfigs");
    Map<String, Grouping> groupings = new HashMap<>();
    assigned.forEach(
        (kind, of) -> of.grouping().ifPresent(grouping -> groupings.put(kind, grouping)));
    if (assigned.isEmpty()) {
      oldStrategy.ifPresent(strategy -> groupings.put(PlacementConfig.CONSUMING, strategy));
    }
    return new PlacementConfig(
        tag(assigned, PlacementConfig.CONSUMING, consumingOverride.orElse(tenantTag)),
        tag(assigned, PlacementConfig.COMPLETED, completedOverride.orElse(tenantTag)),
        tiers.stream()
            .map(
                tier ->
                    new Tier(tier.name(), tier.selector(), tag(assigned, tier.name(), tier.tag())))
            .toList(),
        groupings);
  }

  private static String tag(Map<String, Assigned> assigned, String kind, String otherwise) {
    return Optional.ofNullable(assigned.get(kind)).flatMap(Assigned::tag).orElse(otherwise);
  }

  /** A server's tag. */
  private static Optional<String> readTag(ConfigObject config, String key) {
    Optional<String> tag = config.text(key).filter(text -> !text.isEmpty());
    if (tag.isPresent() && !tag.get().matches("\\S+_(REALTIME|OFFLINE)")) {
      config.problem(key, "'" + tag.get() + "' is no tag of a server", TAG_FORMS);
      return Optional.empty();
    }
    return tag;
  }

  private static int count(ConfigObject config, String key, int max) {
    return (int) config.whole(key, 0, max).orElse(0);
  }

  // -- tiers

  private static List<Tier> readTiers(ConfigObject root) {
    List<Tier> tiers = new ArrayList<>();
    Set<String> names = new HashSet<>(Set.of(PlacementConfig.CONSUMING, PlacementConfig.COMPLETED));
    for (ConfigObject config : root.objects("tierConfigs")) {
      Optional<String> name = config.requiredText("name", "a name of its own");
      if (name.isPresent() && !names.add(name.get())) {
        config.problem(
            "name", "'" + name.get() + "' is taken", "a name that no other tier has, nor a state");
      }
      Optional<Selector> selector = readSelector(config);
      config
          .text("storageType")
          .filter(type -> !type.equalsIgnoreCase("pinot_server"))
          .ifPresent(
              type ->
                  config.problem(
                      "storageType", "'" + type + "' is not a kind of storage", "pinot_server"));
      Optional<String> tag =
          config.requiredText("serverTag", TAG_FORMS).flatMap(_ -> readTag(config, "serverTag"));
      config.withoutEffect(
          "a tier's servers keep segments on their own disks",
          "tierBackend",
          "tierBackendProperties");
      config.finish();
      if (name.isPresent() && selector.isPresent() && tag.isPresent()) {
        tiers.add(new Tier(name.get(), selector.get(), tag.get()));
      }
    }
    return tiers;
  }

  private static Optional<Selector> readSelector(ConfigObject config) {
    Optional<String> type = config.requiredText("segmentSelectorType", "time or fixed");
    String kind = type.orElse("").toLowerCase(Locale.ROOT);
    if (kind.equals("time")) {
      config.withoutEffect("segments of this tier are selected by their age", "segmentList");
      if (!config.has("segmentAge")) {
        config.problem("segmentAge", "is required to select by time", PeriodText.FORMS);
      }
      return config.period("segmentAge").map(Selector.Age::new);
    }
    if (kind.equals("fixed")) {
      config.withoutEffect("segments of this tier are named", "segmentAge");
      List<String> segments = config.texts("segmentList");
      if (segments.isEmpty()) {
        config.problem("segmentList", "is required to select fixed segments", "[\"<segment>\", …]");
        return Optional.empty();
      }
      return Optional.of(new Selector.Named(Set.copyOf(segments)));
    }
    config.accept("segmentAge", "segmentList");
    type.ifPresent(
        other ->
            config.problem(
                "segmentSelectorType", "'" + other + "' selects no segments", "time or fixed"));
    return Optional.empty();
  }

  // -- groups

  private Map<String, Assigned> readAssigned(
      ConfigObject root, SchemaDefinition schema, List<Tier> tiers, int replication) {
    Map<String, Assigned> assigned = new HashMap<>();
    Optional<ConfigObject> map = root.object("instanceAssignmentConfigMap");
    if (map.isEmpty()) {
      return assigned;
    }
    List<String> kinds =
        new ArrayList<>(List.of(PlacementConfig.CONSUMING, PlacementConfig.COMPLETED));
    tiers.forEach(tier -> kinds.add(tier.name()));
    for (String kind : map.get().keys()) {
      if (kind.equals("OFFLINE")) {
        map.get().withoutEffect("there are no OFFLINE segments", kind);
      } else if (kinds.contains(kind)) {
        map.get()
            .object(kind)
            .ifPresent(config -> assigned.put(kind, readKind(config, schema, replication)));
      } else {
        map.get()
            .problem(
                kind, "there are no segments of such a kind", "one of " + String.join(", ", kinds));
      }
    }
    if (!assigned.isEmpty() && oldStrategy.isPresent()) {
      root.findings()
          .warning(
              "$.segmentsConfig.replicaGroupStrategyConfig",
              "has no effect beside instanceAssignmentConfigMap",
              "leave it out");
    }
    return assigned;
  }

  private static Assigned readKind(ConfigObject config, SchemaDefinition schema, int replication) {
    config
        .text("partitionSelector")
        .filter(selector -> !selector.equalsIgnoreCase("INSTANCE_REPLICA_GROUP_PARTITION_SELECTOR"))
        .ifPresent(
            _ ->
                config.warning(
                    "partitionSelector",
                    "has no effect: servers are taken in the order of their ids",
                    "INSTANCE_REPLICA_GROUP_PARTITION_SELECTOR"));
    config.accept("minimizeDataMovement");
    Optional<String> tag = config.object("tagPoolConfig").flatMap(PlacementReader::readPool);
    config.withoutEffect("servers are not chosen by constraints", "constraintConfig");
    Optional<Grouping> grouping =
        config
            .object("replicaGroupPartitionConfig")
            .flatMap(groups -> readGrouping(groups, schema, replication));
    config.finish();
    return new Assigned(tag, grouping);
  }

  private static Optional<String> readPool(ConfigObject config) {
    Optional<String> tag = readTag(config, "tag");
    config.withoutEffect("servers have no pools", "poolBased", "pools");
    if (count(config, "numPools", MAX_SERVERS) > 0) {
      config.warning("numPools", "has no effect: servers have no pools", "");
    }
    config.finish();
    return tag;
  }

  private static Optional<Grouping> readGrouping(
      ConfigObject config, SchemaDefinition schema, int replication) {
    boolean isReplicaGroups = config.flag("replicaGroupBased", false);
    int servers = count(config, "numInstances", MAX_SERVERS);
    int groups = count(config, "numReplicaGroups", MAX_SERVERS);
    int serversPerGroup = count(config, "numInstancesPerReplicaGroup", MAX_SERVERS);
    int partitions = count(config, "numPartitions", MAX_PARTITIONS);
    int serversPerPartition = count(config, "numInstancesPerPartition", MAX_SERVERS);
    config
        .text("partitionColumn")
        .filter(column -> !column.isEmpty() && schema.column(column).isEmpty())
        .ifPresent(
            column ->
                config.problem(
                    "partitionColumn",
                    "there is no column '" + column + "' in the schema",
                    "a partition's segments are together whatever the column: leave it out"));
    config.accept("minimizeDataMovement");
    config.finish();
    if (!isReplicaGroups) {
      warnOfGroups(config, groups, serversPerGroup, partitions, serversPerPartition);
      return servers == 0 ? Optional.empty() : Optional.of(new Grouping(false, servers, 0, 0));
    }
    if (servers > 0) {
      config.warning(
          "numInstances", "has no effect: replica groups have numInstancesPerReplicaGroup", "");
    }
    if (groups != 0 && groups != replication) {
      config.problem(
          "numReplicaGroups",
          "%d groups, where segmentsConfig.replication asks for %d replicas"
              .formatted(groups, replication),
          "%d, or 0 for as many as there are replicas".formatted(replication));
    }
    if (serversPerGroup > 0 && serversPerPartition > serversPerGroup) {
      config.problem(
          "numInstancesPerPartition",
          "%d servers of a group that has %d".formatted(serversPerPartition, serversPerGroup),
          "at most numInstancesPerReplicaGroup");
    }
    return Optional.of(new Grouping(true, serversPerGroup, partitions, serversPerPartition));
  }

  private static void warnOfGroups(
      ConfigObject config, int groups, int perGroup, int partitions, int perPartition) {
    Map<String, Integer> set = new HashMap<>();
    set.put("numReplicaGroups", groups);
    set.put("numInstancesPerReplicaGroup", perGroup);
    set.put("numPartitions", partitions);
    set.put("numInstancesPerPartition", perPartition);
    set.forEach(
        (key, value) -> {
          if (value > 0) {
            config.warning(key, "has no effect without replicaGroupBased", "");
          }
        });
  }
}
