package io.gamay.query.execute;

import io.gamay.query.evaluate.DictionaryValues;
import io.gamay.query.evaluate.SegmentLeaves;
import io.gamay.query.filter.SegmentFilter;
import io.gamay.query.merge.AggregateStates;
import io.gamay.query.merge.CountStates;
import io.gamay.query.merge.DistinctStates;
import io.gamay.query.merge.ExtremeStates;
import io.gamay.query.merge.PartialResult.Groups;
import io.gamay.query.merge.SketchStates;
import io.gamay.query.merge.ValueStates;
import io.gamay.query.plan.AggregateCall;
import io.gamay.query.plan.AggregateFunction;
import io.gamay.query.plan.ServerWork;
import io.gamay.query.plan.TypedExpression;
import io.gamay.query.plan.TypedExpression.ColumnReference;
import io.gamay.query.structure.SharedValues;
import io.gamay.query.vector.Vector;
import io.gamay.segment.read.ColumnReader;
import io.gamay.segment.read.ColumnStatistics;
import io.gamay.segment.read.DictionaryReader;
import io.gamay.segment.read.DocIdBlock;
import io.gamay.segment.read.InvertedIndexReader;
import io.gamay.segment.read.SegmentReader;
import io.gamay.segment.schema.ColumnSpec;
import io.gamay.segment.schema.Value;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/**
 * Aggregations over all rows of a segment that its counts and bounds answer. Bounds of a mutable
 * segment may be wider than the view's values, but not where it has zones, which are of the view's
 * rows; its dictionaries may have more values than its rows.
 */
final class MetadataAnswer {

  /** More groups than this are left to the aggregation, which accounts for their memory. */
  private static final int MAX_GROUPS = 1_000;

  private MetadataAnswer() {}

  /**
   * An aggregation that needs no rows.
   *
   * @param source what is asked instead, for people
   * @param states gives the state; to be asked once
   */
  record Known(String source, Supplier<AggregateStates> states) {}

  /** An aggregation without a filter of its own, over the rows that pass one. */
  static Optional<Known> of(AggregateCall call, SegmentFilter filter, SegmentLeaves leaves) {
    if (isRowCount(call) && filter.docCount().isPresent()) {
      String source = filter.matchesAll() ? "the segment's rows" : "counts of an inverted index";
      return Optional.of(new Known(source, () -> count(filter.docCount().getAsLong())));
    }
    if (!filter.matchesAll()
        || call.arguments().size() != 1
        || !(call.firstArgument() instanceof ColumnReference column)) {
      return Optional.empty();
    }
    boolean isExtreme =
        call.function() == AggregateFunction.MIN || call.function() == AggregateFunction.MAX;
    return isExtreme ? extreme(call, column, leaves.segment()) : distinct(call, column, leaves);
  }

  /** Of the values of all rows, which a sealed dictionary has once each. */
  private static Optional<Known> distinct(
      AggregateCall call, ColumnReference column, SegmentLeaves leaves) {
    if (!call.function().ignoresDuplicates()
        || leaves.segment().isMutable()
        || !(AggregateStates.of(call) instanceof ValueStates states)) {
      return Optional.empty();
    }
    Optional<ColumnReader> reader =
        leaves.reader(column).filter(r -> !column.isNullable() || r.statistics().nullCount() == 0);
    Optional<DictionaryReader> dictionary = reader.flatMap(ColumnReader::dictionary);
    if (dictionary.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        new Known(
            "the dictionary's values",
            () -> {
              states.ensureGroups(1);
              addAll(states, column, dictionary.get(), leaves);
              states.settle();
              return states;
            }));
  }

  private static void addAll(
      ValueStates states,
      ColumnReference column,
      DictionaryReader dictionary,
      SegmentLeaves leaves) {
    int cardinality = dictionary.cardinality();
    Optional<SharedValues> shared = leaves.shared(column.column(), dictionary);
    if (states instanceof DistinctStates sets && shared.isPresent()) {
      int[] numbers = shared.get().numbersOf(dictionary);
      sets.addNumbers(0, shared.get(), Arrays.copyOf(numbers, cardinality));
      return;
    }
    if (states instanceof SketchStates<?> sketches) {
      SketchedBy kind = new SketchedBy(sketches.kindName(), sketches.parameters());
      sketches.setBytes(
          0,
          leaves
              .structures()
              .sketch(dictionary, kind, () -> sketch(sketches, cardinality, dictionary)));
      return;
    }
    addAll(states, cardinality, dictionary);
  }

  private record SketchedBy(String kindName, List<Integer> parameters) {}

  private static byte[] sketch(SketchStates<?> like, int cardinality, DictionaryReader dictionary) {
    SketchStates<?> states = SketchStates.of(like.kindName(), like.parameters());
    states.ensureGroups(1);
    addAll(states, cardinality, dictionary);
    states.settle();
    return states.bytes(0);
  }

  private static void addAll(ValueStates states, int cardinality, DictionaryReader dictionary) {
    for (int first = 0; first < cardinality; first += DocIdBlock.MAX_DOCS) {
      int count = Math.min(DocIdBlock.MAX_DOCS, cardinality - first);
      int from = first;
      int[] dictIds = IntStream.range(from, from + count).toArray();
      Vector values = DictionaryValues.read(dictionary, dictIds, count);
      for (int value = 0; value < count; value++) {
        states.add(0, values, value);
      }
    }
  }

  /** Counts of all rows by the values of one column, of which an inverted index has the counts. */
  static Optional<Supplier<Groups>> ofGroups(ServerWork.GroupBy work, SegmentLeaves leaves) {
    if (leaves.segment().isMutable()
        || work.keys().size() != 1
        || !(work.keys().getFirst() instanceof ColumnReference column)
        || column.type().isArray()
        || !work.aggregates().stream().allMatch(MetadataAnswer::isRowCount)) {
      return Optional.empty();
    }
    return leaves
        .reader(column)
        .filter(reader -> !column.isNullable() || reader.statistics().nullCount() == 0)
        .filter(reader -> reader.inverted().isPresent())
        .filter(reader -> isFew(reader.dictionary().orElseThrow().cardinality(), work))
        .map(reader -> () -> groups(reader, work.aggregates().size()));
  }

  private static boolean isFew(int groups, ServerWork.GroupBy work) {
    return groups <= Math.min(work.groupLimit(), MAX_GROUPS);
  }

  private static Groups groups(ColumnReader reader, int aggregateCount) {
    DictionaryReader dictionary = reader.dictionary().orElseThrow();
    InvertedIndexReader index = reader.inverted().orElseThrow();
    int groupCount = dictionary.cardinality();
    List<AggregateStates> states = new ArrayList<>();
    for (int aggregate = 0; aggregate < aggregateCount; aggregate++) {
      states.add(docCounts(index, groupCount));
    }
    int[] dictIds = IntStream.range(0, groupCount).toArray();
    return new Groups(
        groupCount, List.of(DictionaryValues.read(dictionary, dictIds, groupCount)), states);
  }

  private static AggregateStates docCounts(InvertedIndexReader index, int cardinality) {
    CountStates states = new CountStates();
    states.ensureGroups(cardinality);
    for (int dictId = 0; dictId < cardinality; dictId++) {
      states.counts()[dictId] = index.docCount(dictId);
    }
    return states;
  }

  private static boolean isRowCount(AggregateCall call) {
    return call.function() == AggregateFunction.COUNT
        && call.filter().isEmpty()
        && countsRows(call);
  }

  private static boolean countsRows(AggregateCall call) {
    Optional<TypedExpression> argument = call.argument();
    return argument.isEmpty()
        || (argument.get() instanceof ColumnReference column
            && !column.isNullable()
            && !column.type().isArray());
  }

  private static AggregateStates count(long docCount) {
    CountStates states = new CountStates();
    states.ensureGroups(1);
    states.counts()[0] = docCount;
    return states;
  }

  private static Optional<Known> extreme(
      AggregateCall call, ColumnReference column, SegmentReader segment) {
    Optional<ColumnSpec> spec = segment.schema().column(column.column());
    if (spec.isEmpty()
        || spec.get().storedType() != column.type().element().storedType()
        || (segment.isMutable() && segment.column(column.column()).zoneMap().isEmpty())) {
      return Optional.empty();
    }
    ColumnStatistics statistics = segment.column(column.column()).statistics();
    boolean defaultsAreNull = column.isNullable() && statistics.nullCount() > 0;
    boolean isMax = call.function() == AggregateFunction.MAX;
    Optional<Value> bound = isMax ? statistics.max() : statistics.min();
    if (defaultsAreNull || bound.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(new Known("the column's bounds", () -> extreme(bound.get(), isMax)));
  }

  private static AggregateStates extreme(Value bound, boolean isMax) {
    Vector value = Vector.of(bound.storedType());
    value.append(bound);
    ExtremeStates states = new ExtremeStates(value.type(), isMax);
    states.ensureGroups(1);
    states.add(0, value, 0);
    return states;
  }
}
