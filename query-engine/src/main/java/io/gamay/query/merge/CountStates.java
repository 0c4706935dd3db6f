package io.gamay.query.merge;

import io.gamay.query.plan.AggregateCall;
import io.gamay.query.vector.Vector;
import io.gamay.segment.schema.StoredType;
import java.util.Arrays;

/** Counts. */
public final class CountStates implements AggregateStates {

  private long[] counts = new long[1];
  private int groupCount;

  @Override
  public int groupCount() {
    return groupCount;
  }

  /** Counts of groups [0, groupCount); until the next {@link #ensureGroups}. */
  public long[] counts() {
    return counts;
  }

  @Override
  public void ensureGroups(int groups) {
    if (groups > counts.length) {
      counts = Arrays.copyOf(counts, GroupCapacity.grown(counts.length, groups));
    }
    groupCount = Math.max(groupCount, groups);
  }

  @Override
  public void absorb(AggregateStates other, int[] groupOf) {
    CountStates that = (CountStates) other;
    for (int group = 0; group < that.groupCount; group++) {
      if (groupOf[group] < 0) {
        continue;
      }
      counts[groupOf[group]] += that.counts[group];
    }
  }

  @Override
  public boolean isEmpty(int group) {
    return counts[group] == 0;
  }

  @Override
  public void appendValue(AggregateCall call, int group, Vector target) {
    AggregateStates.appendNumber(call, counts[group], target);
  }

  @Override
  public Vector finish(AggregateCall call) {
    if (call.type().element().storedType() != StoredType.LONG) {
      return AggregateStates.super.finish(call);
    }
    Vector values = Vector.of(StoredType.LONG);
    values.resize(groupCount);
    System.arraycopy(counts, 0, values.longs(), 0, groupCount);
    return values;
  }

  @Override
  public long sizeBytes() {
    return 32 + 8L * counts.length;
  }
}
