package io.gamay.cluster.table;

import static org.assertj.core.api.Assertions.assertThat;

import io.gamay.testkit.random.SeededRandom;
import io.gamay.testkit.random.Seeds;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Whatever somebody writes into a config: an answer comes back, never an exception. */
class ConfigMutationPropertyTest {

  private static final List<String> SCRAPS =
      List.of(
          "null",
          "true",
          "0",
          "-1",
          "1e400",
          "99999999999999999999",
          "\"\"",
          "\"x\"",
          "\"REALTIME\"",
          "\"__\"",
          "\"1:DAYS:EPOCH\"",
          "\"fromEpochDays(x)\"",
          "[]",
          "[null]",
          "[1, \"x\", {}, []]",
          "{}",
          "{\"a\": {\"b\": [1]}}",
          "\"true\"",
          "\"city\"");

  @Test
  void mutatedConfigIsTakenOrRefusedWithProblemsAndRendersBackTheSame() throws IOException {
    JsonNode schemaJson = read("airlineStats/airlineStats_schema.json");
    JsonNode configJson = read("airlineStats/airlineStats_realtime_table_config.json");
    int cases =
        Seeds.forEach(
            300,
            random -> {
              JsonNode schemaText = schemaJson.deepCopy();
              JsonNode configText = configJson.deepCopy();
              if (random.nextInt(2) == 0) {
                mutate(schemaText, random);
              }
              for (int times = random.nextInt(3); times >= 0; times--) {
                mutate(configText, random);
              }
              check(schemaText.toString(), configText.toString());
            });
    assertThat(cases).isPositive();
  }

  private static void check(String schemaText, String configText) {
    Parsed<SchemaDefinition> schema = SchemaJson.parse(schemaText);
    if (schema.value().isEmpty()) {
      assertThat(schema.problems()).isNotEmpty().allMatch(p -> p.path().startsWith("$"));
      return;
    }
    SchemaDefinition definition = schema.orThrow();
    assertThat(SchemaJson.parse(SchemaJson.render(definition)).orThrow().columns())
        .isEqualTo(definition.columns());
    Parsed<TableConfig> config = TableConfigJson.parse(configText, definition, 1);
    if (config.value().isEmpty()) {
      assertThat(config.problems()).isNotEmpty().allMatch(p -> p.path().startsWith("$"));
      return;
    }
    TableConfig table = config.orThrow();
    JsonNode rendered = ConfigObject.MAPPER.readTree(TableConfigJson.render(table));
    assertThat(TableConfigJson.parse(rendered.get("REALTIME").toString(), definition, 1).orThrow())
        .usingRecursiveComparison()
        .ignoringFields("json")
        .isEqualTo(table);
  }

  /** Replaces, adds or removes something somewhere. */
  private static void mutate(JsonNode root, SeededRandom random) {
    List<JsonNode> containers = new ArrayList<>();
    collect(root, containers);
    JsonNode place = containers.get(random.nextInt(containers.size()));
    JsonNode scrap = ConfigObject.MAPPER.readTree(SCRAPS.get(random.nextInt(SCRAPS.size())));
    switch (place) {
      case ObjectNode object -> {
        List<String> keys = new ArrayList<>();
        object.properties().stream().map(Map.Entry::getKey).forEach(keys::add);
        keys.add("surprise");
        String key = keys.get(random.nextInt(keys.size()));
        if (random.nextInt(4) == 0) {
          object.remove(key);
        } else {
          object.set(key, scrap);
        }
      }
      case ArrayNode array -> array.add(scrap);
      default -> throw new IllegalStateException("not a container: " + place);
    }
  }

  private static void collect(JsonNode node, List<JsonNode> containers) {
    if (node.isContainer()) {
      containers.add(node);
      node.forEach(child -> collect(child, containers));
    }
  }

  private static JsonNode read(String file) throws IOException {
    try (var in =
        Objects.requireNonNull(
            ConfigMutationPropertyTest.class.getResourceAsStream("/example-configs/" + file))) {
      return ConfigObject.MAPPER.readTree(new String(in.readAllBytes(), StandardCharsets.UTF_8));
    }
  }
}
