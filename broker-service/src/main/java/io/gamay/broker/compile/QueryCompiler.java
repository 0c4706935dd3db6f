package io.gamay.broker.compile;

import io.gamay.cluster.view.ClusterView;
import io.gamay.cluster.view.ClusterView.TableView;
import io.gamay.query.error.QueryErrorCode;
import io.gamay.query.error.QueryException;
import io.gamay.query.offset.OffsetToken;
import io.gamay.query.plan.NearestName;
import io.gamay.query.plan.QueryPlan;
import io.gamay.query.plan.QueryPlanner;
import io.gamay.query.sql.Query;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * SQL text to a plan over a table that the view knows, or over none. Pure CPU work. Thread-safe.
 */
public final class QueryCompiler {

  private static final String REALTIME_SUFFIX = "_REALTIME";

  private final ParsedQueries queries = new ParsedQueries();
  private final QueryPlanner planner = new QueryPlanner();
  private final QueryPlanner.Context defaults;

  /**
   * @param defaults for what neither the query nor its table says
   */
  public QueryCompiler(QueryPlanner.Context defaults) {
    this.defaults = defaults;
  }

  /** A query that can be run. */
  public sealed interface Compiled {
    QueryPlan plan();
  }

  /**
   * A query over a table as the view had it.
   *
   * @param carried token of offsets that came beside the query
   */
  public record CompiledQuery(QueryPlan plan, TableView table, OffsetToken carried)
      implements Compiled {

    public CompiledQuery(QueryPlan plan, TableView table) {
      this(plan, table, OffsetToken.NONE);
    }

    public CompiledQuery carrying(OffsetToken token) {
      return new CompiledQuery(plan, table, token);
    }
  }

  /** A query without FROM. */
  public record ConstantQuery(QueryPlan plan) implements Compiled {}

  /**
   * @param options those of the request's body; options inside the SQL win
   * @throws QueryException with a code and a sentence for the client
   */
  public Compiled compile(String sql, Map<String, String> options, ClusterView view) {
    return plan(queries.parse(sql), options, view);
  }

  /**
   * Looks only at the text.
   *
   * @throws QueryException with SQL_PARSING if it is no query
   */
  public void requireValid(String sql) {
    var _ = queries.parse(sql);
  }

  /**
   * Plans a query that {@link #small} gave.
   *
   * @throws QueryException as {@link #compile}
   */
  public Compiled plan(Query query, Map<String, String> options, ClusterView view) {
    refuseMultiStage(query.options());
    refuseMultiStage(options);
    if (query.table().isEmpty()) {
      refuseToExplain(query);
      return new ConstantQuery(planner.planWithoutTable(query, options, defaults));
    }
    TableView table = tableOf(query.table(), view);
    return new CompiledQuery(planner.plan(query, table.schema(), options, contextOf(table)), table);
  }

  /**
   * The parsed text, if planning and routing it are {@link SmallWork}: it is short and was parsed
   * before, and its table has few segments.
   */
  public Optional<Query> small(String sql, ClusterView view) {
    if (sql.length() > SmallWork.MOST_CHARACTERS) {
      return Optional.empty();
    }
    return queries.known(sql).filter(query -> hasFewSegments(view.tables().get(query.table())));
  }

  private static boolean hasFewSegments(@Nullable TableView table) {
    if (table == null) {
      return false;
    }
    int parts = 0;
    for (ClusterView.PartitionView partition : table.partitions().values()) {
      parts += partition.segments().size();
    }
    return parts <= SmallWork.MOST_PARTS;
  }

  private QueryPlanner.Context contextOf(TableView table) {
    return table
        .config()
        .queryTimeout()
        .map(
            timeout ->
                new QueryPlanner.Context(
                    defaults.clock(), defaults.dialect(), timeout, defaults.groupLimit()))
        .orElse(defaults);
  }

  private static void refuseToExplain(Query query) {
    if (query.explain() != Query.Explain.NONE) {
      throw new QueryException(
          QueryErrorCode.QUERY_VALIDATION,
          "there is nothing to explain: the query reads no table; write it without EXPLAIN");
    }
  }

  private static void refuseMultiStage(Map<String, String> options) {
    boolean isAsked =
        options.entrySet().stream()
            .anyMatch(
                option ->
                    option.getKey().equalsIgnoreCase("useMultistageEngine")
                        && option.getValue().equalsIgnoreCase("true"));
    if (isAsked) {
      throw new QueryException(
          QueryErrorCode.QUERY_VALIDATION,
          "the multi-stage engine is not supported yet: leave useMultistageEngine out");
    }
  }

  private static TableView tableOf(String written, ClusterView view) {
    String name =
        written.endsWith(REALTIME_SUFFIX)
            ? written.substring(0, written.length() - REALTIME_SUFFIX.length())
            : written;
    TableView exact = view.tables().get(name);
    if (exact != null) {
      return exact;
    }
    List<String> alike =
        view.tables().keySet().stream().filter(name::equalsIgnoreCase).sorted().toList();
    if (alike.size() > 1) {
      throw new QueryException(
          QueryErrorCode.TABLE_DOES_NOT_EXIST,
          "table %s could be any of %s: write it as it was created".formatted(written, alike));
    }
    return alike.stream()
        .findFirst()
        .flatMap(found -> Optional.ofNullable(view.tables().get(found)))
        .orElseThrow(
            () ->
                new QueryException(
                    QueryErrorCode.TABLE_DOES_NOT_EXIST,
                    "table %s does not exist%s".formatted(written, nearest(name, view))));
  }

  private static String nearest(String name, ClusterView view) {
    String hint = NearestName.hint(name, view.tables().keySet());
    return hint.isEmpty() ? "; GET /tables on the controller lists the tables" : hint;
  }
}
