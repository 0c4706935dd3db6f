package io.gamay.query.filter;

import io.gamay.query.evaluate.Block;
import io.gamay.query.explain.Amount;
import io.gamay.query.explain.Clause;
import io.gamay.query.explain.Measure;
import io.gamay.query.explain.Operator;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** Tells for which rows a condition is true (not false, not NULL). One thread. */
abstract class Predicate {

  /** Roughly what looking at a row costs, for the order of predicates. */
  enum Cost {
    DICT_IDS,
    VALUES,
    COMBINED,
    /** May fail the query: such predicates keep the order in which they were written. */
    EXPRESSION
  }

  /** Fewer rows of a run than one in so many are looked at one by one. */
  static final int SPARSE_SHARE = 32;

  private long entriesScanned;
  private List<Condition> conditions = List.of();
  private final long[] selected = new long[RowMask.WORDS];

  /** Makes {@code out} the rows of {@code candidates} for which this is true. */
  final void select(Block candidates, Block out) {
    if (matchesRuns() && isDense(candidates) && !(narrowsRuns() && candidates.isRun())) {
      int first = candidates.runFirst();
      int length = candidates.runLength();
      match(first, length, selected);
      if (candidates.isMask()) {
        RowMask.and(selected, candidates.mask(), length);
      }
      RowMask.select(selected, first, length, out);
      return;
    }
    entriesScanned += entriesLookedAt(candidates.count());
    narrow(candidates, out);
  }

  /** Whether testing a whole run is the shorter way. */
  private static boolean isDense(Block candidates) {
    return candidates.isRun()
        || (candidates.isMask() && candidates.count() > candidates.runLength() / SPARSE_SHARE);
  }

  /** As {@link #select}; the two blocks are different objects. */
  protected abstract void narrow(Block candidates, Block out);

  protected long entriesLookedAt(int rows) {
    return rows;
  }

  /** Whether {@link #match} works, and is the shorter way for a run of rows. */
  boolean matchesRuns() {
    return false;
  }

  /** Whether {@link #narrow} is the shorter way for a whole run all the same. */
  boolean narrowsRuns() {
    return false;
  }

  /**
   * Tests the rows of a run.
   *
   * @param count at most {@link io.gamay.segment.read.DocIdBlock#MAX_DOCS}
   * @param mask receives what {@link RowMask} describes
   */
  void match(int first, int count, long[] mask) {
    throw new UnsupportedOperationException("no masks");
  }

  /**
   * What is known for all rows of a zone without looking at them.
   *
   * @param zone of {@link io.gamay.segment.read.ZoneMapReader#ZONE_DOCS} rows
   */
  ZoneVerdict verdict(int zone) {
    return ZoneVerdict.SOME;
  }

  abstract Cost cost();

  /** Roughly the share of rows for which this is true, for the order of predicates; 1: unknown. */
  double passingShare() {
    return 1;
  }

  /** Says what was written that this tests; to be called before it is used. */
  final void tests(List<Condition> written) {
    conditions = List.copyOf(written);
  }

  final List<Condition> conditions() {
    return conditions;
  }

  /** Whether it is known, without looking at rows, that none passes. */
  boolean isEmpty() {
    return false;
  }

  /** Predicates that this is made of. */
  List<Predicate> operands() {
    return List.of();
  }

  /** Time taken so far, that of operands included; 0 where it is not measured. */
  long nanos() {
    return 0;
  }

  /** The name of how rows are tested. */
  abstract String way();

  /** How rows are tested, with the numbers that decided. */
  abstract List<Clause> how();

  /** What this tests; empty where its operands say it. */
  String written() {
    return conditions.stream().map(Condition::text).collect(Collectors.joining(" AND "));
  }

  /**
   * Tells how rows are tested.
   *
   * @param most of the operators below this one that are told
   */
  Operator explain(int most) {
    List<Clause> clauses = new ArrayList<>(how());
    conditions.stream()
        .map(Condition::refused)
        .flatMap(Optional::stream)
        .distinct()
        .forEach(refused -> clauses.add(refused.clause()));
    List<Operator> children = new ArrayList<>();
    List<Predicate> operands = operands();
    int told = Math.min(operands.size(), most);
    for (Predicate operand : operands.subList(0, told)) {
      children.add(operand.explain((most - told) / told));
    }
    if (told < operands.size()) {
      clauses.add(Clause.of("conditions not told: {}", Amount.each(operands.size() - told)));
    }
    String written = written();
    return new Operator(
        written.isEmpty() ? way() : way() + "(" + written + ")", clauses, Measure.NONE, children);
  }

  /** Values looked at so far, those of inner predicates included. */
  long entriesScanned() {
    return entriesScanned;
  }

  final void countEntries(int rows) {
    entriesScanned += rows;
  }
}
