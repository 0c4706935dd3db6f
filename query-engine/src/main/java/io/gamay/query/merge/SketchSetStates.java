package io.gamay.query.merge;

import io.gamay.query.plan.AggregateCall;
import io.gamay.query.plan.AggregateFunction;
import io.gamay.query.plan.SketchSets;
import io.gamay.query.vector.Vector;
import io.gamay.segment.schema.Value;
import java.util.List;
import org.apache.datasketches.theta.ThetaAnotB;
import org.apache.datasketches.theta.ThetaIntersection;
import org.apache.datasketches.theta.ThetaSetOperation;
import org.apache.datasketches.theta.ThetaSketch;
import org.apache.datasketches.theta.ThetaUnion;

/**
 * Theta sketches of which the answer is put together as sets: per group one of all values, and one
 * for each condition, of the rows that meet it. Arguments: the value or list, then the conditions.
 */
public final class SketchSetStates implements RowStates {

  private final int logEntries;

  /** Sketches of each group: one more than there are conditions. */
  private final int width;

  /** Sketch s of group g is group g * width + s here. */
  private final SketchStates<ThetaUnion> sketches;

  private int groupCount;

  SketchSetStates(int logEntries, int width) {
    this(logEntries, width, new SketchStates<>(new ThetaKind(logEntries)));
  }

  private SketchSetStates(int logEntries, int width, SketchStates<ThetaUnion> sketches) {
    this.logEntries = logEntries;
    this.width = width;
    this.sketches = sketches;
    this.groupCount = sketches.groupCount() / width;
  }

  static SketchSetStates of(AggregateCall call) {
    return new SketchSetStates(
        ((Value.IntValue) call.parameters().getFirst()).value(), call.arguments().size());
  }

  /**
   * As {@link #sketches()} of another.
   *
   * @throws IllegalArgumentException if these are no theta sketches, or not so many for each group
   */
  @SuppressWarnings("unchecked") // the kind says so
  public static SketchSetStates of(int width, SketchStates<?> sketches) {
    boolean fits = width >= 1 && sketches.groupCount() % Math.max(width, 1) == 0;
    if (!fits || !sketches.kindName().equals(ThetaKind.NAME)) {
      throw new IllegalArgumentException(
          "%d %s sketches in sets of %d"
              .formatted(sketches.groupCount(), sketches.kindName(), width));
    }
    return new SketchSetStates(
        sketches.parameters().getFirst(), width, (SketchStates<ThetaUnion>) sketches);
  }

  public int width() {
    return width;
  }

  public SketchStates<?> sketches() {
    return sketches;
  }

  @Override
  public int groupCount() {
    return groupCount;
  }

  @Override
  public boolean isSameKind(AggregateStates other) {
    return other instanceof SketchSetStates that
        && width == that.width
        && sketches.isSameKind(that.sketches);
  }

  @Override
  public void ensureGroups(int groups) {
    groupCount = Math.max(groupCount, groups);
    sketches.ensureGroups(Math.multiplyExact(groupCount, width));
  }

  @Override
  public void add(int group, List<Vector> arguments, int row) {
    Vector values = arguments.getFirst();
    if (values.isNull(row)) {
      return;
    }
    for (int set = 0; set < width; set++) {
      if (set == 0 || isMet(arguments.get(set), row)) {
        add(group * width + set, values, row);
      }
    }
  }

  private static boolean isMet(Vector condition, int row) {
    return !condition.isNull(row) && condition.ints()[row] != 0;
  }

  private void add(int sketch, Vector values, int row) {
    if (!values.isList()) {
      sketches.add(sketch, values, row, 1);
      return;
    }
    for (int value = values.listStart(row); value < values.listEnds()[row]; value++) {
      sketches.add(sketch, values, value, 1);
    }
  }

  @Override
  public void absorb(AggregateStates other, int[] groupOf) {
    SketchSetStates that = (SketchSetStates) other;
    int[] sketchOf = new int[that.groupCount * width];
    for (int sketch = 0; sketch < sketchOf.length; sketch++) {
      int group = groupOf[sketch / width];
      sketchOf[sketch] = group < 0 ? -1 : group * width + sketch % width;
    }
    sketches.absorb(that.sketches, sketchOf);
  }

  @Override
  public void settle() {
    sketches.settle();
  }

  @Override
  public boolean isEmpty(int group) {
    return sketches.isEmpty(group * width);
  }

  @Override
  public void appendValue(AggregateCall call, int group, Vector target) {
    String text = ((Value.StringValue) call.parameters().get(1)).value();
    ThetaSketch whole = set(SketchSets.parse(text, width - 1), group);
    if (call.function() == AggregateFunction.RAW_THETA_SETS) {
      SketchTexts.appendBase64(whole.compact().toByteArray(), target);
    } else {
      target.appendLong(Math.round(whole.getEstimate()));
    }
  }

  private ThetaSketch set(SketchSets sets, int group) {
    return switch (sets) {
      case SketchSets.Numbered(int number) ->
          sketches.sketchOrEmpty(group * width + number).getResult();
      case SketchSets.Combined(SketchSets.Operation operation, List<SketchSets> operands) ->
          combined(operation, operands.stream().map(operand -> set(operand, group)).toList());
    };
  }

  private ThetaSketch combined(SketchSets.Operation operation, List<ThetaSketch> operands) {
    return switch (operation) {
      case SET_UNION -> {
        ThetaUnion union =
            ThetaSetOperation.builder().setLogNominalEntries(logEntries).buildUnion();
        operands.forEach(union::union);
        yield union.getResult();
      }
      case SET_INTERSECT -> {
        ThetaIntersection intersection = ThetaSetOperation.builder().buildIntersection();
        operands.forEach(intersection::intersect);
        yield intersection.getResult();
      }
      case SET_DIFF -> {
        ThetaAnotB difference = ThetaSetOperation.builder().buildANotB();
        yield difference.aNotB(operands.getFirst(), operands.getLast());
      }
    };
  }

  @Override
  public long sizeBytes() {
    return 48 + sketches.sizeBytes();
  }
}
