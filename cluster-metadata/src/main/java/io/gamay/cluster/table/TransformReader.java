package io.gamay.cluster.table;

import io.gamay.cluster.table.TableConfig.TransformConfig;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Reads the transforms that make columns, and puts them in the order in which they can run. */
final class TransformReader {

  private record Transform(TransformExpression expression, String path) {}

  private final SchemaDefinition schema;
  private final Map<String, Transform> byColumn = new LinkedHashMap<>();

  TransformReader(SchemaDefinition schema) {
    this.schema = schema;
  }

  /** A table's own transform of a column stands in place of the schema's. */
  List<TransformConfig> read(Optional<ConfigObject> ingestion, Findings findings) {
    for (ConfigObject config :
        ingestion.map(object -> object.objects("transformConfigs")).orElse(List.of())) {
      readOne(config);
      config.finish();
    }
    schema
        .transforms()
        .forEach(
            (column, expression) ->
                byColumn.putIfAbsent(
                    column, new Transform(expression, "$.ingestionConfig.transformConfigs")));
    TransformFields fields = new TransformFields(schema::column);
    byColumn.forEach((column, transform) -> check(column, transform, fields, findings));
    return inOrder(findings);
  }

  private void readOne(ConfigObject config) {
    Optional<String> column = config.requiredText("columnName", "");
    Optional<String> function = config.requiredText("transformFunction", "");
    if (column.isPresent() && schema.column(column.get()).isEmpty()) {
      config.problem(
          "columnName",
          "there is no column '" + column.get() + "' in the schema",
          NearestName.of(column.get(), schema.columns().stream().map(c -> c.name()).toList())
              .map(near -> "did you mean '" + near + "'?")
              .orElse(""));
    }
    if (column.isPresent() && byColumn.containsKey(column.get())) {
      config.problem("columnName", "column '" + column.get() + "' has two transforms", "");
    }
    if (function.isEmpty()) {
      return;
    }
    try {
      TransformExpression expression = TransformExpression.parse(function.get());
      column.ifPresent(
          name ->
              byColumn.put(name, new Transform(expression, config.path() + ".transformFunction")));
    } catch (IllegalArgumentException e) {
      config.problem("transformFunction", String.valueOf(e.getMessage()), "");
    }
  }

  private static void check(
      String column, Transform transform, TransformFields fields, Findings findings) {
    try {
      fields.add(transform.expression());
    } catch (IllegalArgumentException e) {
      findings.problem(
          transform.path(), "the transform of column %s: %s".formatted(column, e.getMessage()), "");
    }
  }

  /** Each after those whose columns it reads. */
  private List<TransformConfig> inOrder(Findings findings) {
    List<TransformConfig> ordered = new ArrayList<>();
    Set<String> done = new LinkedHashSet<>();
    for (String column : byColumn.keySet()) {
      visit(column, new LinkedHashSet<>(), done, ordered, findings);
    }
    return ordered;
  }

  private void visit(
      String column,
      Set<String> underWay,
      Set<String> done,
      List<TransformConfig> ordered,
      Findings findings) {
    Transform transform = byColumn.get(column);
    if (transform == null || done.contains(column)) {
      return;
    }
    if (!underWay.add(column)) {
      findings.problem(
          transform.path(),
          "column '%s' is made from itself: %s"
              .formatted(column, String.join(" <- ", underWay) + " <- " + column),
          "");
      done.add(column);
      return;
    }
    transform
        .expression()
        .fields()
        .forEach(field -> visit(field, underWay, done, ordered, findings));
    underWay.remove(column);
    if (done.add(column)) {
      ordered.add(new TransformConfig(column, transform.expression()));
    }
  }
}
