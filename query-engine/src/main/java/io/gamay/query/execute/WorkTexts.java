package io.gamay.query.execute;

import io.gamay.query.explain.ExpressionText;
import io.gamay.query.plan.AggregateCall;
import io.gamay.query.plan.Operands;
import io.gamay.query.plan.ServerWork;
import io.gamay.query.plan.SortKey;
import io.gamay.query.plan.TypedExpression;
import io.gamay.query.plan.TypedExpression.ColumnReference;
import io.gamay.query.plan.TypedExpression.VirtualColumn;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** What a segment is asked for, as operators are named. */
final class WorkTexts {

  private static final int MOST_COLUMNS = 20;

  private WorkTexts() {}

  static String name(ServerWork.Select work) {
    return work.orderBy().isEmpty()
        ? "SELECT(%s; rows: %d)".formatted(ExpressionText.of(work.columns()), work.rowLimit())
        : "SELECT_ORDER_BY(%s; order: %s; rows: %d)"
            .formatted(
                ExpressionText.of(work.columns()),
                ExpressionText.ofOrder(
                    work.orderBy(), index -> "key " + index, index -> "aggregate " + index),
                work.rowLimit());
  }

  static String name(ServerWork.GroupBy work) {
    return work.aggregates().isEmpty()
        ? "DISTINCT(%s)".formatted(ExpressionText.of(work.keys()))
        : "GROUP_BY(%s; %s)"
            .formatted(ExpressionText.of(work.keys()), ExpressionText.ofCalls(work.aggregates()));
  }

  static String aggregate(List<AggregateCall> calls) {
    return "AGGREGATE(%s)".formatted(ExpressionText.ofCalls(calls));
  }

  /** The columns that are read of each row that passes: selected ones only of those kept. */
  static String readFor(ServerWork.Select work) {
    return columns(
        work.orderBy().isEmpty()
            ? work.columns()
            : work.orderBy().stream().map(SortKey::expression).toList());
  }

  static String readFor(List<TypedExpression> keys, List<AggregateCall> calls) {
    List<TypedExpression> read = new ArrayList<>(keys);
    for (AggregateCall call : calls) {
      read.addAll(call.arguments());
      call.filter().ifPresent(read::add);
    }
    return columns(read);
  }

  private static String columns(Collection<TypedExpression> expressions) {
    Set<String> names = new LinkedHashSet<>();
    Deque<TypedExpression> open = new ArrayDeque<>(expressions);
    while (!open.isEmpty()) {
      TypedExpression next = open.removeFirst();
      if (next instanceof ColumnReference column) {
        names.add(column.column());
      } else if (next instanceof VirtualColumn column) {
        names.add(column.kind().columnName());
      }
      open.addAll(Operands.of(next));
    }
    String told = String.join(", ", names.stream().limit(MOST_COLUMNS).toList());
    return names.size() > MOST_COLUMNS ? told + ", ..." : told;
  }
}
