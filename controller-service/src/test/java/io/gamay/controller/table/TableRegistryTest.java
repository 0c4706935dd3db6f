package io.gamay.controller.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gamay.cluster.layout.ClusterJson;
import io.gamay.cluster.layout.ClusterPaths;
import io.gamay.cluster.layout.CurrentShard;
import io.gamay.cluster.store.InMemoryMetadataStore.LostReply;
import io.gamay.cluster.store.Operation;
import io.gamay.cluster.table.TableConfig;
import io.gamay.controller.deletion.KeptSweeper;
import io.gamay.controller.table.RequestRefusedException.Kind;
import io.gamay.deepstore.DeepStore;
import io.gamay.deepstore.LocalDirectoryDeepStore;
import io.gamay.segment.schema.EncodingDecisions;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class TableRegistryTest {

  private static final String TABLE = LeadingController.table("smallest", "");
  private static final String WIDER =
      LeadingController.SCHEMA.replace(
          "\"dimensionFieldSpecs\": [",
          "\"dimensionFieldSpecs\": [{\"name\": \"vehicle\", \"dataType\": \"STRING\"}, ");

  private final LeadingController controller = new LeadingController();
  @TempDir Path directory;

  @Test
  void aTableNamesTheVersionsThatItBeganWith() {
    String tableId = controller.createTrips("smallest", "");

    TableState table = controller.catalog.table("trips_REALTIME").orElseThrow();
    assertThat(table.tableId()).isEqualTo(tableId);
    assertThat(table.node().configVersion()).isEqualTo(1);
    assertThat(table.node().schemaVersion()).isEqualTo(1);
    assertThat(controller.catalog.tables()).hasSize(1);
  }

  @Test
  void aSegmentIsToHaveTheIndexesThatTheConfigNames() {
    controller.schemas.put(LeadingController.SCHEMA, true, false);
    controller.tables.create(
        TABLE.replace(
            "\"tenants\": {},",
            """
            "tenants": {}, "fieldConfigList": [
              {"name": "city", "indexes": {"inverted": {}, "bloom": {"fpp": 0.02}}},
              {"name": "fare", "encodingType": "RAW", "indexTypes": ["RANGE"]}],
            """),
        config -> Map.of());

    assertThat(controller.catalog.table("trips").orElseThrow().encoding())
        .isEqualTo(
            new EncodingDecisions(
                EncodingDecisions.CURRENT_FORMAT_VERSION,
                Set.of("fare"),
                Set.of("city"),
                Set.of("fare"),
                Map.of("city", 0.02)));
  }

  @Test
  void aStoredConfigThatIsRefusedByNowCanBeReadAndMendedAndItsSchemaChanged() {
    String tableId = controller.createTrips("smallest", "");
    String outdated = TABLE.replace("\"tableIndexConfig\": {}", bloom("7"));
    store(tableId, outdated);

    assertThat(controller.catalog.table("trips").orElseThrow().config().bloomColumns())
        .containsExactly(Map.entry("city", 0.05));
    controller.schemas.put(WIDER, true, false);
    assertThat(controller.catalog.table("trips").orElseThrow().node().schemaVersion()).isEqualTo(2);
    assertRefused(
        Kind.INVALID,
        "timeColumnName",
        () -> controller.schemas.put(WIDER.replace("\"at\"", "\"moment\""), true, true));
    assertRefused(Kind.INVALID, "fpp", () -> controller.tables.update("trips", outdated));
    controller.tables.update("trips", TABLE.replace("\"tableIndexConfig\": {}", bloom("0.1")));
    assertThat(controller.catalog.table("trips").orElseThrow().config().bloomColumns())
        .containsExactly(Map.entry("city", 0.1));
  }

  @Test
  void aSchemaChangeIsNotBlamedForWhatWasWrongBefore() {
    String tableId = controller.createTrips("smallest", "");
    store(tableId, TABLE.replace("\"tableIndexConfig\": {}", inverted("vehicl")));

    controller.schemas.put(WIDER, true, false);

    assertThat(controller.catalog.table("trips").orElseThrow().node().schemaVersion()).isEqualTo(2);
  }

  @Test
  void aConfigIsReadAgainUnderANewSchema() {
    String tableId = controller.createTrips("smallest", "");
    store(tableId, TABLE.replace("\"tableIndexConfig\": {}", inverted("vehicle")));
    assertThat(controller.catalog.table("trips").orElseThrow().config().invertedColumns())
        .isEmpty();

    controller.schemas.put(WIDER, true, false);

    assertThat(controller.catalog.table("trips").orElseThrow().config().invertedColumns())
        .containsExactly("vehicle");
  }

  @Test
  void aStoredReplicationThatIsRefusedByNowIsNamedAndCanBeMended() {
    String tableId = controller.createTrips("smallest", "");
    store(tableId, TABLE.replace("\"replication\": \"1\"", "\"replication\": \"three\""));

    TableState table = controller.catalog.table("trips").orElseThrow();
    assertThat(table.config().replication()).isEqualTo(1);
    assertThat(table.refusedSettings())
        .singleElement()
        .hasToString(
            "$.segmentsConfig.replication: expected a whole number, found 'three'; counts as not"
                + " written (from 1 to 100)");

    controller.tables.update(
        "trips", TABLE.replace("\"replication\": \"1\"", "\"replication\": \"3\""));
    table = controller.catalog.table("trips").orElseThrow();
    assertThat(table.config().replication()).isEqualTo(3);
    assertThat(table.refusedSettings()).isEmpty();
  }

  @Test
  void aNewReplicationThatCannotBeIsRefusedNamingTheFieldAndTheFix() {
    controller.schemas.put(LeadingController.SCHEMA, true, false);
    for (String wrong : List.of("0", "-1", "101", "three", "1.5", "")) {
      assertRefused(
          Kind.INVALID,
          "$.segmentsConfig.replication: ",
          () ->
              controller.tables.create(
                  TABLE.replace(
                      "\"replication\": \"1\"", "\"replication\": \"%s\"".formatted(wrong)),
                  _ -> Map.of()));
      assertRefused(
          Kind.INVALID,
          "(from 1 to 100)",
          () ->
              controller.tables.create(
                  TABLE.replace(
                      "\"replication\": \"1\"", "\"replication\": \"%s\"".formatted(wrong)),
                  _ -> Map.of()));
    }
  }

  private static String inverted(String column) {
    return "\"tableIndexConfig\": {\"invertedIndexColumns\": [\"%s\"]}".formatted(column);
  }

  /** As an older version may have taken it. */
  private void store(String tableId, String config) {
    controller.store.commit(
        List.of(
            new Operation.Put(
                ClusterPaths.tableConfigText(tableId, 1),
                config.getBytes(StandardCharsets.UTF_8),
                Operation.ANY_VERSION)));
  }

  private static String bloom(String share) {
    return "\"tableIndexConfig\": {\"bloomFilterConfigs\": {\"city\": {\"fpp\": %s}}}"
        .formatted(share);
  }

  @Test
  void whatIsWrongWithASchemaFileHereIsSaidWhenTheTableIsMadeOrChanged() throws Exception {
    Path file = directory.resolve("trips.avsc");
    controller.schemas.put(LeadingController.SCHEMA, true, false);
    String config =
        TABLE
            .replace(
                "org.apache.pinot.plugin.inputformat.json.JSONMessageDecoder",
                "org.apache.pinot.plugin.inputformat.avro.SimpleAvroMessageDecoder")
            .replace(
                "\"streamType\": \"kafka\",",
                "\"streamType\": \"kafka\", \"stream.kafka.decoder.prop.schema.file\": \"%s\","
                    .formatted(file));
    assertThat(warnings(controller.tables.create(config, _ -> Map.of()).accepted()))
        .singleElement()
        .satisfies(
            warning ->
                assertThat(warning)
                    .contains("schema.file", file.toString(), "cannot be read", "every server"));

    Files.writeString(file, "\"secret\"");
    assertThat(warnings(controller.tables.update("trips", config)))
        .singleElement()
        .satisfies(
            warning ->
                assertThat(warning).contains("not the Avro schema").doesNotContain("secret"));

    Files.writeString(
        file,
        """
        {"type": "record", "name": "trip", "fields": [{"name": "at", "type": "long"},
          {"name": "fare", "type": "double"}]}
        """);
    assertThat(warnings(controller.tables.update("trips", config)))
        .singleElement()
        .satisfies(warning -> assertThat(warning).contains("stay empty").endsWith(": city"));

    Files.writeString(
        file,
        Files.readString(file).replace("[{", "[{\"name\": \"city\", \"type\": \"string\"}, {"));
    assertThat(warnings(controller.tables.update("trips", config))).isEmpty();
  }

  private static List<String> warnings(Accepted accepted) {
    return accepted.warnings().stream().map(Object::toString).toList();
  }

  @Test
  void aChangedSchemaIsANewVersionThatItsTableUses() {
    controller.createTrips("smallest", "");

    controller.schemas.put(WIDER, true, false);

    TableState table = controller.catalog.table("trips").orElseThrow();
    assertThat(table.node().schemaVersion()).isEqualTo(2);
    assertThat(table.schema().columns()).hasSize(4);
    assertThat(controller.store.get(ClusterPaths.schemaText("trips", 1))).isPresent();
  }

  @Test
  void theSameTextAgainChangesNothing() {
    String tableId = controller.createTrips("smallest", "");
    int version = controller.catalog.tableById(tableId).orElseThrow().nodeVersion();

    controller.schemas.put(LeadingController.SCHEMA, true, false);
    controller.tables.update("trips", TABLE);

    assertThat(controller.catalog.tableById(tableId).orElseThrow().nodeVersion())
        .isEqualTo(version);
  }

  @Test
  void aSchemaThatDropsAColumnIsRefusedUnlessForced() {
    controller.schemas.put(WIDER, true, false);

    assertRefused(
        Kind.INVALID,
        "vehicle",
        () -> controller.schemas.put(LeadingController.SCHEMA, true, false));
    controller.schemas.put(LeadingController.SCHEMA, true, true);
    assertThat(controller.catalog.schema("trips").orElseThrow().columns()).hasSize(3);
  }

  @Test
  void aForcedSchemaThatItsTableCannotUseIsStillRefused() {
    controller.createTrips("smallest", "");
    String withoutTime =
        """
        {"schemaName": "trips", "dimensionFieldSpecs": [{"name": "city", "dataType": "STRING"}]}
        """;

    assertRefused(
        Kind.INVALID, "timeColumnName", () -> controller.schemas.put(withoutTime, true, true));
  }

  @Test
  void namesAreTakenOnceAndUsedSchemasStay() {
    assertRefused(
        Kind.INVALID, "schema", () -> controller.tables.create(TABLE, config -> Map.of()));
    controller.createTrips("smallest", "");

    assertRefused(
        Kind.CONFLICT, "already exists", () -> controller.tables.create(TABLE, config -> Map.of()));
    assertRefused(
        Kind.CONFLICT,
        "already exists",
        () -> controller.schemas.put(LeadingController.SCHEMA, false, false));
    assertRefused(Kind.CONFLICT, "used by table", () -> controller.schemas.delete("trips"));
    assertRefused(Kind.NOT_FOUND, "nothing", () -> controller.schemas.delete("nothing"));
    assertRefused(Kind.NOT_FOUND, "nothing", () -> controller.tables.delete("nothing"));
  }

  @Test
  void whatTheSegmentsRestOnDoesNotChange() {
    controller.createTrips("smallest", "");

    assertRefused(
        Kind.INVALID,
        "topic",
        () ->
            controller.tables.update(
                "trips", TABLE.replace("topic.name\": \"trips", "topic.name\": \"others")));
    controller.tables.update("trips", TABLE.replace("1000", "2000"));
    assertThat(controller.catalog.table("trips").orElseThrow().node().configVersion()).isEqualTo(2);
  }

  @Test
  void replicationTenantsAndPlacementMayChange() {
    controller.createTrips("smallest", "");

    controller.tables.update(
        "trips",
        TABLE
            .replace("\"replication\": \"1\"", "\"replication\": \"2\"")
            .replace(
                "\"tenants\": {}",
                "\"tenants\": {\"server\": \"hot\", \"tagOverrideConfig\": {\"realtimeCompleted\":"
                    + " \"cold_REALTIME\"}}"));

    TableConfig changed = controller.catalog.table("trips").orElseThrow().config();
    assertThat(changed.replication()).isEqualTo(2);
    assertThat(changed.placement().consumingTag()).isEqualTo("hot_REALTIME");
    assertThat(changed.placement().completedTag()).isEqualTo("cold_REALTIME");
  }

  @Test
  void whatIsCheckedBeforeWritingStopsTheCreation() {
    controller.schemas.put(LeadingController.SCHEMA, true, false);

    assertThatThrownBy(
            () ->
                controller.tables.create(
                    TABLE,
                    config -> {
                      throw new IllegalStateException("kafka is away");
                    }))
        .hasMessage("kafka is away");
    assertThat(controller.catalog.table("trips")).isEmpty();
  }

  @Test
  void noMoreTablesOrSchemasAreMadeThanZooKeeperCanList() {
    controller.schemas.put(LeadingController.SCHEMA, true, false);
    String letters = "t".repeat(240);
    for (int number = 0; number < 3_800; number++) {
      create(ClusterPaths.table(letters + number));
    }
    assertRefused(
        Kind.CONFLICT,
        "the names of the 3800 tables",
        () -> controller.tables.create(TABLE, config -> Map.of()));
    assertThat(controller.catalog.table("trips")).isEmpty();

    for (int number = 0; number < 3_800; number++) {
      create(ClusterPaths.schema(letters + number));
    }
    assertRefused(
        Kind.CONFLICT,
        "the names of the 3801 schemas",
        () ->
            controller.schemas.put(
                LeadingController.SCHEMA.replace("\"trips\"", "\"more\""), false, false));
    controller.schemas.put(WIDER, true, false);
  }

  @ParameterizedTest
  @EnumSource(LostReply.class)
  void everyChangeSurvivesALostReply(LostReply outcome) {
    controller.store.loseNextReply(outcome);
    controller.schemas.put(LeadingController.SCHEMA, false, false);
    controller.store.applyLate();
    controller.store.loseNextReply(outcome);
    String tableId = controller.tables.create(TABLE, config -> Map.of()).tableId();
    controller.store.applyLate();
    assertThat(controller.catalog.table("trips").orElseThrow().tableId()).isEqualTo(tableId);
    assertThat(controller.catalog.tableIds()).containsExactly(tableId);

    controller.store.loseNextReply(outcome);
    controller.tables.update("trips", TABLE.replace("1000", "2000"));
    controller.store.applyLate();
    assertThat(controller.catalog.table("trips").orElseThrow().node().configVersion()).isEqualTo(2);
    controller.store.loseNextReply(outcome);
    controller.schemas.put(WIDER, true, false);
    controller.store.applyLate();
    assertThat(controller.catalog.schemaNode("trips").orElseThrow().value().version()).isEqualTo(2);

    controller.store.loseNextReply(outcome);
    controller.tables.delete("trips");
    controller.store.applyLate();
    assertThat(controller.catalog.table("trips")).isEmpty();
    controller.store.loseNextReply(outcome);
    controller.schemas.delete("trips");
    controller.store.applyLate();
    assertThat(controller.catalog.schemaNames()).isEmpty();
  }

  @Test
  void aDeletedTableLeavesNothingBehindAndANewOneOfItsNameIsAnother() throws IOException {
    String tableId = controller.createTrips("smallest", "");
    for (int partition = 0; partition < 3; partition++) {
      create("/segments/" + tableId + "/" + partition + "-0/trips__0__0__20260821T1834Z");
      create("/assignment/" + tableId + "/" + partition + "-0");
    }
    controller.store.commit(
        List.of(
            new Operation.Create(
                "/current/Server_1/" + tableId + "/0-0",
                ClusterJson.write(new CurrentShard(1, Map.of())),
                false)));
    Path file = Files.write(directory.resolve("file"), new byte[] {1});
    try (DeepStore deepStore = LocalDirectoryDeepStore.open(directory.resolve("store"))) {
      deepStore.put(tableId + "/s/1", file);
      deepStore.put("other-1/s/1", file);
      TableSweeper sweeper =
          new TableSweeper(
              controller.store, controller.catalog, controller.transactions, deepStore);
      sweeper.sweep();
      assertThat(controller.catalog.table("trips")).as("a live table is not swept").isPresent();
      assertThat(deepStore.list("")).hasSize(2);

      controller.tables.delete("trips", Optional.of(Duration.ZERO));
      controller.now = controller.now.plusMillis(1);
      String second = controller.tables.create(TABLE, config -> Map.of()).tableId();
      sweeper.sweep();

      assertThat(second).isNotEqualTo(tableId);
      assertThat(controller.catalog.tableIds()).containsExactly(second);
      assertThat(controller.store.children("/segments")).isEmpty();
      assertThat(controller.store.children("/assignment")).isEmpty();
      assertThat(controller.store.children("/current/Server_1")).isEmpty();
      assertThat(deepStore.list("")).singleElement().extracting("key").isEqualTo("other-1/s/1");
    }
  }

  @Test
  void objectsOfADeletedTableStayForAWeekWithAllThatMetadataSaid() throws IOException {
    String tableId = controller.createTrips("smallest", "");
    String segment = "trips__0__0__20260821T1834Z";
    controller.store.commit(
        List.of(
            new Operation.Create(
                "/segments/" + tableId + "/0-0/" + segment, new byte[] {'{', '}'}, false)));
    create("/assignment/" + tableId + "/0-0");
    Instant deleted = controller.now;
    Path file = Files.write(directory.resolve("file"), new byte[] {1});
    try (DeepStore deepStore = LocalDirectoryDeepStore.open(directory.resolve("store"))) {
      deepStore.put(tableId + "/" + segment + "/1", file);
      TableSweeper sweeper =
          new TableSweeper(
              controller.store, controller.catalog, controller.transactions, deepStore);
      KeptSweeper kept = new KeptSweeper(controller.store, deepStore, () -> controller.now);
      controller.tables.delete("trips");

      Files.move(directory.resolve("store"), directory.resolve("away"));
      sweeper.sweep();
      assertThat(controller.store.children("/segments/" + tableId)).isNotEmpty();
      Files.move(directory.resolve("away"), directory.resolve("store"));
      sweeper.sweep();

      assertThat(controller.catalog.tableIds()).isEmpty();
      assertThat(controller.store.children("/segments")).isEmpty();
      Instant until = deleted.plus(Duration.ofDays(7));
      String record = "deleted/%013d/%s/table".formatted(until.toEpochMilli(), tableId);
      assertThat(deepStore.list("").stream().map(DeepStore.ObjectInfo::key))
          .containsExactly(record, tableId + "/" + segment + "/1");
      deepStore.fetch(record, directory.resolve("record"));
      assertThat(Files.readAllLines(directory.resolve("record")))
          .hasSize(4)
          .first()
          .asString()
          .contains("\"tableId\":\"" + tableId + "\"");

      controller.now = until.minusMillis(1);
      kept.sweep();
      assertThat(deepStore.list("")).hasSize(2);
      controller.now = until;
      kept.sweep();
      assertThat(deepStore.list("")).isEmpty();
    }
  }

  @Test
  void whatServersSayOfATableMadeDuringASweepStays() throws IOException {
    controller.createTrips("smallest", "");
    controller.tables.delete("trips");
    controller.now = controller.now.plusMillis(1);
    List<String> made = new ArrayList<>();
    try (DeepStore deepStore = LocalDirectoryDeepStore.open(directory.resolve("store"))) {
      DeepStore slow =
          whileListing(
              deepStore,
              () -> {
                made.add(controller.tables.create(TABLE, config -> Map.of()).tableId());
                create("/current/Server_1/" + made.getFirst() + "/0-0");
              });
      new TableSweeper(controller.store, controller.catalog, controller.transactions, slow).sweep();
    }
    assertThat(controller.store.children("/current/Server_1")).isEqualTo(made);
  }

  /** The store, in whose first listing something else happens. */
  private static DeepStore whileListing(DeepStore deepStore, Runnable event) {
    return (DeepStore)
        Proxy.newProxyInstance(
            TableRegistryTest.class.getClassLoader(),
            new Class<?>[] {DeepStore.class},
            (_, method, arguments) -> {
              if (method.getName().equals("list")) {
                event.run();
              }
              return method.invoke(deepStore, arguments);
            });
  }

  private void create(String path) {
    controller.store.commit(List.of(new Operation.Create(path, new byte[0], false)));
  }

  private static void assertRefused(Kind kind, String words, ThrowingCallable request) {
    assertThatThrownBy(request)
        .isInstanceOfSatisfying(
            RequestRefusedException.class,
            refused -> {
              assertThat(refused.kind()).isEqualTo(kind);
              assertThat(refused).hasMessageContaining(words);
            });
  }
}
