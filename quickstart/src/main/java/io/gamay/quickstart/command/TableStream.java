package io.gamay.quickstart.command;

import tools.jackson.databind.JsonNode;

/**
 * Where a table's rows come from, as its config says; empty texts where it does not.
 *
 * @param topic the Kafka topic
 * @param brokers Kafka's addresses
 */
record TableStream(String topic, String brokers) {

  /** The stream in either of the two places where Pinot's configs have it. */
  static TableStream of(JsonNode config) {
    JsonNode stream =
        config
            .path("ingestionConfig")
            .path("streamIngestionConfig")
            .path("streamConfigMaps")
            .path(0);
    if (stream.isMissingNode()) {
      stream = config.path("tableIndexConfig").path("streamConfigs");
    }
    return new TableStream(
        stream.path("stream.kafka.topic.name").asString(""),
        stream.path("stream.kafka.broker.list").asString(""));
  }
}
