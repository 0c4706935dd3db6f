package io.gamay.simulation;

import java.util.random.RandomGenerator;

/** The table's config and schema, and what people make of them in time. */
final class TableTexts {

  static final String NAME = "trips";

  private final RandomGenerator random;
  private int extraColumns;
  private int replication = 3;
  private boolean hasCompletedTag;

  TableTexts(RandomGenerator random) {
    this.random = random;
  }

  String withOtherReplication() {
    replication = replication == 3 ? 2 : 3;
    return nextTable();
  }

  /** Sealed segments are to be on servers of another tag, or no longer. */
  String withOtherCompletedTag() {
    hasCompletedTag = !hasCompletedTag;
    return nextTable();
  }

  /** With a column more than before. */
  String nextSchema() {
    extraColumns++;
    return schema();
  }

  String schema() {
    StringBuilder extra = new StringBuilder();
    for (int column = 0; column < extraColumns; column++) {
      extra.append(", {\"name\": \"extra").append(column).append("\", \"dataType\": \"STRING\"}");
    }
    return """
    {"schemaName": "trips",
     "dimensionFieldSpecs": [
       {"name": "part", "dataType": "INT"},
       {"name": "place", "dataType": "LONG"}%s],
     "dateTimeFieldSpecs": [
       {"name": "at", "dataType": "TIMESTAMP", "format": "TIMESTAMP", "granularity": "1:MILLISECONDS"}]}
    """
        .formatted(extra);
  }

  /** With other thresholds than before, as a rule. */
  String nextTable() {
    return """
    {"tableName": "trips", "tableType": "REALTIME",
     "segmentsConfig": {"timeColumnName": "at", "replication": "%d"},
     "tenants": {%s}, "tableIndexConfig": {}, "metadata": {},
     "ingestionConfig": {"streamIngestionConfig": {"streamConfigMaps": [{
       "streamType": "kafka",
       "stream.kafka.topic.name": "trips",
       "stream.kafka.broker.list": "builtin:kafka",
       "stream.kafka.decoder.class.name": "org.apache.pinot.plugin.inputformat.json.JSONMessageDecoder",
       "stream.kafka.consumer.factory.class.name": "org.apache.pinot.plugin.stream.kafka30.KafkaConsumerFactory",
       "stream.kafka.consumer.prop.auto.offset.reset": "smallest",
       "realtime.segment.flush.threshold.time": "%ds",
       "realtime.segment.flush.threshold.segment.rows": "%d"}]}}}
    """
        .formatted(
            replication,
            hasCompletedTag
                ? "\"tagOverrideConfig\": {\"realtimeCompleted\": \"%s\"}"
                    .formatted(World.COMPLETED_TAG)
                : "",
            random.nextInt(3) == 0 ? random.nextInt(20, 60) : 7200,
            random.nextInt(8, 30));
  }
}
