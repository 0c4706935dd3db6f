package io.gamay.broker.route;

import static org.assertj.core.api.Assertions.assertThat;

import io.gamay.cluster.segment.PartitionFunction;
import io.gamay.cluster.segment.PartitionsSeen;
import io.gamay.cluster.segment.StoredCopy;
import io.gamay.query.plan.ResultType;
import io.gamay.query.plan.TypedExpression;
import io.gamay.query.plan.TypedExpression.And;
import io.gamay.query.plan.TypedExpression.ColumnReference;
import io.gamay.query.plan.TypedExpression.Comparison;
import io.gamay.query.plan.TypedExpression.Constant;
import io.gamay.query.plan.TypedExpression.InSet;
import io.gamay.query.plan.TypedExpression.Not;
import io.gamay.query.plan.TypedExpression.Or;
import io.gamay.query.prune.PruneReason;
import io.gamay.query.prune.SegmentPruner;
import io.gamay.query.sql.Expression.ComparisonOperator;
import io.gamay.segment.ledger.LedgerCounts;
import io.gamay.segment.schema.ColumnSpec;
import io.gamay.segment.schema.DataType;
import io.gamay.segment.schema.TableSchema;
import io.gamay.segment.schema.Value;
import io.gamay.testkit.random.SeededRandom;
import io.gamay.testkit.random.Seeds;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongPredicate;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class PartitionPruningPropertyTest {

  private static final TableSchema SCHEMA =
      new TableSchema("t", 1, List.of(ColumnSpec.dimension("x", DataType.LONG)));
  private static final TypedExpression X =
      new ColumnReference("x", ResultType.of(DataType.LONG), false, new Value.LongValue(0));

  /** A filter, and what it is for a value of the column. */
  private record Filter(TypedExpression expression, LongPredicate meaning) {}

  @Test
  void noSegmentWithAMatchingRowIsLeftOutWhateverItsRowsAreAndWhateverTheFunction() {
    AtomicInteger byPartition = new AtomicInteger();
    var _ = Seeds.forEach(3_000, random -> check(random, byPartition));
    if (!Seeds.isReplay()) {
      assertThat(byPartition.get()).as("segments left out by their partitions").isPositive();
    }
  }

  @Test
  void explanationNamesThePartition() {
    StoredCopy copy = copy(new long[] {0, 4, 8, 12}, PartitionFunction.of("Modulo", 4));
    PruneReason reason =
        SegmentPruner.whyNot(
                equal(5).expression(), new StoredBounds(copy, new PartitionIds()), SCHEMA)
            .orElseThrow();
    assertThat(reason.kind()).isEqualTo(PruneReason.Kind.PARTITION);
    assertThat(reason.bounds()).isEmpty();
    assertThat(
            SegmentPruner.whyNot(
                equal(8).expression(), new StoredBounds(copy, new PartitionIds()), SCHEMA))
        .isEmpty();
    assertThat(
            SegmentPruner.whyNot(
                    equal(13).expression(), new StoredBounds(copy, new PartitionIds()), SCHEMA)
                .orElseThrow()
                .kind())
        .isEqualTo(PruneReason.Kind.BOUNDS);
  }

  private static void check(SeededRandom random, AtomicInteger byPartition) {
    int count = random.between(1, 12);
    int partition = random.between(0, count - 1);
    boolean follows = random.chance(0.7);
    long[] rows =
        LongStream.generate(
                () ->
                    follows
                        ? partition + (long) count * random.between(0, 5)
                        : random.between(-20, 60))
            .limit(random.between(1, 8))
            .toArray();
    PartitionFunction function =
        follows && random.chance(0.5)
            ? PartitionFunction.of("Modulo", count)
            : PartitionFunction.of(random.oneOf(PartitionFunction.NAMES), count);
    StoredBounds bounds = new StoredBounds(copy(rows, function), new PartitionIds());
    Filter filter = filter(random, 3);
    boolean canMatch = SegmentPruner.canMatch(Optional.of(filter.expression()), bounds);
    boolean matches = LongStream.of(rows).anyMatch(filter.meaning());
    assertThat(canMatch || !matches)
        .as("%s over %s of %s", filter.expression(), LongStream.of(rows).boxed().toList(), function)
        .isTrue();
    if (!canMatch
        && SegmentPruner.canMatch(
            Optional.of(filter.expression()),
            new StoredBounds(
                copy(rows, new PartitionFunction("unknown", 1, 0, false)), new PartitionIds()))) {
      byPartition.incrementAndGet();
    }
  }

  private static StoredCopy copy(long[] rows, PartitionFunction function) {
    Value min = new Value.LongValue(LongStream.of(rows).min().orElseThrow());
    Value max = new Value.LongValue(LongStream.of(rows).max().orElseThrow());
    return new StoredCopy(
        "key",
        1,
        1,
        rows.length,
        new LedgerCounts(rows.length, 0, 0, 0, 0),
        List.of(),
        Map.of("x", new StoredCopy.Bounds(min, max)),
        Map.of(),
        Map.of(
            "x",
            new PartitionsSeen(
                function,
                LongStream.of(rows)
                    .mapToObj(row -> function.partitionOf(new Value.LongValue(row)))
                    .flatMapToInt(id -> id.stream())
                    .boxed()
                    .collect(Collectors.toSet()))));
  }

  private static Filter filter(SeededRandom random, int depth) {
    return switch (random.between(0, depth > 0 ? 5 : 2)) {
      case 0 -> equal(random.between(-25, 65));
      case 1 -> {
        long value = random.between(-25, 65);
        yield new Filter(
            new Comparison(ComparisonOperator.NOT_EQUAL, X, constant(value)), x -> x != value);
      }
      case 2 -> in(random);
      case 3 -> {
        Filter left = filter(random, depth - 1);
        Filter right = filter(random, depth - 1);
        yield new Filter(
            new And(List.of(left.expression(), right.expression())),
            left.meaning().and(right.meaning()));
      }
      case 4 -> {
        Filter left = filter(random, depth - 1);
        Filter right = filter(random, depth - 1);
        yield new Filter(
            new Or(List.of(left.expression(), right.expression())),
            left.meaning().or(right.meaning()));
      }
      default -> {
        Filter operand = filter(random, depth - 1);
        yield new Filter(new Not(operand.expression()), operand.meaning().negate());
      }
    };
  }

  private static Filter equal(long value) {
    return new Filter(
        new Comparison(ComparisonOperator.EQUAL, X, constant(value)), x -> x == value);
  }

  private static Filter in(SeededRandom random) {
    List<Long> values =
        LongStream.generate(() -> random.between(-25, 65))
            .limit(random.between(1, 4))
            .distinct()
            .boxed()
            .toList();
    boolean negated = random.chance(0.3);
    List<Value> constants = values.stream().<Value>map(Value.LongValue::new).toList();
    return new Filter(new InSet(X, constants, false, negated), x -> values.contains(x) != negated);
  }

  private static Constant constant(long value) {
    return new Constant(Optional.of(new Value.LongValue(value)), ResultType.of(DataType.LONG));
  }
}
