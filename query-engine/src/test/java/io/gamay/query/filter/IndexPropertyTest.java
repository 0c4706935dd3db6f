package io.gamay.query.filter;

import static org.assertj.core.api.Assertions.assertThat;

import io.gamay.query.budget.QueryBudget;
import io.gamay.query.error.QueryException;
import io.gamay.query.evaluate.Block;
import io.gamay.query.evaluate.SegmentLeaves;
import io.gamay.query.merge.Cell;
import io.gamay.query.plan.ResultType;
import io.gamay.query.plan.TypedExpression;
import io.gamay.query.plan.TypedExpression.And;
import io.gamay.query.plan.TypedExpression.AnyBetween;
import io.gamay.query.plan.TypedExpression.Branch;
import io.gamay.query.plan.TypedExpression.Case;
import io.gamay.query.plan.TypedExpression.ColumnReference;
import io.gamay.query.plan.TypedExpression.Comparison;
import io.gamay.query.plan.TypedExpression.Constant;
import io.gamay.query.plan.TypedExpression.Convert;
import io.gamay.query.plan.TypedExpression.InSet;
import io.gamay.query.plan.TypedExpression.IsNull;
import io.gamay.query.plan.TypedExpression.Like;
import io.gamay.query.plan.TypedExpression.Not;
import io.gamay.query.plan.TypedExpression.Or;
import io.gamay.query.plan.TypedExpression.VirtualColumn;
import io.gamay.query.plan.TypedExpression.VirtualColumnKind;
import io.gamay.query.prune.SegmentBounds;
import io.gamay.query.prune.SegmentPruner;
import io.gamay.query.sql.Expression.ComparisonOperator;
import io.gamay.query.testing.IndexedSegments;
import io.gamay.query.testing.Oracle;
import io.gamay.query.testing.Row;
import io.gamay.segment.read.SegmentReader;
import io.gamay.segment.schema.ColumnSpec;
import io.gamay.segment.schema.DataType;
import io.gamay.segment.schema.IndexDecisions;
import io.gamay.segment.schema.TableSchema;
import io.gamay.segment.schema.Value;
import io.gamay.testkit.random.SeededRandom;
import io.gamay.testkit.random.Seeds;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * An index never changes an answer: random filters over the same rows, in memory, sealed and
 * reloaded, with any subset of indexes, keep the rows that a naive reading of them keeps.
 */
class IndexPropertyTest {

  private static final System.Logger LOGGER = System.getLogger(IndexPropertyTest.class.getName());
  private static final Duration TIME = Duration.ofSeconds(Long.getLong("gamay.index.seconds", 15));
  private static final int FILTERS = 60;

  @TempDir private Path folder;

  private final Oracle oracle = new Oracle(false);
  private long compared;
  private long pruned;
  private long counted;
  private long listed;
  private long zonesSkipped;
  private long longerTested;
  private long longLists;

  @Test
  void anIndexNeverChangesAnAnswer() {
    int tables = Seeds.forEach(TIME, this::checkTable);
    LOGGER.log(
        Level.INFO,
        "{0} tables: {1} answers compared, {2} pruned, {3} counted by an index, {4} listed, {5}"
            + " with rows left out by zones",
        Integer.toString(tables),
        Long.toString(compared),
        Long.toString(pruned),
        Long.toString(counted),
        Long.toString(listed),
        Long.toString(zonesSkipped));
    if (Long.getLong(Seeds.REPLAY_PROPERTY) == null) {
      assertThat(compared).isGreaterThan(500);
      assertThat(pruned).isGreaterThan(20);
      assertThat(counted).isGreaterThan(20);
      assertThat(listed).isGreaterThan(20);
      assertThat(zonesSkipped).isGreaterThan(20);
    }
  }

  @Test
  void whereSeveralIndexesListRowsOneIsReadAndTheOthersAreTestedOrZonesCutIt() throws IOException {
    SeededRandom random = new SeededRandom(7);
    RandomEvents events = new RandomEvents(random);
    List<Row> rows = events.rows(3000);
    IndexDecisions indexes =
        new IndexDecisions(
            Set.of("country", "tags", "codes", "user", "latency", "day"), Set.of(), Map.of());
    try (IndexedSegments segments =
        IndexedSegments.of(
            random, events.schema, rows, Set.of("ts"), indexes, IndexDecisions.NONE, folder)) {
      for (int filter = 0; filter < 100; filter++) {
        check(events.values(), rows, segments);
      }
    }
    assertThat(longerTested).isGreaterThan(5);
    assertThat(longLists).isGreaterThan(5);
  }

  @Test
  void whatNoValueCanBeIsLookedForInNoRow() throws IOException {
    SeededRandom random = new SeededRandom(5);
    RandomEvents events = new RandomEvents(random);
    List<Row> rows = events.rows(3000);
    Set<Integer> held = new HashSet<>();
    rows.forEach(
        row -> {
          List<Value> latency = row.values().get("latency");
          held.add(latency == null ? 0 : ((Value.IntValue) latency.getFirst()).value());
        });
    int absent = 1000;
    while (held.contains(absent)) {
      absent++;
    }
    try (IndexedSegments segments =
        IndexedSegments.of(
            random,
            events.schema,
            rows,
            Set.of("amount"),
            IndexDecisions.NONE,
            IndexDecisions.NONE,
            folder)) {
      SegmentReader sealed = Objects.requireNonNull(segments.byName().get("sealed"));
      assertLooksAtNoRow(
          new Comparison(
              ComparisonOperator.EQUAL,
              events.reference("latency"),
              RandomEvents.constant(new Value.IntValue(absent), DataType.INT)),
          sealed);
      assertLooksAtNoRow(
          new And(
              List.of(
                  new Comparison(
                      ComparisonOperator.GREATER,
                      events.reference("amount"),
                      RandomEvents.constant(new Value.DoubleValue(5), DataType.DOUBLE)),
                  new Comparison(
                      ComparisonOperator.LESS,
                      events.reference("amount"),
                      RandomEvents.constant(new Value.DoubleValue(-5), DataType.DOUBLE)))),
          sealed);
    }
  }

  private static void assertLooksAtNoRow(TypedExpression filter, SegmentReader segment) {
    SegmentFilter compiled =
        SegmentFilter.of(Optional.of(filter), new SegmentLeaves(segment), QueryBudget.unlimited());
    assertThat(compiled.docIds().next(new Block())).isFalse();
    assertThat(compiled.entriesScanned()).isZero();
  }

  private void checkTable(SeededRandom random) throws IOException {
    RandomEvents events = new RandomEvents(random);
    List<Row> rows = events.rows(random.oneOf(List.of(1, 40, 1023, 1025, 3000, 5000)));
    Set<String> raw = events.someColumns(0.4);
    raw.removeIf(name -> !events.schema.column(name).orElseThrow().singleValue());
    IndexDecisions reloadedWith = events.someIndexes().fitting(events.schema.columns(), raw);
    try (IndexedSegments segments =
        IndexedSegments.of(
            random,
            events.schema,
            rows,
            raw,
            events.someIndexes().fitting(events.schema.columns(), raw),
            reloadedWith,
            folder)) {
      for (int filter = 0; filter < FILTERS; filter++) {
        check(events.condition(3), rows, segments);
      }
    }
  }

  private void check(TypedExpression filter, List<Row> rows, IndexedSegments segments) {
    List<Integer> expected = new ArrayList<>();
    for (int docId = 0; docId < rows.size(); docId++) {
      Cell cell = oracle.evaluate(filter, rows.get(docId));
      if (cell instanceof Cell.Single(Value.IntValue(int flag)) && flag != 0) {
        expected.add(docId);
      }
    }
    segments
        .byName()
        .forEach(
            (name, segment) -> {
              try {
                assertThat(docIds(filter, segment)).isEqualTo(expected);
              } catch (AssertionError | QueryException e) {
                throw new AssertionError("%s: %s".formatted(name, filter), e);
              }
            });
  }

  private List<Integer> docIds(TypedExpression filter, SegmentReader segment) {
    compared++;
    if (!SegmentPruner.canMatch(Optional.of(filter), new SegmentBounds(segment))) {
      pruned++;
      return List.of();
    }
    SegmentFilter compiled =
        SegmentFilter.of(Optional.of(filter), new SegmentLeaves(segment), QueryBudget.unlimited());
    List<Integer> docIds = docIds(compiled.docIds());
    long entriesScanned = compiled.entriesScanned();
    assertThat(docIds(compiled.docIdsBackwards()).stream().sorted().toList()).isEqualTo(docIds);
    if (compiled.docCount().isPresent()) {
      counted++;
      assertThat(compiled.docCount().getAsLong()).isEqualTo(docIds.size());
    }
    if (compiled.matchesAll()) {
      assertThat(docIds).hasSize(segment.docCount());
    }
    noteHow(filter, segment, entriesScanned);
    String how = compiled.explain().toString();
    longerTested += how.contains("another condition") ? 1 : 0;
    longLists += how.contains("FILTER_INVERTED_INDEX") && compiled.isScan() ? 1 : 0;
    return docIds;
  }

  private static List<Integer> docIds(DocIdSource source) {
    List<Integer> docIds = new ArrayList<>();
    Block block = new Block();
    while (source.next(block)) {
      for (int row = 0; row < block.count(); row++) {
        docIds.add(block.docId(row));
      }
    }
    return docIds;
  }

  /** For the floors: that what is tested here happens. */
  private void noteHow(TypedExpression filter, SegmentReader segment, long entriesScanned) {
    if (new PredicateCompiler(new SegmentLeaves(segment), QueryBudget.unlimited()).indexed(filter)
        instanceof IndexUse.Listed) {
      listed++;
    } else if (filter instanceof Comparison && entriesScanned < segment.docCount()) {
      zonesSkipped++;
    }
  }

  /** Rows of events, and filters over them. */
  private static final class RandomEvents {

    private final SeededRandom random;
    private final TableSchema schema;
    private List<Row> rows = List.of();

    RandomEvents(SeededRandom random) {
      this.random = random;
      List<ColumnSpec> columns = new ArrayList<>();
      columns.add(ColumnSpec.dimension("ts", DataType.LONG));
      columns.add(ColumnSpec.dimension("day", DataType.INT));
      columns.add(ColumnSpec.dimension("latency", DataType.INT));
      columns.add(ColumnSpec.dimension("country", DataType.STRING));
      columns.add(ColumnSpec.dimension("user", DataType.STRING));
      columns.add(ColumnSpec.dimension("amount", DataType.DOUBLE));
      columns.add(ColumnSpec.dimension("rate", DataType.FLOAT));
      columns.add(ColumnSpec.dimension("price", DataType.BIG_DECIMAL));
      columns.add(ColumnSpec.dimension("hash", DataType.BYTES));
      columns.add(ColumnSpec.dimension("constant", DataType.LONG));
      columns.add(ColumnSpec.dimension("tags", DataType.STRING).asMultiValue());
      columns.add(ColumnSpec.dimension("codes", DataType.INT).asMultiValue());
      columns.replaceAll(spec -> spec.withNullable(random.chance(0.4)));
      schema = new TableSchema("t", 1, columns);
    }

    List<Row> rows(int count) {
      double missing = random.chance(0.5) ? 0 : 0.1;
      List<Row> made = new ArrayList<>();
      long offset = 100;
      for (int row = 0; row < count; row++) {
        Map<String, List<Value>> values = new HashMap<>();
        for (ColumnSpec spec : schema.columns()) {
          if (random.chance(missing)) {
            continue;
          }
          List<Value> all = new ArrayList<>();
          for (int left = spec.singleValue() ? 1 : random.between(1, 3); left > 0; left--) {
            all.add(value(spec.name(), row));
          }
          values.put(spec.name(), all);
        }
        made.add(new Row(0, offset, values));
        offset += random.between(1, 2);
      }
      rows = made;
      return made;
    }

    private Value value(String column, int row) {
      return switch (column) {
        case "ts" -> new Value.LongValue(1_700_000_000_000L + row * 40L + random.between(0, 500));
        case "day" -> new Value.IntValue(19_000 + row / 300);
        case "latency" -> new Value.IntValue(random.between(0, 2000));
        case "country" ->
            new Value.StringValue("c" + (int) (60 * Math.pow(random.nextDouble(), 4)));
        case "user" -> new Value.StringValue("user-" + random.between(0, 4000));
        case "amount" ->
            new Value.DoubleValue(
                random.chance(0.1) ? random.anyDouble() : random.between(-500, 500) / 4.0);
        case "rate" ->
            new Value.FloatValue(
                random.chance(0.1) ? random.anyFloat() : random.between(-50, 50) / 4.0f);
        case "price" ->
            new Value.BigDecimalValue(BigDecimal.valueOf(random.between(-300, 300) * 10L, 2));
        case "hash" -> new Value.BytesValue(random.anyBytes(3));
        case "constant" -> new Value.LongValue(7);
        case "tags" -> new Value.StringValue("t" + (int) (300 * Math.pow(random.nextDouble(), 3)));
        case "codes" -> new Value.IntValue(random.between(-40, 40));
        default -> throw new IllegalArgumentException(column);
      };
    }

    Set<String> someColumns(double share) {
      Set<String> some = new HashSet<>();
      schema.columns().stream()
          .filter(_ -> random.chance(share))
          .forEach(spec -> some.add(spec.name()));
      return some;
    }

    IndexDecisions someIndexes() {
      double share = random.oneOf(List.of(0.0, 0.5, 1.0));
      Map<String, Double> bloom = new HashMap<>();
      for (String column : someColumns(random.oneOf(List.of(0.0, 0.5, 1.0)))) {
        bloom.put(column, random.oneOf(List.of(0.3, 0.01)));
      }
      return new IndexDecisions(someColumns(share), someColumns(0.5), bloom);
    }

    TypedExpression condition(int depth) {
      if (depth > 0 && random.chance(0.45)) {
        return switch (random.between(0, 2)) {
          case 0 -> new And(conditions(depth - 1));
          case 1 -> new Or(conditions(depth - 1));
          default -> new Not(condition(depth - 1));
        };
      }
      if (random.chance(0.05)) {
        Row row = random.oneOf(rows);
        return new Comparison(
            operator(),
            new VirtualColumn(VirtualColumnKind.OFFSET),
            constant(new Value.LongValue(row.offset()), DataType.LONG));
      }
      return leaf(random.oneOf(schema.columns()));
    }

    /** Two or three columns at once, each with a value or in a range. */
    TypedExpression values() {
      List<TypedExpression> all = new ArrayList<>();
      for (String name : List.of("country", "tags", "codes", "user", "latency", "ts", "day")) {
        if (random.chance(0.4)) {
          ColumnSpec spec = schema.column(name).orElseThrow();
          boolean isRange = spec.singleValue() && random.chance(0.4);
          all.add(
              isRange
                  ? between(reference(name), spec)
                  : new Comparison(
                      ComparisonOperator.EQUAL,
                      reference(name),
                      constant(literal(spec), spec.type())));
        }
      }
      return all.size() < 2 ? condition(1) : new And(all);
    }

    ColumnReference reference(String column) {
      ColumnSpec spec = schema.column(column).orElseThrow();
      return new ColumnReference(
          spec.name(),
          new ResultType(spec.type(), !spec.singleValue()),
          spec.nullable(),
          spec.defaultValue());
    }

    private TypedExpression leaf(ColumnSpec spec) {
      ColumnReference column = reference(spec.name());
      boolean isText = spec.type() == DataType.STRING;
      return switch (random.between(0, isText ? 7 : 6)) {
        case 0 -> new IsNull(column, random.chance(0.5));
        case 1 -> {
          Set<Value> values = new HashSet<>();
          for (int left = random.between(1, 6); left > 0; left--) {
            values.add(literal(spec));
          }
          yield new InSet(column, List.copyOf(values), random.chance(0.1), random.chance(0.4));
        }
        case 2 -> between(column, spec);
        case 3 ->
            spec.type() == DataType.INT && spec.singleValue()
                ? new Comparison(
                    operator(),
                    new Convert(column, DataType.LONG),
                    constant(new Value.LongValue(random.between(-1, 19_010)), DataType.LONG))
                : comparison(column, spec);
        case 4, 5 -> comparison(column, spec);
        case 6 -> spec.singleValue() ? anyExpression(column, spec) : comparison(column, spec);
        default ->
            new Like(
                column,
                random.oneOf(
                    List.of(
                        "c1%", "%7", "t_", "user-1%", "user-_2%", "c%1", "c3", "%", "", "nobody")),
                Optional.empty(),
                random.chance(0.2),
                random.chance(0.4));
      };
    }

    /** A condition of no form that predicates know; NULL for some values. */
    private TypedExpression anyExpression(ColumnReference column, ColumnSpec spec) {
      List<Branch> branches =
          List.of(
              new Branch(comparison(column, spec), integer(random.between(0, 2))),
              new Branch(comparison(column, spec), integer(random.between(0, 2))));
      Optional<TypedExpression> otherwise =
          random.chance(0.5) ? Optional.empty() : Optional.of(integer(random.between(0, 2)));
      return new Comparison(
          operator(), new Case(branches, otherwise, ResultType.of(DataType.INT)), integer(1));
    }

    private static Constant integer(int value) {
      return constant(new Value.IntValue(value), DataType.INT);
    }

    private TypedExpression between(ColumnReference column, ColumnSpec spec) {
      Constant low = constant(literal(spec), spec.type());
      Constant high = constant(literal(spec), spec.type());
      if (!spec.singleValue()) {
        return new AnyBetween(column, low, high, random.chance(0.4));
      }
      TypedExpression range =
          new And(
              List.of(
                  new Comparison(ComparisonOperator.GREATER_OR_EQUAL, column, low),
                  new Comparison(ComparisonOperator.LESS_OR_EQUAL, column, high)));
      return random.chance(0.3) ? new Not(range) : range;
    }

    private TypedExpression comparison(ColumnReference column, ColumnSpec spec) {
      return new Comparison(operator(), column, constant(literal(spec), spec.type()));
    }

    private ComparisonOperator operator() {
      return random.oneOf(List.of(ComparisonOperator.values()));
    }

    private static Constant constant(Value value, DataType type) {
      return new Constant(Optional.of(value), ResultType.of(type));
    }

    private Value literal(ColumnSpec spec) {
      Row row = random.oneOf(rows);
      List<Value> held = row.values().get(spec.name());
      return held != null && random.chance(0.7)
          ? random.oneOf(held)
          : value(spec.name(), random.between(-500, rows.size() + 500));
    }

    private List<TypedExpression> conditions(int depth) {
      List<TypedExpression> all = new ArrayList<>();
      do {
        all.add(condition(depth));
      } while (all.size() < 2 || random.chance(0.4));
      return all;
    }
  }
}
