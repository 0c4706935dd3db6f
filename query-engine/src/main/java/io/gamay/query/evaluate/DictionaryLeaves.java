package io.gamay.query.evaluate;

import io.gamay.query.function.ScalarBody;
import io.gamay.query.plan.ResultType;
import io.gamay.query.plan.TypedExpression;
import io.gamay.query.plan.TypedExpression.AggregateReference;
import io.gamay.query.plan.TypedExpression.AnyBetween;
import io.gamay.query.plan.TypedExpression.Call;
import io.gamay.query.plan.TypedExpression.ColumnReference;
import io.gamay.query.plan.TypedExpression.Comparison;
import io.gamay.query.plan.TypedExpression.Constant;
import io.gamay.query.plan.TypedExpression.Convert;
import io.gamay.query.plan.TypedExpression.InSet;
import io.gamay.query.plan.TypedExpression.KeyReference;
import io.gamay.query.plan.TypedExpression.Like;
import io.gamay.query.plan.TypedExpression.VirtualColumn;
import io.gamay.query.vector.Vector;
import io.gamay.segment.read.DictionaryReader;
import io.gamay.segment.read.DocIdBlock;

/**
 * The distinct values of one column as the rows that expressions are evaluated over: row i is the
 * value of dictId i, never NULL, never a list. One thread.
 */
public final class DictionaryLeaves implements Leaves {

  private final ColumnReference column;
  private final DictionaryReader dictionary;
  private final ScalarBody.Watch watch;

  public DictionaryLeaves(
      ColumnReference column, DictionaryReader dictionary, ScalarBody.Watch watch) {
    this.column = column;
    this.dictionary = dictionary;
    this.watch = watch;
  }

  @Override
  public ScalarBody.Watch watch() {
    return watch;
  }

  /** A comparison, set or pattern test, as a test of single values. */
  public static TypedExpression asSingleValue(TypedExpression expression) {
    return switch (expression) {
      case ColumnReference reference ->
          new ColumnReference(
              reference.column(),
              ResultType.of(reference.type().element()),
              false,
              reference.defaultValue());
      case Convert convert -> new Convert(asSingleValue(convert.operand()), convert.target());
      case Comparison comparison ->
          new Comparison(
              comparison.operator(), asSingleValue(comparison.left()), comparison.right());
      case AnyBetween between ->
          new AnyBetween(
              asSingleValue(between.operand()), between.low(), between.high(), between.negated());
      case InSet set ->
          new InSet(asSingleValue(set.operand()), set.values(), set.hasNull(), set.negated());
      case Like like ->
          new Like(
              asSingleValue(like.operand()),
              like.pattern(),
              like.escape(),
              like.caseInsensitive(),
              like.negated());
      case Call call ->
          new Call(
              call.function(),
              call.arguments().stream().map(DictionaryLeaves::asSingleValue).toList(),
              call.type(),
              call.isNullable());
      case Constant constant -> constant;
      case TypedExpression other ->
          throw new IllegalArgumentException("not a test of one column: " + other);
    };
  }

  @Override
  public BlockExpression column(ColumnReference reference) {
    if (!reference.column().equals(column.column())) {
      throw new IllegalArgumentException(
          "column %s among values of %s".formatted(reference.column(), column.column()));
    }
    return new BlockExpression(ResultType.of(column.type().element())) {
      private final int[] dictIds = new int[DocIdBlock.MAX_DOCS];

      @Override
      protected void compute(Block block, Vector out) {
        out.clear();
        out.resize(block.count());
        if (block.isRun() && !dictionary.storedType().isFixedWidth()) {
          dictionary.appendBytes(block.runFirst(), block.count(), out.bytes());
          return;
        }
        for (int row = 0; row < block.count(); row++) {
          dictIds[row] = block.docId(row);
        }
        ColumnExpression.decode(dictionary, dictIds, block.count(), out);
      }
    };
  }

  @Override
  public BlockExpression virtual(VirtualColumn virtual) {
    throw new IllegalArgumentException("virtual column among values of " + column.column());
  }

  @Override
  public BlockExpression key(KeyReference key) {
    throw new IllegalArgumentException("group key among values of " + column.column());
  }

  @Override
  public BlockExpression aggregate(AggregateReference aggregate) {
    throw new IllegalArgumentException("aggregate among values of " + column.column());
  }
}
