package io.gamay.query.prune;

import io.gamay.query.plan.TypedExpression.VirtualColumnKind;
import io.gamay.segment.read.ColumnStatistics;
import io.gamay.segment.read.SegmentReader;
import io.gamay.segment.schema.Value;
import java.util.Optional;

/** The bounds that an open segment knows of. */
public final class SegmentBounds implements ColumnBounds {

  private final SegmentReader segment;

  public SegmentBounds(SegmentReader segment) {
    this.segment = segment;
  }

  @Override
  public Optional<Bounds> bounds(String column) {
    for (VirtualColumnKind kind : VirtualColumnKind.values()) {
      if (kind.columnName().equals(column)) {
        return virtual(kind);
      }
    }
    if (segment.schema().column(column).isEmpty()) {
      return Optional.empty();
    }
    ColumnStatistics statistics = segment.column(column).statistics();
    return statistics.min().flatMap(min -> statistics.max().map(max -> new Bounds(min, max)));
  }

  @Override
  public boolean mightContain(String column, Value value) {
    return segment.schema().column(column).isEmpty()
        || segment.column(column).bloom().map(bloom -> bloom.mightContain(value)).orElse(true);
  }

  private Optional<Bounds> virtual(VirtualColumnKind kind) {
    if (segment.docCount() == 0) {
      return Optional.empty();
    }
    return Optional.of(
        switch (kind) {
          case OFFSET ->
              new Bounds(
                  new Value.LongValue(segment.offsets().start()),
                  new Value.LongValue(segment.offsets().end() - 1));
          case PARTITION_ID -> only(new Value.IntValue(segment.partition()));
          case DOC_ID ->
              new Bounds(new Value.IntValue(0), new Value.IntValue(segment.docCount() - 1));
          case SEGMENT_NAME -> only(new Value.StringValue(segment.segmentName()));
        });
  }

  private static Bounds only(Value value) {
    return new Bounds(value, value);
  }
}
