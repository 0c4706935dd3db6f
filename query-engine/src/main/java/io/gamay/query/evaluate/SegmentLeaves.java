package io.gamay.query.evaluate;

import io.gamay.query.error.QueryErrorCode;
import io.gamay.query.error.QueryException;
import io.gamay.query.function.ScalarBody;
import io.gamay.query.plan.ResultType;
import io.gamay.query.plan.TypedExpression.AggregateReference;
import io.gamay.query.plan.TypedExpression.ColumnReference;
import io.gamay.query.plan.TypedExpression.Constant;
import io.gamay.query.plan.TypedExpression.KeyReference;
import io.gamay.query.plan.TypedExpression.VirtualColumn;
import io.gamay.query.structure.DictionaryStructures;
import io.gamay.query.structure.SharedValues;
import io.gamay.query.vector.Vector;
import io.gamay.segment.read.ColumnReader;
import io.gamay.segment.read.DictionaryReader;
import io.gamay.segment.read.SegmentReader;
import io.gamay.segment.schema.ColumnSpec;
import io.gamay.segment.schema.DataType;
import io.gamay.segment.schema.Value;
import java.util.Optional;

/** The columns of one segment as leaves of expressions. One thread. */
public final class SegmentLeaves implements Leaves {

  private final String table;
  private final SegmentReader segment;
  private final DictionaryStructures structures;
  private final ScalarBody.Watch watch;

  /** With structures for this segment alone. */
  public SegmentLeaves(SegmentReader segment) {
    this("", segment, new DictionaryStructures(), ScalarBody.Watch.NONE);
  }

  /**
   * @param table whose segments share numberings of values
   */
  public SegmentLeaves(
      String table,
      SegmentReader segment,
      DictionaryStructures structures,
      ScalarBody.Watch watch) {
    this.table = table;
    this.segment = segment;
    this.structures = structures;
    this.watch = watch;
  }

  @Override
  public ScalarBody.Watch watch() {
    return watch;
  }

  public DictionaryStructures structures() {
    return structures;
  }

  /** The numbering of a column's values that the table's segments share, if there is one. */
  public Optional<SharedValues> shared(String column, DictionaryReader dictionary) {
    return structures.shared(table, column, dictionary);
  }

  public SegmentReader segment() {
    return segment;
  }

  /**
   * The reader of a referenced column, empty if the segment lacks the column or holds it in another
   * type or shape than the reference has.
   */
  public Optional<ColumnReader> reader(ColumnReference reference) {
    return segment
        .schema()
        .column(reference.column())
        .filter(spec -> isHeldAs(spec, reference.type()))
        .map(spec -> segment.column(spec.name()));
  }

  /** Whether the segment is older than the column. */
  public boolean lacks(ColumnReference reference) {
    return segment.schema().column(reference.column()).isEmpty();
  }

  @Override
  public BlockExpression column(ColumnReference reference) {
    Optional<ColumnSpec> held = segment.schema().column(reference.column());
    if (held.isEmpty()) {
      return new ConstantExpression(missing(reference));
    }
    ColumnSpec spec = held.get();
    if (spec.singleValue() == reference.type().isArray()) {
      throw new QueryException(
          QueryErrorCode.QUERY_EXECUTION,
          "column %s is %s in segment %s, expected %s"
              .formatted(
                  spec.name(),
                  spec.singleValue() ? "single-value" : "multi-value",
                  segment.segmentName(),
                  reference.type().displayName()));
    }
    ResultType heldType = new ResultType(spec.type(), reference.type().isArray());
    BlockExpression column =
        new ColumnExpression(heldType, segment.column(spec.name()), reference.isNullable());
    return isHeldAs(spec, reference.type())
        ? column
        : new ConvertExpression(heldType, reference.type(), column);
  }

  @Override
  public BlockExpression virtual(VirtualColumn column) {
    return switch (column.kind()) {
      case OFFSET ->
          new BlockExpression(column.type()) {
            @Override
            protected void compute(Block block, Vector out) {
              out.resize(block.count());
              segment.readOffsets(block.docs(), out.longs());
            }
          };
      case DOC_ID ->
          new BlockExpression(column.type()) {
            @Override
            protected void compute(Block block, Vector out) {
              out.resize(block.count());
              for (int row = 0; row < block.count(); row++) {
                out.ints()[row] = block.docId(row);
              }
            }
          };
      case PARTITION_ID -> constant(new Value.IntValue(segment.partition()), column.kind().type());
      case SEGMENT_NAME ->
          constant(new Value.StringValue(segment.segmentName()), column.kind().type());
    };
  }

  @Override
  public BlockExpression key(KeyReference key) {
    throw new IllegalStateException("group key referred to in work over rows");
  }

  @Override
  public BlockExpression aggregate(AggregateReference aggregate) {
    throw new IllegalStateException("aggregate referred to in work over rows");
  }

  private static BlockExpression constant(Value value, DataType type) {
    return new ConstantExpression(new Constant(Optional.of(value), ResultType.of(type)));
  }

  private static Constant missing(ColumnReference reference) {
    return new Constant(
        reference.isNullable() ? Optional.empty() : Optional.of(reference.defaultValue()),
        reference.type());
  }

  private static boolean isHeldAs(ColumnSpec spec, ResultType type) {
    return spec.singleValue() != type.isArray() && spec.storedType() == type.element().storedType();
  }
}
