package io.gamay.broker;

import io.gamay.cluster.assignment.CurrentSegment;
import io.gamay.cluster.assignment.CurrentSegment.ServingState;
import io.gamay.cluster.assignment.SegmentAssignment;
import io.gamay.cluster.assignment.WantedState;
import io.gamay.cluster.instance.InstanceConfig;
import io.gamay.cluster.instance.InstanceRole;
import io.gamay.cluster.segment.CommitAttempt;
import io.gamay.cluster.segment.SegmentMetadata;
import io.gamay.cluster.segment.SegmentName;
import io.gamay.cluster.segment.StoredCopy;
import io.gamay.cluster.table.FlushThresholds;
import io.gamay.cluster.table.RoutingConfig;
import io.gamay.cluster.table.StreamConfig;
import io.gamay.cluster.table.TableConfig;
import io.gamay.cluster.view.ClusterView;
import io.gamay.cluster.view.ClusterView.InstanceView;
import io.gamay.cluster.view.ClusterView.PartitionView;
import io.gamay.cluster.view.ClusterView.SegmentView;
import io.gamay.cluster.view.ClusterView.TableView;
import io.gamay.segment.ledger.LedgerCounts;
import io.gamay.segment.schema.ColumnSpec;
import io.gamay.segment.schema.DataType;
import io.gamay.segment.schema.EncodingDecisions;
import io.gamay.segment.schema.TableSchema;
import io.gamay.segment.schema.Value;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;

/** Small cluster views for tests: instances by name, segments of 100 offsets each. */
public final class Views {

  public static final int SEGMENT_OFFSETS = 100;

  private Views() {}

  public static ClusterView view(List<String> live, List<String> dead) {
    Map<String, InstanceView> instances = new HashMap<>();
    live.forEach(id -> instances.put(id, new InstanceView(server(id), true)));
    dead.forEach(id -> instances.put(id, new InstanceView(server(id), false)));
    return new ClusterView(1, Optional.empty(), 0, instances, Map.of());
  }

  public static PartitionView partition(int partition, SegmentView... segments) {
    TreeMap<Integer, SegmentView> bySequence = new TreeMap<>();
    for (SegmentView segment : segments) {
      bySequence.put(segment.metadata().name().sequence(), segment);
    }
    return new PartitionView(partition, bySequence);
  }

  public static SegmentName name(int sequence) {
    return SegmentName.create("t", 0, sequence, Instant.EPOCH);
  }

  /** ONLINE for the cluster, served by name by the given instances. */
  public static SegmentView online(int sequence, String... servedBy) {
    return online(sequence, Map.of(), servedBy);
  }

  public static SegmentView online(
      int sequence, Map<String, StoredCopy.Bounds> bounds, String... servedBy) {
    SegmentMetadata metadata =
        consumingMetadata(sequence)
            .committing(end(sequence), new CommitAttempt(1, "s1", Instant.EPOCH))
            .online(
                new StoredCopy(
                    "key",
                    sequence,
                    1,
                    SEGMENT_OFFSETS,
                    new LedgerCounts(SEGMENT_OFFSETS, 0, 0, 0, 0),
                    List.of(),
                    bounds));
    return segment(metadata, WantedState.ONLINE, ServingState.ONLINE, servedBy);
  }

  /** ONLINE for the cluster, but its members have not noticed yet. */
  public static SegmentView justCommitted(int sequence, String... members) {
    return segment(
        online(sequence).metadata(), WantedState.ONLINE, ServingState.CONSUMING, members);
  }

  public static SegmentView committing(int sequence, String... members) {
    return segment(
        consumingMetadata(sequence)
            .committing(end(sequence), new CommitAttempt(1, members[0], Instant.EPOCH)),
        WantedState.CONSUMING,
        ServingState.CONSUMING,
        members);
  }

  public static SegmentView consuming(int sequence, String... members) {
    return segment(
        consumingMetadata(sequence), WantedState.CONSUMING, ServingState.CONSUMING, members);
  }

  public static StoredCopy.Bounds longs(long min, long max) {
    return new StoredCopy.Bounds(new Value.LongValue(min), new Value.LongValue(max));
  }

  private static SegmentView segment(
      SegmentMetadata metadata, WantedState wanted, ServingState serving, String... members) {
    Map<String, WantedState> assigned = new LinkedHashMap<>();
    Map<String, CurrentSegment> current = new HashMap<>();
    for (String member : members) {
      assigned.put(member, wanted);
      current.put(member, new CurrentSegment(serving, ""));
    }
    return new SegmentView(metadata, new SegmentAssignment(assigned, List.of()), current);
  }

  private static SegmentMetadata consumingMetadata(int sequence) {
    return SegmentMetadata.consuming(
        name(sequence),
        (long) sequence * SEGMENT_OFFSETS,
        1,
        1,
        EncodingDecisions.DEFAULT,
        Instant.EPOCH);
  }

  private static long end(int sequence) {
    return (sequence + 1L) * SEGMENT_OFFSETS;
  }

  private static InstanceConfig server(String id) {
    return new InstanceConfig(id, InstanceRole.SERVER, "127.0.0.1", 1, List.of());
  }

  /** Tables without partitions, each with one column {@code x}. */
  public static ClusterView table(String... names) {
    TableSchema schema = new TableSchema("t", 1, List.of(ColumnSpec.dimension("x", DataType.LONG)));
    Map<String, TableView> tables = new HashMap<>();
    for (String name : names) {
      tables.put(
          name, new TableView(name, config(name), schema, Map.of(), Map.of(), new TreeMap<>()));
    }
    return new ClusterView(1, Optional.empty(), 0, Map.of(), tables);
  }

  /** The same view, where a table has a quota. */
  public static ClusterView withQuota(ClusterView view, String table, double queriesPerSecond) {
    TableView old = Objects.requireNonNull(view.tables().get(table));
    RoutingConfig routing =
        new RoutingConfig(
            RoutingConfig.InstanceSelector.BALANCED,
            Optional.empty(),
            OptionalDouble.of(queriesPerSecond),
            Map.of());
    Map<String, TableView> tables = new HashMap<>(view.tables());
    tables.put(
        table,
        new TableView(
            old.tableId(),
            old.config().withRouting(routing),
            old.schema(),
            old.schemas(),
            old.configs(),
            old.partitions()));
    return new ClusterView(
        view.revision(), view.leader(), view.leaderEpoch(), view.instances(), tables);
  }

  /** The config of a table of that name; nothing in it matters to a broker. */
  public static TableConfig config(String name) {
    return new TableConfig(
        name,
        1,
        "{}",
        Optional.empty(),
        1,
        Optional.empty(),
        "DefaultTenant",
        "DefaultTenant",
        false,
        Set.of(),
        Set.of(),
        List.of(),
        new StreamConfig(
            "topic",
            "kafka",
            new StreamConfig.StartOffset.Smallest(),
            StreamConfig.Decoder.JSON,
            true,
            Map.of(),
            Duration.ofSeconds(5)),
        new FlushThresholds(OptionalLong.empty(), OptionalLong.empty(), 1, Duration.ofHours(1)),
        Optional.empty());
  }
}
