package io.gamay.query.merge;

import io.gamay.query.budget.QueryBudget;
import io.gamay.query.evaluate.Block;
import io.gamay.query.evaluate.BlockExpression;
import io.gamay.query.evaluate.ExpressionCompiler;
import io.gamay.query.merge.PartialResult.FinishedGroups;
import io.gamay.query.merge.PartialResult.Groups;
import io.gamay.query.plan.AggregateCall;
import io.gamay.query.plan.FinishPlan;
import io.gamay.query.plan.ServerWork;
import io.gamay.query.plan.SortKey;
import io.gamay.query.plan.TypedExpression;
import io.gamay.query.vector.SortKeyEncoder;
import io.gamay.query.vector.Vector;
import io.gamay.segment.read.DocIdBlock;
import io.gamay.segment.schema.StoredType;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Finishes groups that are whole: HAVING, ORDER BY, the limit, then the final values of the groups
 * that are left. Groups that the order does not tell apart come in ascending order of their keys.
 * What HAVING and ORDER BY need is computed for every group, so whether a value fails the query
 * does not depend on the order in which groups come. One thread.
 */
public final class GroupFinisher implements AutoCloseable {

  private static final byte[] NO_BYTES = new byte[0];

  /** What remembering a group takes beside its bytes, roughly. */
  private static final int SEEN_BYTES = 96;

  private final FinishPlan plan;
  private final Groups groups;
  private final GroupLeaves leaves;
  private final QueryBudget budget;
  private final QueryBudget.Reservation memory;
  private final Block block = new Block();

  private GroupFinisher(
      List<AggregateCall> calls, FinishPlan plan, Groups groups, QueryBudget budget) {
    this.plan = plan;
    this.groups = groups;
    this.leaves = new GroupLeaves(groups, calls, budget::check);
    this.budget = budget;
    this.memory = budget.reserve();
  }

  /**
   * @param work what the groups are of; not a selection
   * @throws io.gamay.query.error.QueryException if the budget is used up or a value cannot be
   *     computed
   */
  public static FinishedGroups finish(
      ServerWork work, FinishPlan plan, Groups groups, QueryBudget budget) {
    PartialResults.requireFits(work, groups);
    Groups all =
        work instanceof ServerWork.GroupBy groupBy ? SetGroups.withTotals(groupBy, groups) : groups;
    try (GroupFinisher finisher =
        new GroupFinisher(PartialResults.calls(work), plan, all, budget)) {
      return finisher.finish();
    }
  }

  /**
   * The numbers of the first groups in an order, as far as they are wanted.
   *
   * @param work what the groups are of; not a selection
   * @throws io.gamay.query.error.QueryException if the budget is used up or a value cannot be
   *     computed
   */
  static int[] first(
      ServerWork work, List<SortKey> orderBy, Groups groups, int limit, QueryBudget budget) {
    FinishPlan plan = new FinishPlan(Optional.empty(), orderBy, List.of(), limit);
    try (GroupFinisher finisher =
        new GroupFinisher(PartialResults.calls(work), plan, groups, budget)) {
      return finisher.first(finisher.all(), limit);
    }
  }

  /** Gives the memory reserved back. */
  @Override
  public void close() {
    memory.close();
  }

  private FinishedGroups finish() {
    int[] rows = plan.having().map(this::having).orElseGet(this::all);
    int limit = (int) Math.min(plan.rowLimit(), Integer.MAX_VALUE);
    int[] kept =
        plan.distinctBy().isEmpty()
            ? first(rows, limit)
            : distinct(first(rows, Integer.MAX_VALUE), limit);
    List<Vector> keys = new ArrayList<>(groups.groupKeys().size());
    for (GroupKey key : groups.groupKeys()) {
      keys.add(key.values(kept));
    }
    List<Vector> aggregates = new ArrayList<>(groups.states().size());
    for (int aggregate = 0; aggregate < groups.states().size(); aggregate++) {
      aggregates.add(finished(aggregate, kept));
    }
    return new FinishedGroups(kept.length, keys, aggregates, groups.loss());
  }

  private Vector finished(int aggregate, int[] rows) {
    long needed = leaves.finishBytes(aggregate);
    if (needed == 0) {
      return leaves.finished(aggregate, rows);
    }
    long heldBytes = memory.heldBytes();
    memory.resize(heldBytes + needed);
    Vector values = leaves.finished(aggregate, rows);
    memory.resize(heldBytes + values.sizeBytes());
    return values;
  }

  private int[] all() {
    int[] rows = new int[groups.groupCount()];
    Arrays.setAll(rows, row -> row);
    return rows;
  }

  /** The groups that meet a condition, ascending. */
  private int[] having(TypedExpression condition) {
    BlockExpression compiled = new ExpressionCompiler(leaves).compile(condition);
    memory.resize(leaves.sizeBytes());
    int[] met = new int[groups.groupCount()];
    int count = 0;
    for (int first = 0; first < met.length; first += DocIdBlock.MAX_DOCS) {
      budget.check();
      block.setRange(first, Math.min(DocIdBlock.MAX_DOCS, met.length - first));
      Vector values = compiled.evaluate(block);
      for (int index = 0; index < block.count(); index++) {
        if (values.ints()[index] != 0 && !values.isNull(index)) {
          met[count++] = first + index;
        }
      }
    }
    return Arrays.copyOf(met, count);
  }

  private int[] first(int[] rows, int limit) {
    if (groups.groupKeys().isEmpty()) {
      return Arrays.copyOf(rows, Math.min(limit, rows.length));
    }
    List<SortColumn> columns = sortColumns(rows);
    memory.resize(leaves.sizeBytes() + columns.stream().mapToLong(SortColumn::sizeBytes).sum());
    return new RowOrder(columns, budget).first(rows, limit);
  }

  /** The first groups that differ from all before them. */
  private int[] distinct(int[] rows, int limit) {
    List<BlockExpression> compiled = new ExpressionCompiler(leaves).compileAll(plan.distinctBy());
    SortKeyEncoder encoder = new SortKeyEncoder();
    Set<ByteBuffer> seen = new HashSet<>();
    long seenBytes = 0;
    int[] kept = new int[Math.min(limit, rows.length)];
    int count = 0;
    for (int first = 0; first < rows.length && count < kept.length; first += DocIdBlock.MAX_DOCS) {
      budget.check();
      fill(rows, first);
      List<Vector> values = new ArrayList<>(compiled.size());
      compiled.forEach(expression -> values.add(expression.evaluate(block)));
      for (int index = 0; index < block.count() && count < kept.length; index++) {
        encoder.clear();
        for (Vector column : values) {
          encoder.add(column, index, false, false);
        }
        if (seen.add(ByteBuffer.wrap(encoder.copy()))) {
          kept[count++] = rows[first + index];
          seenBytes += SEEN_BYTES + encoder.length();
        }
      }
      memory.resize(leaves.sizeBytes() + seenBytes);
    }
    return Arrays.copyOf(kept, count);
  }

  private void fill(int[] rows, int first) {
    int count = Math.min(DocIdBlock.MAX_DOCS, rows.length - first);
    System.arraycopy(rows, first, block.list(), 0, count);
    block.setList(count);
  }

  /** The order asked for, then the keys. */
  private List<SortColumn> sortColumns(int[] rows) {
    ExpressionCompiler compiler = new ExpressionCompiler(leaves);
    List<SortColumn> columns = new ArrayList<>();
    long computedBytes = 0;
    for (SortKey key : plan.orderBy()) {
      Optional<GroupKey> known = leaves.valuesOf(key.expression());
      if (known.isEmpty()) {
        Vector values = computed(compiler.compile(key.expression()), typeOf(key), rows);
        computedBytes += values.sizeBytes();
        known = Optional.of(new GroupKey.Values(values));
      }
      columns.add(new SortColumn(known.get(), key.descending(), key.nullsFirst()));
      memory.resize(leaves.sizeBytes() + computedBytes);
    }
    for (GroupKey key : groups.groupKeys()) {
      columns.add(new SortColumn(key, false, false));
    }
    return columns;
  }

  private static StoredType typeOf(SortKey key) {
    return key.expression().type().element().storedType();
  }

  /**
   * The values of an expression at the numbers of their groups; what stands at others means
   * nothing.
   *
   * @param rows ascending
   */
  private Vector computed(BlockExpression expression, StoredType type, int[] rows) {
    Vector all = Vector.of(type);
    for (int first = 0; first < rows.length; first += DocIdBlock.MAX_DOCS) {
      budget.check();
      fill(rows, first);
      Vector values = expression.evaluate(block);
      for (int index = 0; index < block.count(); index++) {
        while (all.rowCount() < rows[first + index]) {
          appendAny(all);
        }
        all.appendRow(values, index);
      }
    }
    return all;
  }

  private static void appendAny(Vector values) {
    switch (values.type()) {
      case INT, LONG -> values.appendLong(0);
      case FLOAT, DOUBLE -> values.appendDouble(0);
      case STRING, BYTES, BIG_DECIMAL -> values.appendBytes(NO_BYTES, 0, 0);
    }
  }
}
