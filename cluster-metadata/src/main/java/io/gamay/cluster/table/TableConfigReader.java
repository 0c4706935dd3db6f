package io.gamay.cluster.table;

import io.gamay.cluster.table.TableConfig.TransformConfig;
import io.gamay.segment.schema.ColumnRole;
import io.gamay.segment.schema.ColumnSpec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** One reading of a table config. Not thread-safe. */
final class TableConfigReader {

  private static final String DEFAULT_TENANT = "DefaultTenant";
  private static final int MAX_REPLICATION = 100;
  private static final String LIMITS = "this limit is not kept yet";

  /** Tasks that rewrite segments without changing an answer. */
  private static final Set<String> HARMLESS_TASKS =
      Set.of("UpsertCompactionTask", "UpsertCompactMergeTask", "RefreshSegmentTask");

  private final ConfigObject root;
  private final SchemaDefinition schema;
  private final Findings findings;

  private final PlacementReader placement = new PlacementReader();

  private boolean isRealtime = true;
  private Optional<String> timeColumn = Optional.empty();
  private int replication = 1;
  private Optional<Duration> retention = Optional.empty();
  private Duration deletedRetention = TableConfig.DEFAULT_DELETED_RETENTION;
  private String brokerTenant = DEFAULT_TENANT;
  private String serverTenant = DEFAULT_TENANT;
  private boolean nullHandling;
  private Optional<StreamConfig> stream = Optional.empty();
  private Optional<FlushThresholds> flush = Optional.empty();
  private Optional<Duration> queryTimeout = Optional.empty();

  TableConfigReader(ConfigObject root, SchemaDefinition schema) {
    this.root = root;
    this.schema = schema;
    this.findings = root.findings();
  }

  Parsed<TableConfig> read(int version, String json) {
    return findings.toParsed(readAll(version, json));
  }

  /** With defaults for what is refused by now, if they may stand for it. */
  Parsed<TableConfig> readStored(int version, String json) {
    return findings.toStored(readAll(version, json));
  }

  /** The config, to be asked for if it may be made of what was found. */
  private Supplier<TableConfig> readAll(int version, String json) {
    findings.decisively(this::readName);
    findings.decisively(this::readType);
    readSegments();
    readTenants();
    IndexingReader indexing = new IndexingReader(schema);
    Optional<ConfigObject> tableIndexes =
        findings.decisively(() -> root.object("tableIndexConfig"));
    tableIndexes.ifPresent(
        indexes -> {
          nullHandling = findings.decisively(() -> indexes.flag("nullHandlingEnabled", false));
          indexing.readTableIndexes(indexes);
        });
    indexing.readFields(root);
    indexing.checkTogether(findings);
    Optional<ConfigObject> ingestion = findings.decisively(() -> root.object("ingestionConfig"));
    List<TransformConfig> transforms =
        findings.decisively(() -> new TransformReader(schema).read(ingestion, findings));
    Set<String> computed =
        transforms.stream().map(TransformConfig::column).collect(Collectors.toUnmodifiableSet());
    readStream(tableIndexes, ingestion, computed);
    ingestion.ifPresent(TableConfigReader::readIngestion);
    readQuery();
    RoutingReader routing = new RoutingReader(schema);
    RoutingConfig routed = routing.read(root, tableIndexes);
    PlacementConfig placed = placement.read(root, schema, serverTenant, replication);
    findings.decisively(this::readFeatures);
    tableIndexes.ifPresent(ConfigObject::finish);
    root.finish();
    return () ->
        new TableConfig(
            schema.name(),
            version,
            json,
            timeColumn,
            replication,
            retention,
            brokerTenant,
            serverTenant,
            nullHandling,
            indexing.rawColumns(),
            indexing.invertedColumns(),
            indexing.rangeColumns(),
            indexing.bloomColumns(),
            transforms,
            stream.orElseThrow(),
            flush.orElseThrow(),
            queryTimeout,
            DictionaryPins.read(root),
            routed,
            placed,
            deletedRetention);
  }

  // -- name, type, segments, tenants

  private void readName() {
    Optional<String> name = root.requiredText("tableName", "");
    if (name.isEmpty()) {
      return;
    }
    String rawName = TableNames.withoutType(name.get());
    Optional<String> wrong = TableNames.problemWith(rawName);
    if (wrong.isPresent()) {
      root.problem("tableName", wrong.get(), "");
    } else if (!rawName.equals(schema.name())) {
      root.problem(
          "tableName",
          "table '%s' has the schema of its own name, not '%s'".formatted(rawName, schema.name()),
          "");
    }
    if (name.get().endsWith(TableNames.OFFLINE_SUFFIX)
        && root.text("tableType").equals(Optional.of("REALTIME"))) {
      root.problem("tableName", "the name says OFFLINE, the type REALTIME", rawName);
    }
  }

  private void readType() {
    Optional<String> type = root.requiredText("tableType", "REALTIME");
    if (type.isEmpty() || type.get().equals("REALTIME")) {
      return;
    }
    isRealtime = false;
    root.problem(
        "tableType",
        type.get().equals("OFFLINE")
            ? "OFFLINE tables are not supported yet: rows come in through Kafka only"
            : "'" + type.get() + "' is not a type of table",
        "REALTIME");
  }

  private void readSegments() {
    Optional<ConfigObject> segments = root.object("segmentsConfig");
    if (segments.isEmpty()) {
      if (isRealtime && !root.has("segmentsConfig")) {
        root.problem("segmentsConfig", "is required", "{\"timeColumnName\": \"…\"}");
      }
      return;
    }
    ConfigObject config = segments.get();
    timeColumn = readTimeColumn(config);
    replication = readReplication(config);
    retention = readRetention(config);
    config
        .text("schemaName")
        .filter(name -> !name.equals(schema.name()))
        .ifPresent(
            name ->
                config.warning(
                    "schemaName", "has no effect: a table has the schema of its own name", ""));
    config.refuse("segments would not be encrypted", "crypterClassName");
    deletedRetention = readDeletedRetention(config);
    placement.readSegments(config);
    config.withoutEffect(
        "replicas keep equal copies and fetch others from the deep store",
        "completionConfig",
        "peerSegmentDownloadScheme");
    config.accept(
        "timeType",
        "segmentPushType",
        "segmentPushFrequency",
        "segmentAssignmentStrategy",
        "replacedSegmentsRetentionPeriod",
        "lineageEntryCleanupRetentionPeriod",
        "untrackedSegmentsDeletionEnabled",
        "untrackedSegmentsRetentionTimeUnit",
        "untrackedSegmentsRetentionTimeValue");
    config.finish();
  }

  private Optional<String> readTimeColumn(ConfigObject config) {
    Optional<String> name = config.text("timeColumnName").filter(written -> !written.isEmpty());
    if (name.isEmpty()) {
      if (isRealtime) {
        config.problem("timeColumnName", "is required", "name a field of dateTimeFieldSpecs");
      }
      return name;
    }
    Optional<ColumnSpec> column = schema.column(name.get());
    if (column.isEmpty()) {
      config.problem(
          "timeColumnName",
          "there is no column '" + name.get() + "' in the schema",
          NearestName.of(name.get(), schema.columns().stream().map(ColumnSpec::name).toList())
              .map(near -> "did you mean '" + near + "'?")
              .orElse(""));
      return Optional.empty();
    }
    if (column.get().role() != ColumnRole.DATE_TIME) {
      config.problem(
          "timeColumnName",
          "column '" + name.get() + "' is not a date-time field",
          "move it to dateTimeFieldSpecs");
      return Optional.empty();
    }
    return name;
  }

  private static int readReplication(ConfigObject config) {
    OptionalLong now = config.whole("replication", 1, MAX_REPLICATION);
    OptionalLong old = config.whole("replicasPerPartition", 1, MAX_REPLICATION);
    if (now.isPresent() && old.isPresent() && now.getAsLong() != old.getAsLong()) {
      config.problem(
          "replicasPerPartition",
          "an old name of replication, which says otherwise",
          "leave it out");
    }
    return (int) now.orElse(old.orElse(1));
  }

  private static Duration readDeletedRetention(ConfigObject config) {
    Optional<String> written =
        config.text("deletedSegmentsRetentionPeriod").filter(text -> !text.isEmpty());
    Optional<Duration> period = written.flatMap(PeriodText::parseBounded);
    if (written.isPresent() && period.isEmpty()) {
      config.problem(
          "deletedSegmentsRetentionPeriod",
          "'" + written.get() + "' is not a span of time",
          PeriodText.BOUNDED_FORMS);
    }
    return period.orElse(TableConfig.DEFAULT_DELETED_RETENTION);
  }

  private static Optional<Duration> readRetention(ConfigObject config) {
    Optional<String> unit = config.text("retentionTimeUnit").filter(text -> !text.isEmpty());
    OptionalLong value =
        config.isSet("retentionTimeValue")
            ? config.whole("retentionTimeValue", 1, 1_000_000)
            : OptionalLong.empty();
    if (unit.isPresent() != config.isSet("retentionTimeValue")) {
      config.problem(
          unit.isPresent() ? "retentionTimeValue" : "retentionTimeUnit",
          "retention needs a unit and a value",
          "write both, or none to keep rows for ever");
    }
    if (unit.isEmpty() || value.isEmpty()) {
      return Optional.empty();
    }
    try {
      TimeUnit timeUnit = TimeUnit.valueOf(unit.get().toUpperCase(Locale.ROOT));
      return Optional.of(Duration.of(value.getAsLong(), timeUnit.toChronoUnit()));
    } catch (IllegalArgumentException e) {
      config.problem(
          "retentionTimeUnit", "'" + unit.get() + "' is not a unit of time", "DAYS or HOURS");
      return Optional.empty();
    }
  }

  private void readTenants() {
    root.object("tenants")
        .ifPresent(
            tenants -> {
              brokerTenant =
                  tenants.text("broker").filter(t -> !t.isEmpty()).orElse(DEFAULT_TENANT);
              serverTenant =
                  tenants.text("server").filter(t -> !t.isEmpty()).orElse(DEFAULT_TENANT);
              placement.readTenants(tenants);
              tenants.finish();
            });
  }

  // -- where rows come from

  private void readStream(
      Optional<ConfigObject> indexes, Optional<ConfigObject> ingestion, Set<String> computed) {
    Optional<ConfigObject> old = indexes.flatMap(object -> object.object("streamConfigs"));
    Optional<ConfigObject> home =
        ingestion.flatMap(object -> object.object("streamIngestionConfig"));
    List<ConfigObject> maps = new ArrayList<>();
    home.ifPresent(
        object -> {
          maps.addAll(object.objects("streamConfigMaps"));
          readStreamIngestion(object);
        });
    if (!isRealtime) {
      return;
    }
    if (old.isPresent() && !maps.isEmpty()) {
      findings.decisive(
          old.get().path(),
          "the stream is configured in two places",
          "keep ingestionConfig.streamIngestionConfig.streamConfigMaps");
      return;
    }
    if (maps.size() > 1) {
      home.orElseThrow()
          .decisive("streamConfigMaps", "several streams are not supported yet", "write one");
      return;
    }
    old.ifPresent(maps::add);
    if (maps.isEmpty()) {
      findings.decisive(
          "$.ingestionConfig.streamIngestionConfig.streamConfigMaps",
          "a REALTIME table needs a stream",
          "[{\"streamType\": \"kafka\", …}]");
      return;
    }
    ConfigObject map = maps.getFirst();
    stream = findings.decisively(() -> new StreamReader(map, schema, computed).read());
    flush = Optional.of(new FlushReader(map).read());
    if (map.text("streamType").orElse("kafka").equals("kafka")) {
      map.finish();
    }
  }

  private static void readStreamIngestion(ConfigObject config) {
    config.refuse("records would be dropped", "dropRecordOnPartitionMismatch");
    config.refuse("records would be skipped", "realtimeOffsetAutoResetHandlerClass");
    config.accept(
        "columnMajorSegmentBuilderEnabled",
        "trackFilteredMessageOffsets",
        "pauselessConsumptionEnabled",
        "enforceConsumptionInOrder",
        "parallelSegmentConsumptionPolicy",
        "disasterRecoveryMode");
    config.finish();
  }

  private static void readIngestion(ConfigObject config) {
    config.refuse("rows would be dropped", "filterConfig");
    config.refuse("records would be enriched", "enrichmentConfigs");
    config.refuse("records would be flattened and unnested", "complexTypeConfig");
    config.refuse("rows would be rolled up while they come in", "aggregationConfigs");
    config.refuse(
        "records would be reshaped",
        "schemaConformingTransformerConfig",
        "schemaConformingTransformerV2Config",
        "sourceFieldConfigs");
    config.refuse(
        "a record with a bad value is rejected and counted, not kept in part", "continueOnError");
    config.refuse("times would be checked row by row", "rowTimeValueCheck");
    config.withoutEffect("there are no OFFLINE segments", "batchIngestionConfig");
    config.accept(
        "segmentTimeValueCheck",
        "retryOnSegmentBuildPrecheckFailure",
        "maxConsecutiveRecordFetchFailuresAllowed");
    config.finish();
  }

  // -- queries, routing, everything else

  private void readQuery() {
    root.object("query")
        .ifPresent(
            query -> {
              OptionalLong millis = query.whole("timeoutMs", 1, Duration.ofDays(1).toMillis());
              queryTimeout =
                  millis.isPresent()
                      ? Optional.of(Duration.ofMillis(millis.getAsLong()))
                      : Optional.empty();
              query.refuse("answers would be approximate", "useApproximateFunction");
              query.withoutEffect("expressions are not replaced yet", "expressionOverrideMap");
              query.withoutEffect(
                  LIMITS,
                  "maxQueryResponseSizeBytes",
                  "maxServerResponseSizeBytes",
                  "maxEntriesScannedInFilter",
                  "maxDocsScanned",
                  "maxEntriesScannedPostFilter",
                  "scanKillingMode");
              query.accept("disableGroovy");
              query.finish();
            });
  }

  private void readFeatures() {
    root.object("upsertConfig")
        .ifPresent(
            upsert -> {
              if (!upsert.text("mode").orElse("FULL").equalsIgnoreCase("NONE")) {
                root.problem("upsertConfig", "not supported yet: upsert", "leave it out");
              }
            });
    root.object("dedupConfig")
        .ifPresent(
            dedup -> {
              if (dedup.flag("dedupEnabled", true)) {
                root.problem("dedupConfig", "not supported yet: deduplication", "leave it out");
              }
            });
    root.refuse("dimension tables", "isDimTable", "dimensionTableConfig");
    root.refuse("materialized views", "isMaterializedView");
    readTasks();
    root.withoutEffect("queries read all segments", "tableSamplers");
    root.object("metadata")
        .ifPresent(
            metadata -> {
              metadata.accept("customConfigs");
              metadata.finish();
            });
    root.accept("description", "tags");
  }

  private void readTasks() {
    root.object("task")
        .ifPresent(
            task -> {
              task.object("taskTypeConfigsMap").ifPresent(this::readTaskTypes);
              task.finish();
            });
  }

  private void readTaskTypes(ConfigObject tasks) {
    for (String type : tasks.keys()) {
      if (HARMLESS_TASKS.contains(type)) {
        tasks.warning(type, "has no effect: tasks do not run yet", "");
      } else {
        tasks.problem(type, "not supported yet: tasks that change segments", "leave it out");
      }
    }
  }
}
