package io.gamay.query.merge;

import io.gamay.query.plan.AggregateCall;
import io.gamay.query.vector.Vector;
import java.lang.foreign.MemorySegment;
import java.util.List;
import org.apache.datasketches.tuple.CompactTupleSketch;
import org.apache.datasketches.tuple.TupleSketch;
import org.apache.datasketches.tuple.TupleSketchIterator;
import org.apache.datasketches.tuple.TupleUnion;
import org.apache.datasketches.tuple.aninteger.IntegerSummary;
import org.apache.datasketches.tuple.aninteger.IntegerSummary.Mode;
import org.apache.datasketches.tuple.aninteger.IntegerSummaryDeserializer;
import org.apache.datasketches.tuple.aninteger.IntegerSummarySetOperations;
import org.jspecify.annotations.Nullable;

/**
 * Tuple sketches of DataSketches with whole numbers that are added up; each value is a sketch.
 *
 * @param logEntries log2 of the entries kept at most
 */
record IntegerTupleKind(int logEntries) implements SketchKind<TupleUnion<IntegerSummary>> {

  static final String NAME = "INTEGER_TUPLE";

  private static final int OBJECT_BYTES = 200;
  private static final int BYTES_PER_ENTRY = 48;

  IntegerTupleKind {
    SketchTexts.requireRange("tuple sketch of log2 entries", logEntries, 4, 21);
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public List<Integer> parameters() {
    return List.of(logEntries);
  }

  @Override
  public TupleUnion<IntegerSummary> create() {
    return new TupleUnion<>(1 << logEntries, new IntegerSummarySetOperations(Mode.Sum, Mode.Sum));
  }

  @Override
  public void update(
      TupleUnion<IntegerSummary> sketch,
      Vector values,
      int value,
      long count,
      ByteScratch scratch) {
    byte[] bytes = scratch.of(values.bytes(), value).clone();
    SketchTexts.takeIn(
        "integer tuple",
        () -> {
          for (long time = 0; time < count; time++) {
            sketch.union(heapify(bytes));
          }
        });
  }

  private static TupleSketch<IntegerSummary> heapify(byte[] bytes) {
    return TupleSketch.heapifySketch(
        MemorySegment.ofArray(bytes), new IntegerSummaryDeserializer());
  }

  @Override
  public TupleUnion<IntegerSummary> merge(
      TupleUnion<IntegerSummary> target, TupleUnion<IntegerSummary> other) {
    target.union(other.getResult());
    return target;
  }

  @Override
  public byte[] write(TupleUnion<IntegerSummary> sketch) {
    return sketch.getResult().toByteArray();
  }

  @Override
  public TupleUnion<IntegerSummary> read(byte[] bytes) {
    TupleUnion<IntegerSummary> union = create();
    union.union(heapify(bytes));
    return union;
  }

  @Override
  public long sizeBytes(TupleUnion<IntegerSummary> sketch) {
    return OBJECT_BYTES + (long) BYTES_PER_ENTRY * sketch.getResult().getRetainedEntries();
  }

  @Override
  public void append(
      AggregateCall call, @Nullable TupleUnion<IntegerSummary> sketch, Vector target) {
    CompactTupleSketch<IntegerSummary> result = (sketch == null ? create() : sketch).getResult();
    switch (call.function()) {
      case RAW_TUPLE -> SketchTexts.appendBase64(result.toByteArray(), target);
      case SUM_TUPLE -> target.appendLong(Math.round(sum(result) / result.getTheta()));
      case AVG_TUPLE ->
          target.appendLong(
              result.getRetainedEntries() == 0
                  ? 0
                  : Math.round(sum(result) / result.getRetainedEntries()));
      default -> target.appendLong(Math.round(result.getEstimate()));
    }
  }

  private static double sum(CompactTupleSketch<IntegerSummary> sketch) {
    double sum = 0;
    TupleSketchIterator<IntegerSummary> entries = sketch.iterator();
    while (entries.next()) {
      sum += entries.getSummary().getValue();
    }
    return sum;
  }
}
