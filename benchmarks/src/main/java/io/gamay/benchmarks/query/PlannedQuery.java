package io.gamay.benchmarks.query;

import io.gamay.query.plan.QueryOptions.Dialect;
import io.gamay.query.plan.QueryPlanner;
import io.gamay.query.plan.ServerPlan;
import io.gamay.query.sql.SqlParser;
import io.gamay.segment.schema.TableSchema;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A query by its short name, and what servers do for it. */
record PlannedQuery(String id, ServerPlan plan) {

  private static final QueryPlanner.Context CONTEXT =
      new QueryPlanner.Context(
          InstantSource.fixed(Instant.EPOCH), Dialect.STANDARD, Duration.ofMinutes(1), 10_000_000);

  static PlannedQuery of(String id, String sql, TableSchema schema) {
    return new PlannedQuery(
        id,
        new QueryPlanner().plan(new SqlParser().parse(sql), schema, Map.of(), CONTEXT).server());
  }

  /**
   * All queries of a file {@code {"queries": [{"id": "...", "sql": "... FROM {t} ..."}]}}.
   *
   * @param ids those wanted; all if none is named
   */
  static List<PlannedQuery> read(Path file, List<String> ids, TableSchema schema)
      throws IOException {
    JsonNode root = new JsonMapper().readTree(Files.readString(file));
    List<PlannedQuery> queries = new ArrayList<>();
    for (JsonNode query : root.path("queries")) {
      String id = query.path("id").asString();
      if (ids.isEmpty() || ids.contains(id)) {
        queries.add(of(id, query.path("sql").asString().replace("{t}", "events"), schema));
      }
    }
    return queries;
  }
}
