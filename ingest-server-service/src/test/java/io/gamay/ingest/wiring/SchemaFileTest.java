package io.gamay.ingest.wiring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gamay.cluster.table.SchemaDefinition;
import io.gamay.cluster.table.SchemaJson;
import io.gamay.cluster.table.TableConfig;
import io.gamay.cluster.table.TableConfigJson;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.LongAdder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SchemaFileTest {

  private static final SchemaDefinition SCHEMA =
      SchemaJson.parse(
              """
              {"schemaName": "events", "dateTimeFieldSpecs": [
                {"name": "at", "dataType": "LONG", "format": "EPOCH|MILLISECONDS"}]}
              """)
          .orThrow();

  @TempDir Path directory;

  @Test
  void aSchemaFileThatIsNotHereIsNamedWithWhatToDo() throws Exception {
    Path file = directory.resolve("events.avsc");
    assertThatThrownBy(
            () ->
                ServerRuntime.assembler(
                    SCHEMA.tableSchema(1, false), config(file), new LongAdder()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(file.toString())
        .hasMessageContaining("put it there")
        .hasMessageContaining("stream.kafka.decoder.prop.schema.file");
    Files.writeString(
        file,
        """
        {"type": "record", "name": "event", "fields": [{"name": "at", "type": "long"}]}
        """);
    assertThat(ServerRuntime.assembler(SCHEMA.tableSchema(1, false), config(file), new LongAdder()))
        .isNotNull();
  }

  private static TableConfig config(Path file) {
    return TableConfigJson.parse(
            """
            {"tableName": "events", "tableType": "REALTIME",
             "segmentsConfig": {"timeColumnName": "at"},
             "ingestionConfig": {"streamIngestionConfig": {"streamConfigMaps": [{
               "streamType": "kafka", "stream.kafka.topic.name": "events",
               "stream.kafka.broker.list": "k:9092",
               "stream.kafka.decoder.class.name": "SimpleAvroMessageDecoder",
               "stream.kafka.decoder.prop.schema.file": "%s"}]}}}
            """
                .formatted(file),
            SCHEMA,
            1)
        .orThrow();
  }
}
