package io.gamay.query.merge;

import io.gamay.query.budget.QueryBudget;
import io.gamay.query.evaluate.Block;
import io.gamay.query.evaluate.BlockExpression;
import io.gamay.query.evaluate.ExpressionCompiler;
import io.gamay.query.merge.PartialResult.FinishedGroups;
import io.gamay.query.merge.PartialResult.Groups;
import io.gamay.query.merge.PartialResult.SelectedRows;
import io.gamay.query.plan.FinishPlan;
import io.gamay.query.plan.OutputPlan;
import io.gamay.query.plan.OutputPlan.OutputColumn;
import io.gamay.query.plan.QueryPlan;
import io.gamay.query.plan.ServerWork;
import io.gamay.query.plan.TypedExpression;
import io.gamay.query.vector.Vector;
import io.gamay.segment.read.DocIdBlock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Makes an answer's rows of the merged partial result: groups are finished unless a server has done
 * it, then come OFFSET, LIMIT, and the columns' expressions for the rows that are left.
 */
public final class ResultBuilder {

  private ResultBuilder() {}

  /** As the last one, without a budget. */
  public static ResultTable build(QueryPlan plan, Optional<PartialResult> merged) {
    return build(plan.server().work(), plan.output(), merged);
  }

  /** As the last one, without a budget. */
  public static ResultTable build(
      ServerWork work, OutputPlan output, Optional<PartialResult> merged) {
    return build(work, output, merged, QueryBudget.unlimited());
  }

  /**
   * @param merged empty: no server had anything to say, as if there were no rows
   * @throws io.gamay.query.error.QueryException if the budget is used up or a value cannot be
   *     computed
   */
  public static ResultTable build(
      ServerWork work, OutputPlan output, Optional<PartialResult> merged, QueryBudget budget) {
    PartialResult result = merged.orElseGet(() -> PartialResults.empty(work));
    PartialResults.requireFits(work, result);
    return switch (result) {
      case SelectedRows rows ->
          table(output, new ResultLeaves(rows.columns(), List.of()), numbers(rows));
      case FinishedGroups groups -> ofGroups(output, groups);
      case Groups groups ->
          ofGroups(output, GroupFinisher.finish(work, FinishPlan.of(output), groups, budget));
    };
  }

  private static ResultTable ofGroups(OutputPlan output, FinishedGroups groups) {
    return table(output, new ResultLeaves(groups.keys(), groups.aggregates()), numbers(groups));
  }

  private static int[] numbers(PartialResult rows) {
    return IntStream.range(0, rows.rowCount()).toArray();
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

  /** Fills a block with up to its size of the rows [first, end). */
  private static void fill(Block block, int[] rows, int first, int end) {
    int count = Math.min(DocIdBlock.MAX_DOCS, end - first);
    System.arraycopy(rows, first, block.list(), 0, count);
    block.setList(count);
  }
}
