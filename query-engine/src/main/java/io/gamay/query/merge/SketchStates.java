package io.gamay.query.merge;

import io.gamay.query.plan.AggregateCall;
import io.gamay.query.vector.Vector;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Sketches of one kind; a group has one from its first value on.
 *
 * @param <S> the sketch
 */
public final class SketchStates<S> implements ValueCountStates {

  private static final int SLOT_BYTES = 8;

  private final SketchKind<S> kind;
  private final ByteScratch scratch = new ByteScratch();
  private @Nullable Object[] sketches = new Object[1];
  private int groupCount;

  /** What the sketches held when they were last measured, and what new ones hold. */
  private long measuredBytes;

  /** Since they were measured. */
  private long changes;

  SketchStates(SketchKind<S> kind) {
    this.kind = kind;
  }

  /**
   * Empty states of a kind by its name and parameters.
   *
   * @throws IllegalArgumentException if there is no such kind
   */
  public static SketchStates<?> of(String kindName, List<Integer> parameters) {
    return new SketchStates<>(SketchKinds.of(kindName, parameters));
  }

  public String kindName() {
    return kind.name();
  }

  public List<Integer> parameters() {
    return kind.parameters();
  }

  @Override
  public int groupCount() {
    return groupCount;
  }

  @Override
  public boolean isSameKind(AggregateStates other) {
    return other instanceof SketchStates<?> that && kind.equals(that.kind);
  }

  @Override
  public void ensureGroups(int groups) {
    if (groups > sketches.length) {
      sketches = Arrays.copyOf(sketches, GroupCapacity.grown(sketches.length, groups));
    }
    groupCount = Math.max(groupCount, groups);
  }

  @Override
  public void add(int group, Vector values, int value, long count) {
    S sketch = sketch(group);
    if (sketch == null) {
      sketch = create(group);
    }
    kind.update(sketch, values, value, count, scratch);
    changes++;
  }

  private S create(int group) {
    S sketch = kind.create();
    sketches[group] = sketch;
    measuredBytes += kind.sizeBytes(sketch);
    return sketch;
  }

  @SuppressWarnings("unchecked") // only sketches of the kind are stored
  private @Nullable S sketch(int group) {
    return (S) sketches[group];
  }

  @Override
  @SuppressWarnings("unchecked") // of the same kind by contract
  public void absorb(AggregateStates other, int[] groupOf) {
    SketchStates<S> that = (SketchStates<S>) other;
    for (int group = 0; group < that.groupCount; group++) {
      if (groupOf[group] < 0) {
        continue;
      }
      S theirs = that.sketch(group);
      if (theirs != null) {
        S ours = sketch(groupOf[group]);
        sketches[groupOf[group]] = kind.merge(ours == null ? create(groupOf[group]) : ours, theirs);
        changes++;
      }
    }
  }

  @Override
  public void settle() {
    for (int group = 0; group < groupCount; group++) {
      S sketch = sketch(group);
      if (sketch != null) {
        kind.settle(sketch);
      }
    }
    measure();
  }

  @Override
  public boolean isEmpty(int group) {
    return sketches[group] == null;
  }

  @Override
  public void appendValue(AggregateCall call, int group, Vector target) {
    kind.append(call, sketch(group), target);
  }

  /** A group's sketch, an empty one if it has none. */
  S sketchOrEmpty(int group) {
    S sketch = sketch(group);
    return sketch == null ? kind.create() : sketch;
  }

  /** A group's sketch, nothing if it has none. */
  public byte[] bytes(int group) {
    S sketch = sketch(group);
    return sketch == null ? new byte[0] : kind.write(sketch);
  }

  /**
   * Gives a group the sketch that another wrote.
   *
   * @throws RuntimeException of many kinds if the bytes are no such sketch
   */
  public void setBytes(int group, byte[] bytes) {
    if (bytes.length > 0) {
      sketches[group] = kind.read(bytes);
      changes++;
    }
  }

  @Override
  public long sizeBytes() {
    if (changes > groupCount) {
      measure();
    }
    return 64 + (long) SLOT_BYTES * sketches.length + measuredBytes;
  }

  private void measure() {
    long bytes = 0;
    for (int group = 0; group < groupCount; group++) {
      S sketch = sketch(group);
      bytes += sketch == null ? 0 : kind.sizeBytes(sketch);
    }
    measuredBytes = bytes;
    changes = 0;
  }
}
