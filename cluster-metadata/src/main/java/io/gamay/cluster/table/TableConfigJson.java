package io.gamay.cluster.table;

import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Table configs in Pinot's JSON. */
public final class TableConfigJson {

  private TableConfigJson() {}

  /**
   * Reads a config, or says everything that is wrong with it.
   *
   * @param schema that the table is to have
   * @param version that the config gets when it is accepted
   */
  public static Parsed<TableConfig> parse(String json, SchemaDefinition schema, int version) {
    Findings findings = new Findings();
    Optional<ConfigObject> root = ConfigObject.parse(json, findings);
    return root.isEmpty()
        ? Parsed.refused(findings)
        : new TableConfigReader(root.get(), schema).read(version, json);
  }

  /**
   * Reads a config that was taken once, maybe by an older version with other rules. Settings that
   * only change cost, or when and for how long rows are kept, fall back to their defaults, with a
   * warning each, where they would be refused now; what decides rows and answers does not.
   *
   * @return its warnings are only those
   */
  public static Parsed<TableConfig> parseStored(String json, SchemaDefinition schema, int version) {
    Findings findings = new Findings();
    Optional<ConfigObject> root = ConfigObject.parse(json, findings);
    return root.isEmpty()
        ? Parsed.refused(findings)
        : new TableConfigReader(root.get(), schema).readStored(version, json);
  }

  /** The raw table name in a config's text, for finding its schema before it is parsed. */
  public static Parsed<String> tableName(String json) {
    Findings findings = new Findings();
    Optional<String> name =
        ConfigObject.parse(json, findings).flatMap(root -> root.requiredText("tableName", ""));
    return findings.toParsed(() -> TableNames.withoutType(name.orElseThrow()));
  }

  /**
   * The config as GET gives it: {@code {"REALTIME": {…}}}, without nulls, its name with its type.
   */
  public static String render(TableConfig config) {
    ObjectNode rendered = ConfigObject.MAPPER.createObjectNode();
    rendered.put("tableName", config.nameWithType());
    rendered.put("tableType", "REALTIME");
    for (Map.Entry<String, JsonNode> member :
        ConfigObject.MAPPER.readTree(config.json()).properties()) {
      if (!rendered.has(member.getKey()) && !member.getValue().isNull()) {
        rendered.set(member.getKey(), member.getValue());
      }
    }
    ObjectNode byType = ConfigObject.MAPPER.createObjectNode();
    byType.set("REALTIME", rendered);
    return byType.toPrettyString();
  }
}
