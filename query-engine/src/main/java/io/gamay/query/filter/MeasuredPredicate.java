package io.gamay.query.filter;

import io.gamay.query.evaluate.Block;
import io.gamay.query.explain.Clause;
import io.gamay.query.explain.Measure;
import io.gamay.query.explain.Operator;
import java.util.List;
import java.util.function.LongSupplier;

/** A predicate whose rows are counted and whose time is taken. One thread. */
final class MeasuredPredicate extends Predicate {

  private final Predicate predicate;
  private final LongSupplier nanoTime;
  private long rowsIn;
  private long rowsOut;
  private long nanos;

  MeasuredPredicate(Predicate predicate, LongSupplier nanoTime) {
    this.predicate = predicate;
    this.nanoTime = nanoTime;
  }

  @Override
  double passingShare() {
    return predicate.passingShare();
  }

  @Override
  boolean narrowsRuns() {
    return predicate.narrowsRuns();
  }

  @Override
  boolean matchesRuns() {
    return predicate.matchesRuns();
  }

  @Override
  void match(int first, int count, long[] mask) {
    long started = nanoTime.getAsLong();
    predicate.match(first, count, mask);
    nanos += nanoTime.getAsLong() - started;
    rowsIn += count;
    rowsOut += RowMask.cardinality(mask, count);
  }

  @Override
  protected void narrow(Block candidates, Block out) {
    int count = candidates.count();
    long started = nanoTime.getAsLong();
    predicate.select(candidates, out);
    nanos += nanoTime.getAsLong() - started;
    rowsIn += count;
    rowsOut += out.count();
  }

  @Override
  protected long entriesLookedAt(int rows) {
    return 0;
  }

  @Override
  long entriesScanned() {
    return predicate.entriesScanned();
  }

  @Override
  ZoneVerdict verdict(int zone) {
    return predicate.verdict(zone);
  }

  @Override
  Cost cost() {
    return predicate.cost();
  }

  @Override
  long nanos() {
    return nanos;
  }

  @Override
  boolean isEmpty() {
    return predicate.isEmpty();
  }

  @Override
  List<Predicate> operands() {
    return predicate.operands();
  }

  @Override
  String written() {
    return predicate.written();
  }

  @Override
  String way() {
    return predicate.way();
  }

  @Override
  List<Clause> how() {
    return predicate.how();
  }

  @Override
  Operator explain(int most) {
    Operator plain = predicate.explain(most);
    long ofOperands = operands().stream().mapToLong(Predicate::nanos).sum();
    return new Operator(
        plain.name(),
        plain.clauses(),
        Measure.ofRows(rowsIn, rowsOut).withNanos(nanos - ofOperands),
        plain.children());
  }
}
