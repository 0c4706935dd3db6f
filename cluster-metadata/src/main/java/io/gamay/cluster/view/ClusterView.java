package io.gamay.cluster.view;

import io.gamay.cluster.assignment.CurrentSegment;
import io.gamay.cluster.assignment.DownloadOrders;
import io.gamay.cluster.assignment.SegmentAssignment;
import io.gamay.cluster.consumption.ConsumptionOrders;
import io.gamay.cluster.instance.InstanceConfig;
import io.gamay.cluster.instance.InstanceOrder;
import io.gamay.cluster.instance.InstanceRole;
import io.gamay.cluster.segment.SegmentMetadata;
import io.gamay.cluster.segment.StoredCopy;
import io.gamay.cluster.table.Problem;
import io.gamay.cluster.table.TableConfig;
import io.gamay.segment.schema.TableSchema;
import java.time.Instant;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * The cluster as metadata tells it at one moment. Immutable; may be older than the truth.
 *
 * @param revision grows with every change; comparable within one process only
 * @param leader instance id of the leading controller, if one leads
 * @param leaderEpoch the leader's epoch, 0 before the first
 * @param tables by raw table name
 */
public record ClusterView(
    long revision,
    Optional<String> leader,
    long leaderEpoch,
    Map<String, InstanceView> instances,
    Map<String, TableView> tables) {

  public static final ClusterView EMPTY =
      new ClusterView(0, Optional.empty(), 0, Map.of(), Map.of());

  public ClusterView {
    instances = Map.copyOf(instances);
    tables = Map.copyOf(tables);
  }

  public List<InstanceView> liveInstances(InstanceRole role) {
    return instances.values().stream()
        .filter(instance -> instance.isLive() && instance.config().role() == role)
        .sorted(Comparator.comparing(instance -> instance.config().id()))
        .toList();
  }

  /** The address of the leading controller, if one leads and is known. */
  public Optional<InstanceConfig> leaderInstance() {
    return leader.flatMap(id -> Optional.ofNullable(instances.get(id))).map(InstanceView::config);
  }

  /**
   * Those that new requests go to; if there are none, those that at least still answer.
   *
   * @return sorted by id
   */
  public List<InstanceView> askedInstances(InstanceRole role) {
    return askedInstances(role, _ -> true);
  }

  /**
   * As the other, as if there were no others.
   *
   * @param isFit which of them there are
   */
  public List<InstanceView> askedInstances(InstanceRole role, Predicate<InstanceConfig> isFit) {
    List<InstanceView> answering =
        liveInstances(role).stream()
            .filter(instance -> instance.answers() && isFit.test(instance.config()))
            .toList();
    List<InstanceView> preferred = answering.stream().filter(InstanceView::isPreferred).toList();
    return preferred.isEmpty() ? answering : preferred;
  }

  /**
   * @param config with the tags that count now
   * @param isLive whether its ephemeral node exists
   * @param stoppingSince when it said that it is about to stop; empty if it is not
   * @param order what people have decided about it
   */
  public record InstanceView(
      InstanceConfig config, boolean isLive, Optional<Instant> stoppingSince, InstanceOrder order) {

    /** One that nobody has decided anything about and that is not about to stop. */
    public InstanceView(InstanceConfig config, boolean isLive) {
      this(config, isLive, Optional.empty(), InstanceOrder.NONE);
    }

    /** Whether it may be asked queries. */
    public boolean answers() {
      return isLive && order.takesQueries();
    }

    /** Whether it is asked before those that stop or are to be relieved of their work. */
    public boolean isPreferred() {
      return answers() && isToStay();
    }

    /** Whether it is neither about to stop nor to be relieved of its work. */
    public boolean isToStay() {
      return order.isEnabled() && stoppingSince.isEmpty();
    }
  }

  /**
   * @param tableId unique per creation of a table of this name
   * @param schema with the table's null handling applied
   * @param schemas every version that a segment may still name, by version
   * @param configs every version that a segment may still name, by version
   * @param partitions by partition number, ascending
   * @param downloads sealed segments that are to be fetched again
   * @param consumption what stands for its consumption
   * @param refusedSettings of the config, by today's rules: they count as not written
   */
  public record TableView(
      String tableId,
      TableConfig config,
      TableSchema schema,
      Map<Integer, TableSchema> schemas,
      Map<Integer, TableConfig> configs,
      NavigableMap<Integer, PartitionView> partitions,
      DownloadOrders downloads,
      ConsumptionOrders consumption,
      List<Problem> refusedSettings) {

    public TableView {
      schemas = Map.copyOf(schemas);
      configs = Map.copyOf(configs);
      partitions = Collections.unmodifiableNavigableMap(partitions);
      refusedSettings = List.copyOf(refusedSettings);
    }

    /** Without orders and refused settings. */
    public TableView(
        String tableId,
        TableConfig config,
        TableSchema schema,
        Map<Integer, TableSchema> schemas,
        Map<Integer, TableConfig> configs,
        NavigableMap<Integer, PartitionView> partitions) {
      this(
          tableId,
          config,
          schema,
          schemas,
          configs,
          partitions,
          DownloadOrders.NONE,
          ConsumptionOrders.NONE,
          List.of());
    }

    /** Bytes of all sealed segments in the deep store, which are those of one replica. */
    public long storedBytes() {
      long bytes = 0;
      for (PartitionView partition : partitions.values()) {
        for (SegmentView segment : partition.segments().values()) {
          bytes += segment.metadata().stored().map(StoredCopy::sizeBytes).orElse(0L);
        }
      }
      return bytes;
    }

    public TableView withPartitions(NavigableMap<Integer, PartitionView> others) {
      return new TableView(
          tableId,
          config,
          schema,
          schemas,
          configs,
          others,
          downloads,
          consumption,
          refusedSettings);
    }
  }

  /**
   * @param segments by sequence, ascending
   */
  public record PartitionView(int partition, NavigableMap<Integer, SegmentView> segments) {
    public PartitionView {
      segments = Collections.unmodifiableNavigableMap(segments);
    }
  }

  /**
   * @param current by instance id
   */
  public record SegmentView(
      SegmentMetadata metadata, SegmentAssignment assignment, Map<String, CurrentSegment> current) {
    public SegmentView {
      current = Map.copyOf(current);
    }
  }
}
