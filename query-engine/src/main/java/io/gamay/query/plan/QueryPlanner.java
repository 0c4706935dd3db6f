package io.gamay.query.plan;

import io.gamay.query.error.QueryException;
import io.gamay.query.plan.OutputPlan.OutputColumn;
import io.gamay.query.plan.QueryOptions.Dialect;
import io.gamay.query.plan.TypedExpression.Constant;
import io.gamay.query.plan.TypedExpression.KeyReference;
import io.gamay.query.sql.Expression;
import io.gamay.query.sql.Query;
import io.gamay.query.sql.Query.OrderItem;
import io.gamay.query.sql.Query.SelectItem;
import io.gamay.segment.schema.DataType;
import io.gamay.segment.schema.TableSchema;
import io.gamay.segment.schema.Value.IntValue;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A query as written and a schema to a plan: names resolved, types known, options read. */
public final class QueryPlanner {

  private static final TableSchema NO_TABLE = new TableSchema("", 0, List.of());

  /** Rows at most of an answer to a query without LIMIT, in the standard dialect. */
  public static final long STANDARD_ROW_CAP = 100_000;

  /** Rows of an answer to a query without LIMIT, in the Pinot dialect. */
  public static final long PINOT_DEFAULT_LIMIT = 10;

  /**
   * What is not in the query.
   *
   * @param clock read once per query, for NOW()
   * @param dialect for queries that name none; likewise timeout and groupLimit
   */
  public record Context(InstantSource clock, Dialect dialect, Duration timeout, int groupLimit) {}

  /**
   * @param bodyOptions options given beside the text; those in the text win
   * @throws QueryException with UNKNOWN_COLUMN or QUERY_VALIDATION
   */
  public QueryPlan plan(
      Query query, TableSchema schema, Map<String, String> bodyOptions, Context context) {
    var optionReader = new OptionReader(bodyOptions, query.options());
    QueryOptions options = optionReader.read(schema, context);
    var columns =
        new ColumnResolver(
            schema,
            query.table(),
            optionReader.nullHandling(),
            options.offsets().asOf().isPresent());
    var planning = new Planning(columns, options, context.clock().millis());
    return new Plans(query, schema, planning).plan();
  }

  /**
   * Plans a query without FROM: one row, which the broker computes without a server.
   *
   * @throws QueryException with UNKNOWN_COLUMN or QUERY_VALIDATION
   */
  public QueryPlan planWithoutTable(Query query, Map<String, String> bodyOptions, Context context) {
    return plan(query, NO_TABLE, bodyOptions, context);
  }

  /** Plans one query. */
  private static final class Plans {

    private final Query query;
    private final TableSchema schema;
    private final Planning planning;
    private final ColumnNames names;
    private final boolean isPinot;

    Plans(Query query, TableSchema schema, Planning planning) {
      this.query = query;
      this.schema = schema;
      this.planning = planning;
      this.names = new ColumnNames(planning.columns(), planning.options().nullHandling());
      this.isPinot = planning.options().dialect() == Dialect.PINOT;
    }

    QueryPlan plan() {
      if (query.table().isEmpty()) {
        return withoutTable();
      }
      Optional<TypedExpression> filter =
          query
              .where()
              .map(rowTyper(new Aliases(query.select(), false), "WHERE")::condition)
              .filter(condition -> !condition.equals(Constants.TRUE));
      if (isAggregation()) {
        return aggregation(filter);
      }
      return query.distinct() ? distinct(filter) : selection(filter);
    }

    /** The one group of no rows. */
    private QueryPlan withoutTable() {
      ExpressionTyper typer = planning.typer(new NoTableScope());
      var outputs = new ArrayList<OutputColumn>();
      for (SelectItem item : query.select()) {
        if (item.expression() instanceof Expression.Star) {
          throw Refusals.invalid("SELECT * needs a table: the query has no FROM");
        }
        outputs.add(new OutputColumn(name(item), typer.type(item.expression())));
      }
      var work = new ServerWork.Aggregate(List.of());
      return plan(Optional.empty(), work, outputs, Optional.empty(), List.of(), false);
    }

    private boolean isAggregation() {
      return !query.groupBy().isEmpty()
          || !query.groupingSets().isEmpty()
          || query.having().isPresent()
          || query.select().stream().anyMatch(item -> AggregateFinder.isIn(item.expression()))
          || query.orderBy().stream().anyMatch(item -> AggregateFinder.isIn(item.expression()));
    }

    private QueryPlan aggregation(Optional<TypedExpression> filter) {
      Grouping grouping = grouping();
      var scope =
          new GroupScope(
              planning,
              grouping.keys(),
              grouping.sets(),
              new Aliases(query.select(), isPinot),
              "column %s is neither in GROUP BY nor in an aggregation");
      ExpressionTyper plain = planning.typer(scope.withoutAliases());
      var outputs = new ArrayList<OutputColumn>();
      for (SelectItem item : query.select()) {
        if (item.expression() instanceof Expression.Star) {
          throw Refusals.invalid("SELECT * cannot be grouped or aggregated: name the columns");
        }
        outputs.add(new OutputColumn(name(item), plain.type(item.expression())));
      }
      Optional<TypedExpression> having = query.having().map(planning.typer(scope)::condition);
      List<SortKey> orderBy = groupOrder(scope);
      boolean isDistinct = query.distinct() && !grouping.isOnePerRow(outputs);
      if (isDistinct) {
        checkDistinct(outputs, orderBy);
      }
      return plan(
          filter,
          grouping.work(scope.aggregates(), planning.options().groups()),
          outputs,
          having.filter(c -> !c.equals(Constants.TRUE)),
          orderBy,
          isDistinct);
    }

    private static void checkDistinct(List<OutputColumn> outputs, List<SortKey> orderBy) {
      List<TypedExpression> selected = outputs.stream().map(OutputColumn::expression).toList();
      if (!orderBy.stream().map(SortKey::expression).allMatch(selected::contains)) {
        throw Refusals.invalid("with SELECT DISTINCT, ORDER BY takes selected columns only");
      }
      if (selected.stream().anyMatch(column -> column.type().isArray())) {
        throw Refusals.invalid("SELECT DISTINCT with GROUP BY takes no multi-value columns");
      }
    }

    /** The keys of GROUP BY, each once. */
    private record Grouping(List<TypedExpression> keys, GroupingSets sets) {

      ServerWork work(List<AggregateCall> aggregates, GroupOptions groups) {
        if (!sets.isEmpty()) {
          var all = new ArrayList<>(keys);
          all.add(Constants.of(new IntValue(0), DataType.INT));
          return new ServerWork.GroupBy(all, aggregates, groups.limit(), sets.sets());
        }
        if (keys.isEmpty()) {
          return new ServerWork.Aggregate(aggregates);
        }
        GroupOptions allowed = aggregates.isEmpty() ? groups.ofDistinct() : groups;
        return new ServerWork.GroupBy(
            keys, aggregates, allowed.limit(), allowed.leavesOut(), List.of());
      }

      /** Whether no two groups can have the same columns. */
      boolean isOnePerRow(List<OutputColumn> outputs) {
        long selectedKeys =
            outputs.stream()
                .map(OutputColumn::expression)
                .filter(KeyReference.class::isInstance)
                .distinct()
                .count();
        return sets.isEmpty() && selectedKeys == keys.size();
      }
    }

    private Grouping grouping() {
      ExpressionTyper typer = rowTyper(new Aliases(query.select(), isPinot), "GROUP BY");
      Map<TypedExpression, Integer> keys = new LinkedHashMap<>();
      var indexes = new ArrayList<Integer>();
      for (Expression written : query.groupBy()) {
        TypedExpression key = typer.type(ordinal(written, "GROUP BY").orElse(written));
        indexes.add(keys.computeIfAbsent(key, _ -> keys.size()));
      }
      List<List<Integer>> sets =
          query.groupingSets().stream()
              .map(set -> set.stream().map(indexes::get).distinct().sorted().toList())
              .toList();
      boolean isOneSetOfAll = sets.size() == 1 && sets.getFirst().size() == keys.size();
      return new Grouping(
          List.copyOf(keys.keySet()),
          isOneSetOfAll ? GroupingSets.none(keys.size()) : new GroupingSets(keys.size(), sets));
    }

    /** The select item that a whole number stands for. */
    private Optional<Expression> ordinal(Expression written, String clause) {
      if (!(written instanceof Expression.IntegerLiteral(long position))) {
        return Optional.empty();
      }
      if (position < 1 || position > query.select().size()) {
        throw Refusals.invalid(
            "%s position %d is not in the select list of %d"
                .formatted(clause, position, query.select().size()));
      }
      Expression item = query.select().get((int) position - 1).expression();
      if (item instanceof Expression.Star
          || query.select().stream()
              .anyMatch(other -> other.expression() instanceof Expression.Star)) {
        throw Refusals.invalid(
            "%s position %d with SELECT *: name the column".formatted(clause, position));
      }
      return Optional.of(item);
    }

    private List<SortKey> groupOrder(GroupScope scope) {
      ExpressionTyper plain = planning.typer(scope.withoutAliases());
      ExpressionTyper withAliases = planning.typer(scope);
      var keys = new ArrayList<SortKey>();
      for (OrderItem item : query.orderBy()) {
        TypedExpression key =
            selected(item).map(plain::type).orElseGet(() -> withAliases.type(item.expression()));
        addSortKey(keys, item, key);
      }
      return keys;
    }

    /** The select item that an ORDER BY names by position or alias. */
    private Optional<Expression> selected(OrderItem item) {
      return item.expression() instanceof Expression.Name(String name, boolean _)
          ? new Aliases(query.select(), true).find(name)
          : ordinal(item.expression(), "ORDER BY");
    }

    /** A constant orders nothing. */
    private static void addSortKey(List<SortKey> keys, OrderItem item, TypedExpression key) {
      if (key.type().isArray()) {
        throw Refusals.invalid(
            "cannot order by multi-value %s".formatted(ColumnNames.describe(item.expression())));
      }
      if (!(key instanceof Constant)) {
        keys.add(sortKey(item, key));
      }
    }

    private static SortKey sortKey(OrderItem item, TypedExpression key) {
      return new SortKey(key, item.descending(), item.nullsFirst().orElse(item.descending()));
    }

    private QueryPlan distinct(Optional<TypedExpression> filter) {
      List<Selected> selected = selected();
      var keys = new ArrayList<TypedExpression>();
      for (Selected item : selected) {
        if (!keys.contains(item.expression())) {
          keys.add(item.expression());
        }
      }
      var scope =
          new GroupScope(
              planning,
              keys,
              GroupingSets.none(keys.size()),
              new Aliases(query.select(), isPinot),
              "with SELECT DISTINCT, ORDER BY takes selected columns only, not %s");
      List<OutputColumn> outputs =
          selected.stream()
              .map(
                  item -> new OutputColumn(item.name(), scope.key(keys.indexOf(item.expression()))))
              .toList();
      return plan(
          filter,
          new ServerWork.GroupBy(keys, List.of(), planning.options().groups().ofDistinct().limit()),
          outputs,
          Optional.empty(),
          groupOrder(scope),
          false);
    }

    private record Selected(String name, TypedExpression expression) {}

    /** The select list over the row, with the star written out. */
    private List<Selected> selected() {
      ExpressionTyper typer = rowTyper(Aliases.NONE, "a selection");
      var selected = new ArrayList<Selected>();
      for (SelectItem item : query.select()) {
        if (item.expression() instanceof Expression.Star) {
          planning.columns().all().forEach(c -> selected.add(new Selected(c.column(), c)));
        } else {
          selected.add(new Selected(name(item), typer.type(item.expression())));
        }
      }
      return selected;
    }

    /** Sort keys that are not selected are returned as further columns that no client sees. */
    private QueryPlan selection(Optional<TypedExpression> filter) {
      List<Selected> selected = selected();
      var columns = new ArrayList<TypedExpression>();
      var outputs = new ArrayList<OutputColumn>();
      for (Selected item : selected) {
        outputs.add(new OutputColumn(item.name(), reference(columns.size(), item.expression())));
        columns.add(item.expression());
      }
      ExpressionTyper typer = rowTyper(new Aliases(query.select(), isPinot), "ORDER BY");
      ExpressionTyper plain = rowTyper(Aliases.NONE, "ORDER BY");
      var rowOrder = new ArrayList<SortKey>();
      var outputOrder = new ArrayList<SortKey>();
      for (OrderItem item : query.orderBy()) {
        TypedExpression key =
            selected(item).map(plain::type).orElseGet(() -> typer.type(item.expression()));
        int before = rowOrder.size();
        addSortKey(rowOrder, item, key);
        if (rowOrder.size() > before) {
          int index = columns.indexOf(key);
          if (index < 0) {
            index = columns.size();
            columns.add(key);
          }
          outputOrder.add(sortKey(item, reference(index, key)));
        }
      }
      var work = new ServerWork.Select(columns, rowOrder, rowLimit());
      return plan(filter, work, outputs, Optional.empty(), outputOrder, false);
    }

    private static KeyReference reference(int index, TypedExpression column) {
      return new KeyReference(index, column.type(), column.isNullable());
    }

    private QueryPlan plan(
        Optional<TypedExpression> filter,
        ServerWork work,
        List<OutputColumn> outputs,
        Optional<TypedExpression> having,
        List<SortKey> orderBy,
        boolean isDistinct) {
      return new QueryPlan(
          query,
          planning.options(),
          new ServerPlan(ColumnResolver.rawTable(query.table()), schema.version(), filter, work),
          new OutputPlan(
              outputs, having, orderBy, query.offset(), limit(), isLimitMeant(), isDistinct));
    }

    private long limit() {
      return query.limit().orElse(isPinot ? PINOT_DEFAULT_LIMIT : STANDARD_ROW_CAP);
    }

    /** One row more than the cap shows whether the cap leaves rows out. */
    private long rowLimit() {
      long rows = saturatedSum(limit(), query.offset());
      return isLimitMeant() ? rows : saturatedSum(rows, 1);
    }

    /** Pinot's dialect has a LIMIT of its own where none is written. */
    private boolean isLimitMeant() {
      return isPinot || query.limit().isPresent();
    }

    private static long saturatedSum(long left, long right) {
      return left > Long.MAX_VALUE - right ? Long.MAX_VALUE : left + right;
    }

    private String name(SelectItem item) {
      return item.alias().orElseGet(() -> names.of(item.expression()));
    }

    private ExpressionTyper rowTyper(Aliases aliases, String place) {
      return planning.typer(new RowScope(planning, aliases, place));
    }
  }
}
