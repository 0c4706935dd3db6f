package io.gamay.query.execute;

import io.gamay.query.aggregate.SegmentAggregation;
import io.gamay.query.explain.Clause;
import io.gamay.query.explain.Measure;
import io.gamay.query.explain.Operator;
import io.gamay.query.explain.SegmentExplanation;
import io.gamay.query.explain.SegmentExplanation.Extent;
import io.gamay.query.filter.SegmentFilter;
import io.gamay.segment.read.SegmentReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;

/**
 * Takes down how one segment is run, for EXPLAIN. With a clock the segment is run and measured;
 * without one, what would be done is chosen and not done. One thread.
 */
final class SegmentRecorder {

  private final Optional<LongSupplier> nanoTime;
  private final long startedNanos;
  private final List<Operator> operators = new ArrayList<>();
  private List<Clause> known = List.of();
  private Optional<SegmentExplanation> pruned = Optional.empty();
  private Optional<Extent> extent = Optional.empty();

  /**
   * Of what the operators took that were taken down, those that they take rows from and the telling
   * included.
   */
  private long toldNanos;

  SegmentRecorder(Optional<LongSupplier> nanoTime) {
    this.nanoTime = nanoTime;
    this.startedNanos = now();
  }

  boolean runs() {
    return nanoTime.isPresent();
  }

  Optional<LongSupplier> nanoTime() {
    return nanoTime;
  }

  /** 0 where nothing is measured. */
  long now() {
    return nanoTime.map(LongSupplier::getAsLong).orElse(0L);
  }

  void prune(SegmentExplanation explanation) {
    pruned = Optional.of(explanation);
  }

  /**
   * Takes down what metadata answers, above the filter that it is about.
   *
   * @param rows that pass it
   */
  void known(
      String name, String source, SegmentFilter filter, long rows, long groups, long startedAt) {
    note(filter);
    long elapsed = now() - startedAt;
    add(
        new Operator(
            name,
            List.of(Clause.of("no row is read: " + source)),
            runs()
                ? Measure.ofRows(rows, groups).withNanos(elapsed - filter.nanos())
                : Measure.NONE,
            List.of(filter.explainCounted())),
        startedAt);
  }

  /**
   * Takes down an operator that reads rows.
   *
   * @param project what is read of them
   * @param rowsIn that passed the filter; of no meaning where nothing is run, as the other numbers
   */
  void ran(
      String name,
      List<Clause> how,
      String project,
      SegmentFilter filter,
      long rowsIn,
      long rowsOut,
      long bytes,
      long startedAt) {
    note(filter);
    long elapsed = now() - startedAt;
    Operator docIds = filter.explain();
    Operator below =
        project.isEmpty()
            ? docIds
            : new Operator(
                "PROJECT(" + project + ")",
                List.of(),
                runs() ? Measure.ofRows(rowsIn, rowsIn) : Measure.NONE,
                List.of(docIds));
    Measure measure =
        runs()
            ? Measure.ofRows(rowsIn, rowsOut).withNanos(elapsed - filter.nanos()).withBytes(bytes)
            : Measure.NONE;
    List<Clause> clauses = new ArrayList<>(how);
    clauses.addAll(known);
    known = List.of();
    add(new Operator(name, clauses, measure, List.of(below)), startedAt);
  }

  /** As the other, of an aggregation. */
  void ran(
      String name,
      SegmentAggregation aggregation,
      String project,
      SegmentFilter filter,
      long rowsIn,
      long rowsOut,
      long startedAt) {
    ran(
        name,
        aggregation.how(),
        project,
        filter,
        rowsIn,
        rowsOut,
        aggregation.heldBytes(),
        startedAt);
  }

  /** Calls of the next operator that metadata answered. */
  void partlyKnown(Set<String> sources) {
    known = List.of(Clause.of("some calls without rows: " + String.join(", ", sources)));
  }

  private void note(SegmentFilter filter) {
    extent = extent.or(() -> Optional.of(filter.extent()));
  }

  private void add(Operator operator, long startedAt) {
    operators.add(operator);
    toldNanos += now() - startedAt;
  }

  /**
   * What was taken down.
   *
   * @param rowsOut rows or groups that the segment gave
   */
  SegmentExplanation explanation(SegmentReader segment, long rowsOut) {
    if (pruned.isPresent()) {
      return pruned.get();
    }
    int docs = segment.docCount();
    Measure measure =
        runs()
            ? Measure.ofRows(docs, rowsOut).withNanos(now() - startedNanos - toldNanos)
            : Measure.NONE;
    return SegmentExplanation.run(
        segment.isMutable(), operators, measure, extent.orElse(Extent.SOME), docs);
  }
}
