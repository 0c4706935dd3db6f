package io.gamay.controller.table;

import io.gamay.cluster.store.InMemoryMetadataStore;
import io.gamay.cluster.store.InMemoryMetadataTree;
import io.gamay.cluster.table.TableConfig;
import io.gamay.controller.leader.LeaderOffice;
import io.gamay.controller.leader.LeaderTransactions;
import io.gamay.controller.leader.TaskQueue;
import java.time.Instant;
import java.util.Map;
import java.util.function.Function;

/** A leading controller on metadata in memory, with a clock that the test moves. */
public final class LeadingController {

  public static final String SCHEMA =
      """
      {"schemaName": "trips",
       "dimensionFieldSpecs": [{"name": "city", "dataType": "STRING"}],
       "metricFieldSpecs": [{"name": "fare", "dataType": "DOUBLE"}],
       "dateTimeFieldSpecs": [
         {"name": "at", "dataType": "TIMESTAMP", "format": "TIMESTAMP", "granularity": "1:MILLISECONDS"}]}
      """;

  public final InMemoryMetadataTree tree = new InMemoryMetadataTree();
  public final InMemoryMetadataStore store;
  public final LeaderTransactions transactions;
  public final TableCatalog catalog;
  public final SchemaRegistry schemas;
  public final TableRegistry tables;
  public Instant now = Instant.parse("2026-08-21T18:34:00Z");

  public LeadingController() {
    TaskQueue tasks = new TaskQueue();
    store = tree.openSession(tasks);
    LeaderOffice office = new LeaderOffice(store, "Controller_a", tasks);
    office.start();
    tasks.runAll();
    transactions = new LeaderTransactions(store, office);
    catalog = new TableCatalog(store);
    schemas = new SchemaRegistry(catalog, transactions);
    tables = new TableRegistry(catalog, transactions, () -> now);
  }

  /** The config of table trips. */
  public static String table(String start, String more) {
    return """
    {"tableName": "trips", "tableType": "REALTIME",
     "segmentsConfig": {"timeColumnName": "at", "replication": "1" %s},
     "tenants": {}, "tableIndexConfig": {}, "metadata": {},
     "ingestionConfig": {"streamIngestionConfig": {"streamConfigMaps": [{
       "streamType": "kafka",
       "stream.kafka.topic.name": "trips",
       "stream.kafka.broker.list": "builtin:kafka",
       "stream.kafka.decoder.class.name": "org.apache.pinot.plugin.inputformat.json.JSONMessageDecoder",
       "stream.kafka.consumer.factory.class.name": "org.apache.pinot.plugin.stream.kafka30.KafkaConsumerFactory",
       "stream.kafka.consumer.prop.auto.offset.reset": "%s",
       "realtime.segment.flush.threshold.rows": "1000"}]}}}
    """
        .formatted(more, start);
  }

  /** Schema and table trips on a topic without partitions; the table's id. */
  public String createTrips(String start, String more) {
    return createTrips(start, more, config -> Map.of());
  }

  public String createTrips(
      String start, String more, Function<TableConfig, Map<Integer, Long>> startOffsets) {
    schemas.put(SCHEMA, true, false);
    return tables.create(table(start, more), startOffsets).tableId();
  }
}
