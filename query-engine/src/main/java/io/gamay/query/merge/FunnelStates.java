package io.gamay.query.merge;

import io.gamay.query.plan.AggregateCall;
import io.gamay.query.vector.Vector;
import io.gamay.segment.schema.StoredType;
import io.gamay.segment.schema.Value;
import java.util.ArrayList;
import java.util.List;
import org.roaringbitmap.RoaringBitmap;

/**
 * Who took the steps of a funnel: per group and step a set of what tells visitors apart. Arguments:
 * that, then for each step the condition that a row must meet.
 */
public final class FunnelStates implements RowStates {

  private final int steps;

  /** Step s of group g is group g * steps + s here. */
  private final DistinctStates sets;

  private int groupCount;

  public FunnelStates(StoredType type, int steps) {
    this(steps, new DistinctStates(type));
  }

  /**
   * @param sets {@code steps} sets for each group
   */
  public FunnelStates(int steps, DistinctStates sets) {
    if (steps < 1 || sets.groupCount() % steps != 0) {
      throw new IllegalArgumentException(
          "%d sets for %d steps".formatted(sets.groupCount(), steps));
    }
    this.steps = steps;
    this.sets = sets;
    this.groupCount = sets.groupCount() / steps;
  }

  public int steps() {
    return steps;
  }

  public DistinctStates sets() {
    return sets;
  }

  @Override
  public int groupCount() {
    return groupCount;
  }

  @Override
  public boolean isSameKind(AggregateStates other) {
    return other instanceof FunnelStates that && steps == that.steps && sets.isSameKind(that.sets);
  }

  @Override
  public void ensureGroups(int groups) {
    groupCount = Math.max(groupCount, groups);
    sets.ensureGroups(Math.multiplyExact(groupCount, steps));
  }

  @Override
  public void add(int group, List<Vector> arguments, int row) {
    Vector visitor = arguments.getFirst();
    if (visitor.isNull(row)) {
      return;
    }
    for (int step = 0; step < steps; step++) {
      Vector met = arguments.get(step + 1);
      if (!met.isNull(row) && met.ints()[row] != 0) {
        sets.add(group * steps + step, visitor, row);
      }
    }
  }

  @Override
  public void absorb(AggregateStates other, int[] groupOf) {
    FunnelStates that = (FunnelStates) other;
    int[] setOf = new int[that.groupCount * steps];
    for (int set = 0; set < setOf.length; set++) {
      int group = groupOf[set / steps];
      setOf[set] = group < 0 ? -1 : group * steps + set % steps;
    }
    sets.absorb(that.sets, setOf);
  }

  @Override
  public boolean isEmpty(int group) {
    for (int step = 0; step < steps; step++) {
      if (!sets.isEmpty(group * steps + step)) {
        return false;
      }
    }
    return true;
  }

  /** How many took the first step, the first and the second, and so on. */
  @Override
  public void appendValue(AggregateCall call, int group, Vector target) {
    List<Value> counts = new ArrayList<>(steps);
    RoaringBitmap left = sets.set(group * steps).clone();
    for (int step = 0; step < steps; step++) {
      left.and(sets.set(group * steps + step));
      counts.add(new Value.LongValue(left.getLongCardinality()));
    }
    target.appendList(counts);
  }

  @Override
  public long sizeBytes() {
    return 32 + sets.sizeBytes();
  }
}
