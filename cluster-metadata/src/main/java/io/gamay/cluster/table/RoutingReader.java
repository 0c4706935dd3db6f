package io.gamay.cluster.table;

import io.gamay.cluster.segment.PartitionFunction;
import io.gamay.cluster.table.RoutingConfig.AdaptiveSelector;
import io.gamay.cluster.table.RoutingConfig.InstanceSelector;
import io.gamay.segment.schema.ColumnSpec;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.Set;

/**
 * Reads {@code routing}, {@code quota} and {@code segmentPartitionConfig}. None of them changes an
 * answer.
 */
final class RoutingReader {

  private static final int MAX_PARTITIONS = 1_000_000;

  /** Each has a place in the metadata of every segment. */
  private static final int MAX_PARTITION_COLUMNS = 16;

  private static final double MAX_QUERIES_PER_SECOND = 1_000_000;

  private static final Set<String> FUNCTIONS_NOT_BUILT =
      Set.of("bytearray", "boundedcolumnvalue", "fnv");

  private final SchemaDefinition schema;

  RoutingReader(SchemaDefinition schema) {
    this.schema = schema;
  }

  RoutingConfig read(ConfigObject root, Optional<ConfigObject> indexing) {
    Optional<ConfigObject> routing = root.object("routing");
    InstanceSelector selector =
        routing.flatMap(RoutingReader::readSelector).orElse(InstanceSelector.BALANCED);
    Optional<AdaptiveSelector> adaptive = routing.flatMap(RoutingReader::readAdaptive);
    routing.ifPresent(
        config -> {
          if (adaptive.isPresent() && selector != InstanceSelector.BALANCED) {
            config.warning(
                "adaptiveServerSelectorType",
                "has no effect: only the instanceSelectorType balanced looks at servers",
                "");
          }
          config.accept("segmentPrunerTypes", "useFixedReplica", "routingTableBuilderName");
          config.finish();
        });
    Quota quota = readQuota(root);
    return new RoutingConfig(
        selector, adaptive, quota.queries(), quota.storage(), readPartitions(indexing));
  }

  private static Optional<InstanceSelector> readSelector(ConfigObject routing) {
    Optional<String> written = routing.text("instanceSelectorType").filter(text -> !text.isEmpty());
    if (written.isEmpty()) {
      return Optional.empty();
    }
    if (written.get().equalsIgnoreCase("multiStageReplicaGroup")) {
      routing.warning(
          "instanceSelectorType",
          "counts as replicaGroup: there is no multi-stage engine yet",
          InstanceSelector.REPLICA_GROUP.text());
      return Optional.of(InstanceSelector.REPLICA_GROUP);
    }
    Optional<InstanceSelector> selector = InstanceSelector.ofText(written.get());
    if (selector.isEmpty()) {
      routing.problem(
          "instanceSelectorType",
          "'" + written.get() + "' does not select instances",
          oneOf(InstanceSelector.texts()));
    }
    return selector;
  }

  private static Optional<AdaptiveSelector> readAdaptive(ConfigObject routing) {
    Optional<String> written =
        routing.text("adaptiveServerSelectorType").filter(text -> !text.isEmpty());
    Optional<AdaptiveSelector> selector =
        written.flatMap(
            text ->
                Arrays.stream(AdaptiveSelector.values())
                    .filter(value -> value.name().equalsIgnoreCase(text))
                    .findFirst());
    if (written.isPresent() && selector.isEmpty()) {
      routing.problem(
          "adaptiveServerSelectorType",
          "'" + written.get() + "' does not select servers",
          oneOf(Arrays.stream(AdaptiveSelector.values()).map(Enum::name).toList()));
    }
    return selector;
  }

  private record Quota(OptionalDouble queries, OptionalLong storage) {
    static final Quota NONE = new Quota(OptionalDouble.empty(), OptionalLong.empty());
  }

  private static Quota readQuota(ConfigObject root) {
    Optional<ConfigObject> quota = root.object("quota");
    if (quota.isEmpty()) {
      return Quota.NONE;
    }
    OptionalDouble queries = quota.get().positive("maxQueriesPerSecond", MAX_QUERIES_PER_SECOND);
    OptionalLong storage = readStorage(quota.get());
    quota.get().finish();
    return new Quota(queries, storage);
  }

  private static OptionalLong readStorage(ConfigObject quota) {
    Optional<String> written = quota.text("storage").filter(text -> !text.isEmpty());
    OptionalLong size = written.map(SizeText::parse).orElse(OptionalLong.empty());
    boolean isPositive = size.isPresent() && size.getAsLong() > 0;
    if (written.isPresent() && !isPositive) {
      quota.problem("storage", "'" + written.get() + "' is not a size above 0", SizeText.FORMS);
      return OptionalLong.empty();
    }
    return size;
  }

  // -- partitions

  private Map<String, PartitionFunction> readPartitions(Optional<ConfigObject> indexing) {
    Map<String, PartitionFunction> partitions = new HashMap<>();
    Optional<ConfigObject> config = indexing.flatMap(i -> i.object("segmentPartitionConfig"));
    Optional<ConfigObject> columns = config.flatMap(c -> c.object("columnPartitionMap"));
    config.ifPresent(ConfigObject::finish);
    for (String column : columns.map(ConfigObject::keys).orElse(Set.of())) {
      ConfigObject all = columns.orElseThrow();
      Optional<ColumnSpec> spec = columnOf(all, column);
      Optional<ConfigObject> function = all.object(column);
      if (spec.isPresent() && function.isPresent()) {
        readFunction(function.get(), spec.get()).ifPresent(found -> partitions.put(column, found));
        function.get().finish();
      }
    }
    if (partitions.size() > MAX_PARTITION_COLUMNS) {
      config
          .orElseThrow()
          .problem(
              "columnPartitionMap",
              "%d columns are more than %d".formatted(partitions.size(), MAX_PARTITION_COLUMNS),
              "keep those that queries compare with =");
      partitions.clear();
    }
    return partitions;
  }

  private Optional<ColumnSpec> columnOf(ConfigObject columns, String name) {
    Optional<ColumnSpec> spec = schema.column(name);
    if (spec.isEmpty()) {
      columns.problem(
          name,
          "there is no column '" + name + "' in the schema",
          NearestName.of(name, schema.columns().stream().map(ColumnSpec::name).toList())
              .map(near -> "did you mean '" + near + "'?")
              .orElse(""));
    }
    return spec;
  }

  private static Optional<PartitionFunction> readFunction(ConfigObject config, ColumnSpec column) {
    Optional<String> written = config.requiredText("functionName", PartitionFunction.MURMUR);
    OptionalLong count = config.whole("numPartitions", 1, MAX_PARTITIONS);
    if (!config.has("numPartitions")) {
      config.problem("numPartitions", "is required", "the topic's number of partitions");
    }
    Optional<ConfigObject> settings = config.object("functionConfig");
    OptionalLong seed =
        settings.isEmpty()
            ? OptionalLong.empty()
            : settings.get().whole("seed", Integer.MIN_VALUE, Integer.MAX_VALUE);
    boolean rawBytes = settings.map(s -> s.flag("useRawBytes", false)).orElse(false);
    Optional<String> variant = settings.flatMap(s -> s.text("variant"));
    settings.ifPresent(ConfigObject::finish);
    if (written.isEmpty() || count.isEmpty()) {
      return Optional.empty();
    }
    Optional<String> name =
        PartitionFunction.NAMES.stream()
            .filter(known -> known.equalsIgnoreCase(written.get()))
            .findFirst();
    boolean isOtherVariant = variant.filter(text -> !text.equals("x86_32")).isPresent();
    if (FUNCTIONS_NOT_BUILT.contains(written.get().toLowerCase(Locale.ROOT)) || isOtherVariant) {
      config.warning(
          isOtherVariant ? "functionConfig" : "functionName",
          "has no effect: this function is not built, segments are pruned by their values alone",
          "one of " + String.join(", ", PartitionFunction.NAMES));
      return Optional.empty();
    }
    if (name.isEmpty()) {
      config.problem(
          "functionName",
          "'" + written.get() + "' is not a partition function",
          oneOf(PartitionFunction.NAMES));
      return Optional.empty();
    }
    PartitionFunction function =
        new PartitionFunction(name.get(), (int) count.getAsLong(), (int) seed.orElse(0), rawBytes);
    if (!function.takes(column.storedType())) {
      config.problem(
          "functionName",
          "%s has no partition for values of column '%s', which are %s"
              .formatted(name.get(), column.name(), column.type()),
          name.get().equals(PartitionFunction.MODULO)
              ? "a column of whole numbers"
              : "a column of whole numbers, text or bytes");
      return Optional.empty();
    }
    return Optional.of(function);
  }

  private static String oneOf(List<String> texts) {
    return "one of " + String.join(", ", texts);
  }
}
