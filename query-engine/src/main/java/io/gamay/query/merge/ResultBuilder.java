package io.gamay.query.merge;

import io.gamay.query.evaluate.Block;
import io.gamay.query.evaluate.BlockExpression;
import io.gamay.query.evaluate.ExpressionCompiler;
import io.gamay.query.merge.PartialResult.Groups;
import io.gamay.query.merge.PartialResult.SelectedRows;
import io.gamay.query.plan.AggregateCall;
import io.gamay.query.plan.OutputPlan;
import io.gamay.query.plan.OutputPlan.OutputColumn;
import io.gamay.query.plan.QueryPlan;
import io.gamay.query.plan.ServerWork;
import io.gamay.query.plan.SortKey;
import io.gamay.query.plan.TypedExpression;
import io.gamay.query.vector.SortKeyEncoder;
import io.gamay.query.vector.Vector;
import io.gamay.segment.read.DocIdBlock;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * Makes an answer's rows of the merged partial result: HAVING, ORDER BY, OFFSET, LIMIT, then the
 * columns' expressions for the rows that are left. Groups that the order does not tell apart come
 * in ascending order of their keys.
 */
public final class ResultBuilder {

  private ResultBuilder() {}

  /**
   * @param merged empty: no server had anything to say, as if there were no rows
   */
  public static ResultTable build(QueryPlan plan, Optional<PartialResult> merged) {
    return build(plan.server().work(), plan.output(), merged);
  }

  /** As the other, for the two parts of a plan that matter here. */
  public static ResultTable build(
      ServerWork work, OutputPlan output, Optional<PartialResult> merged) {
    PartialResult result = merged.orElseGet(() -> PartialResults.empty(work));
    PartialResults.requireFits(work, result);
    return switch (result) {
      case SelectedRows rows ->
          table(
              output,
              new ResultLeaves(rows.columns(), List.of()),
              IntStream.range(0, rows.rowCount()).toArray());
      case Groups groups ->
          ofGroups(
              output,
              calls(work),
              work instanceof ServerWork.GroupBy groupBy
                  ? SetGroups.withTotals(groupBy, groups)
                  : groups);
    };
  }

  private static List<AggregateCall> calls(ServerWork work) {
    return switch (work) {
      case ServerWork.Aggregate aggregate -> aggregate.aggregates();
      case ServerWork.GroupBy groupBy -> groupBy.aggregates();
      case ServerWork.Select _ -> List.of();
    };
  }

  private static ResultTable ofGroups(OutputPlan output, List<AggregateCall> calls, Groups groups) {
    List<Vector> aggregates = new ArrayList<>(calls.size());
    for (int index = 0; index < calls.size(); index++) {
      aggregates.add(groups.states().get(index).finish(calls.get(index)));
    }
    ResultLeaves leaves = new ResultLeaves(groups.keys(), aggregates);
    int[] rows = IntStream.range(0, groups.groupCount()).toArray();
    if (output.having().isPresent()) {
      rows = having(output.having().get(), leaves, rows);
    }
    if (output.distinct()) {
      rows = distinct(output.columns(), leaves, rows);
    }
    return table(output, leaves, sorted(output.orderBy(), groups.keys(), leaves, rows));
  }

  private static int[] having(TypedExpression condition, ResultLeaves leaves, int[] rows) {
    BlockExpression compiled = new ExpressionCompiler(leaves).compile(condition);
    int kept = 0;
    Block block = new Block();
    for (int first = 0; first < rows.length; first += DocIdBlock.MAX_DOCS) {
      fill(block, rows, first, rows.length);
      Vector met = compiled.evaluate(block);
      for (int index = 0; index < block.count(); index++) {
        if (met.ints()[index] != 0 && !met.isNull(index)) {
          rows[kept++] = rows[first + index];
        }
      }
    }
    return Arrays.copyOf(rows, kept);
  }

  /** The first row of those whose columns are equal. */
  private static int[] distinct(List<OutputColumn> columns, ResultLeaves leaves, int[] rows) {
    List<BlockExpression> compiled =
        new ExpressionCompiler(leaves)
            .compileAll(columns.stream().map(OutputColumn::expression).toList());
    SortKeyEncoder encoder = new SortKeyEncoder();
    Set<ByteBuffer> seen = new HashSet<>();
    int kept = 0;
    Block block = new Block();
    for (int first = 0; first < rows.length; first += DocIdBlock.MAX_DOCS) {
      fill(block, rows, first, rows.length);
      List<Vector> values = evaluateAll(compiled, block);
      for (int index = 0; index < block.count(); index++) {
        encoder.clear();
        for (Vector column : values) {
          encoder.add(column, index, false, false);
        }
        if (seen.add(ByteBuffer.wrap(encoder.copy()))) {
          rows[kept++] = rows[first + index];
        }
      }
    }
    return Arrays.copyOf(rows, kept);
  }

  private static int[] sorted(
      List<SortKey> orderBy, List<Vector> groupKeys, ResultLeaves leaves, int[] rows) {
    if (groupKeys.isEmpty()) {
      return rows;
    }
    ExpressionCompiler compiler = new ExpressionCompiler(leaves);
    List<BlockExpression> compiled =
        compiler.compileAll(orderBy.stream().map(SortKey::expression).toList());
    SortKeyEncoder encoder = new SortKeyEncoder();
    byte[][] keys = new byte[rows.length][];
    Block block = new Block();
    for (int first = 0; first < rows.length; first += DocIdBlock.MAX_DOCS) {
      fill(block, rows, first, rows.length);
      List<Vector> values = evaluateAll(compiled, block);
      for (int index = 0; index < block.count(); index++) {
        encoder.clear();
        for (int key = 0; key < values.size(); key++) {
          SortKey order = orderBy.get(key);
          encoder.add(values.get(key), index, order.descending(), order.nullsFirst());
        }
        for (Vector groupKey : groupKeys) {
          encoder.add(groupKey, block.docId(index), false, false);
        }
        keys[first + index] = encoder.copy();
      }
    }
    return IntStream.range(0, rows.length)
        .boxed()
        .sorted((a, b) -> Arrays.compareUnsigned(keys[a], keys[b]))
        .mapToInt(position -> rows[position])
        .toArray();
  }

  private static ResultTable table(OutputPlan output, ResultLeaves leaves, int[] rows) {
    int from = (int) Math.min(output.offset(), rows.length);
    int end = (int) Math.min(from + Math.min(output.limit(), rows.length), rows.length);
    int[] wanted = from == 0 && end == rows.length ? rows : Arrays.copyOfRange(rows, from, end);
    ExpressionCompiler compiler = new ExpressionCompiler(leaves);
    List<Vector> columns = new ArrayList<>(output.columns().size());
    for (OutputColumn column : output.columns()) {
      Optional<Vector> whole = leaves.whole(column.expression(), wanted);
      columns.add(
          whole.isPresent()
              ? whole.get()
              : computed(compiler.compile(column.expression()), column.expression(), wanted));
    }
    return new ResultTable(
        output.columns().stream().map(OutputColumn::name).toList(),
        output.columns().stream().map(column -> column.expression().type()).toList(),
        wanted.length,
        columns,
        !output.limitWritten() && end < rows.length);
  }

  private static Vector computed(BlockExpression compiled, TypedExpression column, int[] rows) {
    Vector all = new Vector(column.type().element().storedType(), column.type().isArray());
    Block block = new Block();
    for (int first = 0; first < rows.length; first += DocIdBlock.MAX_DOCS) {
      fill(block, rows, first, rows.length);
      Vector values = compiled.evaluate(block);
      for (int index = 0; index < block.count(); index++) {
        all.appendRow(values, index);
      }
    }
    return all;
  }

  private static List<Vector> evaluateAll(List<BlockExpression> expressions, Block block) {
    List<Vector> values = new ArrayList<>(expressions.size());
    for (BlockExpression expression : expressions) {
      values.add(expression.evaluate(block));
    }
    return values;
  }

  /** Fills a block with up to its size of the rows [first, end). */
  private static void fill(Block block, int[] rows, int first, int end) {
    int count = Math.min(DocIdBlock.MAX_DOCS, end - first);
    System.arraycopy(rows, first, block.list(), 0, count);
    block.setList(count);
  }
}
