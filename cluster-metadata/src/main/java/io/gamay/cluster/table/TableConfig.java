package io.gamay.cluster.table;

import io.gamay.segment.schema.IndexDecisions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What a table's JSON means. Made by {@link TableConfigJson}, which has checked it against the
 * schema.
 *
 * @param name raw table name
 * @param version grows with each accepted change; segments name the version that they were consumed
 *     under
 * @param json the text as its owner wrote it, which GET gives back
 * @param retention how long segments live behind the newest time in them; empty: for ever
 * @param rawColumns columns that are to have no dictionary
 * @param rangeColumns columns whose ranges are often asked for
 * @param bloomColumns columns with a bloom filter, and the share of absent values that may pass it
 * @param transforms in the order in which they must run
 * @param queryTimeout the table's own default
 * @param dictionaryColumns columns that are to keep their dictionary; of all others, those that are
 *     not in {@code rawColumns} have one as long as it pays
 * @param routing how queries are spread, bounded, and kept from segments
 * @param placement which servers its segments belong on
 * @param deletedRetention how long objects of deleted segments stay in the deep store; may be zero
 */
public record TableConfig(
    String name,
    int version,
    String json,
    Optional<String> timeColumn,
    int replication,
    Optional<Duration> retention,
    String brokerTenant,
    String serverTenant,
    boolean nullHandling,
    Set<String> rawColumns,
    Set<String> invertedColumns,
    Set<String> rangeColumns,
    Map<String, Double> bloomColumns,
    List<TransformConfig> transforms,
    StreamConfig stream,
    FlushThresholds flush,
    Optional<Duration> queryTimeout,
    Set<String> dictionaryColumns,
    RoutingConfig routing,
    PlacementConfig placement,
    Duration deletedRetention) {

  static final Duration DEFAULT_DELETED_RETENTION = Duration.ofDays(7);

  public TableConfig {
    dictionaryColumns = Set.copyOf(dictionaryColumns);
    rawColumns = Set.copyOf(rawColumns);
    invertedColumns = Set.copyOf(invertedColumns);
    rangeColumns = Set.copyOf(rangeColumns);
    bloomColumns = Map.copyOf(bloomColumns);
    transforms = List.copyOf(transforms);
  }

  /**
   * Without range columns, bloom filters, and columns that are to keep their dictionary; routed and
   * placed as without a word about it.
   */
  public TableConfig(
      String name,
      int version,
      String json,
      Optional<String> timeColumn,
      int replication,
      Optional<Duration> retention,
      String brokerTenant,
      String serverTenant,
      boolean nullHandling,
      Set<String> rawColumns,
      Set<String> invertedColumns,
      List<TransformConfig> transforms,
      StreamConfig stream,
      FlushThresholds flush,
      Optional<Duration> queryTimeout) {
    this(
        name,
        version,
        json,
        timeColumn,
        replication,
        retention,
        brokerTenant,
        serverTenant,
        nullHandling,
        rawColumns,
        invertedColumns,
        Set.of(),
        Map.of(),
        transforms,
        stream,
        flush,
        queryTimeout,
        Set.of(),
        RoutingConfig.DEFAULT,
        PlacementConfig.ofTenant(serverTenant),
        DEFAULT_DELETED_RETENTION);
  }

  public TableConfig withRouting(RoutingConfig other) {
    return with(replication, other, placement);
  }

  public TableConfig withPlacement(int replicas, PlacementConfig other) {
    return with(replicas, routing, other);
  }

  private TableConfig with(int replicas, RoutingConfig routed, PlacementConfig placed) {
    return new TableConfig(
        name,
        version,
        json,
        timeColumn,
        replicas,
        retention,
        brokerTenant,
        serverTenant,
        nullHandling,
        rawColumns,
        invertedColumns,
        rangeColumns,
        bloomColumns,
        transforms,
        stream,
        flush,
        queryTimeout,
        dictionaryColumns,
        routed,
        placed,
        deletedRetention);
  }

  /** The indexes that every segment of the table is to have, as far as it can. */
  public IndexDecisions indexes() {
    return new IndexDecisions(invertedColumns, rangeColumns, bloomColumns);
  }

  /**
   * Whether another config makes the same segments of the same records: then a segment that is
   * consumed under one of them need not end for the other.
   */
  public boolean isConsumedLike(TableConfig other) {
    return timeColumn.equals(other.timeColumn)
        && nullHandling == other.nullHandling
        && rawColumns.equals(other.rawColumns)
        && dictionaryColumns.equals(other.dictionaryColumns)
        && indexes().equals(other.indexes())
        && transforms.equals(other.transforms)
        && stream.equals(other.stream)
        && flush.equals(other.flush);
  }

  /** {@code name_REALTIME}. */
  public String nameWithType() {
    return name + "_REALTIME";
  }

  /**
   * A column computed from source fields.
   *
   * @param function the expression as written, for example {@code fromEpochDays(DaysSinceEpoch)}
   */
  public record TransformConfig(String column, TransformExpression expression) {}
}
