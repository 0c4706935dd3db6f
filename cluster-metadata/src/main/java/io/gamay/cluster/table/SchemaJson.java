package io.gamay.cluster.table;

import io.gamay.segment.schema.ColumnRole;
import io.gamay.segment.schema.ColumnSpec;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Schemas in Pinot's JSON. */
public final class SchemaJson {

  /** Lists of fields, and what a field in them is for. */
  private static final Map<String, ColumnRole> FIELD_LISTS =
      Map.of(
          "dimensionFieldSpecs", ColumnRole.DIMENSION,
          "metricFieldSpecs", ColumnRole.METRIC,
          "dateTimeFieldSpecs", ColumnRole.DATE_TIME);

  private SchemaJson() {}

  /** Reads a schema, or says everything that is wrong with it. */
  public static Parsed<SchemaDefinition> parse(String json) {
    Findings findings = new Findings();
    Optional<ConfigObject> root = ConfigObject.parse(json, findings);
    if (root.isEmpty()) {
      return Parsed.refused(findings);
    }
    return read(root.get(), json);
  }

  private static Parsed<SchemaDefinition> read(ConfigObject root, String json) {
    Optional<String> name =
        root.requiredText("schemaName", "name the schema like the table that is to use it");
    name.flatMap(TableNames::problemWith)
        .ifPresent(message -> root.problem("schemaName", message, ""));
    List<FieldSpec> fields = readFields(root);
    if (fields.isEmpty() && !root.findings().hasProblems()) {
      root.findings().problem("$", "the schema has no column", "");
    }
    checkUnique(fields, root.findings());
    List<String> primaryKey = root.texts("primaryKeyColumns");
    for (String column : primaryKey) {
      if (fields.stream().noneMatch(field -> field.name().equals(column))) {
        root.problem("primaryKeyColumns", "there is no column '" + column + "'", "");
      }
    }
    boolean columnBasedNullHandling = root.flag("enableColumnBasedNullHandling", false);
    root.refuse("columns of complex types", "complexFieldSpecs");
    if (root.isSet("timeFieldSpec")) {
      root.problem(
          "timeFieldSpec", "the old form of a time column", "write it in dateTimeFieldSpecs");
    }
    root.accept("description", "tags");
    root.finish();
    return root.findings()
        .toParsed(
            () ->
                definition(name.orElseThrow(), fields, primaryKey, columnBasedNullHandling, json));
  }

  private static SchemaDefinition definition(
      String name,
      List<FieldSpec> fields,
      List<String> primaryKey,
      boolean columnBasedNullHandling,
      String json) {
    List<ColumnSpec> columns = new ArrayList<>();
    Set<String> notNull = new HashSet<>();
    Map<String, TransformExpression> transforms = new HashMap<>();
    for (FieldSpec field : fields) {
      columns.add(field.column().orElseThrow());
      if (field.notNull()) {
        notNull.add(field.name());
      }
      field.transform().ifPresent(function -> transforms.put(field.name(), function));
    }
    return new SchemaDefinition(
        name, columns, primaryKey, columnBasedNullHandling, notNull, transforms, json);
  }

  private static List<FieldSpec> readFields(ConfigObject root) {
    FIELD_LISTS.keySet().forEach(root::accept);
    List<FieldSpec> fields = new ArrayList<>();
    for (String key : root.keys()) {
      @Nullable ColumnRole role = FIELD_LISTS.get(key);
      if (role != null) {
        root.objects(key).forEach(field -> fields.add(FieldSpec.read(field, role)));
      }
    }
    return fields;
  }

  private static void checkUnique(List<FieldSpec> fields, Findings findings) {
    Set<String> seen = new HashSet<>();
    for (FieldSpec field : fields) {
      if (!field.name().isEmpty() && !seen.add(field.name())) {
        findings.problem(field.path(), "column '" + field.name() + "' occurs twice", "");
      }
    }
  }

  /** The schema as GET gives it: every field with its {@code fieldType}, nothing empty. */
  public static String render(SchemaDefinition schema) {
    ObjectNode rendered = ConfigObject.MAPPER.createObjectNode();
    rendered.put("schemaName", schema.name());
    rendered.put("enableColumnBasedNullHandling", schema.columnBasedNullHandling());
    JsonNode written = ConfigObject.MAPPER.readTree(schema.json());
    for (Map.Entry<String, JsonNode> member : written.properties()) {
      if (rendered.has(member.getKey()) || member.getValue().isNull()) {
        continue;
      }
      @Nullable ColumnRole role = FIELD_LISTS.get(member.getKey());
      JsonNode value = role == null ? member.getValue() : withFieldTypes(member.getValue(), role);
      if (!value.isContainer() || !value.isEmpty()) {
        rendered.set(member.getKey(), value);
      }
    }
    return rendered.toPrettyString();
  }

  private static JsonNode withFieldTypes(JsonNode fields, ColumnRole role) {
    JsonNode copy = fields.deepCopy();
    copy.forEach(field -> ((ObjectNode) field).put("fieldType", role.name()));
    return copy;
  }

  /**
   * What stands against replacing one schema by another: columns that go, or that would read what
   * is stored in another way. Empty if nothing does.
   */
  public static List<Problem> incompatibilities(SchemaDefinition before, SchemaDefinition after) {
    List<Problem> problems = new ArrayList<>();
    for (ColumnSpec old : before.columns()) {
      String path = "$." + old.name();
      Optional<ColumnSpec> now = after.column(old.name());
      if (now.isEmpty()) {
        problems.add(new Problem(path, "the column is gone", "keep it, or use force"));
      } else {
        changeOf(old, now.get())
            .ifPresent(change -> problems.add(new Problem(path, change, "keep it, or use force")));
      }
    }
    return problems;
  }

  private static Optional<String> changeOf(ColumnSpec old, ColumnSpec now) {
    if (old.type() != now.type()) {
      return Optional.of("the type changes from %s to %s".formatted(old.type(), now.type()));
    }
    if (old.singleValue() != now.singleValue()) {
      return Optional.of(
          now.singleValue() ? "it would hold single values" : "it would hold lists of values");
    }
    if (old.role() != now.role()) {
      return Optional.of("it changes from %s to %s".formatted(old.role(), now.role()));
    }
    if (!old.timeFormat().equals(now.timeFormat())) {
      return Optional.of("the date-time format changes");
    }
    return Optional.empty();
  }
}
