package io.gamay.query.plan;

import io.gamay.query.sql.Query;
import java.util.Optional;

/** A query ready to be routed: what servers do, and what the broker does after. */
public record QueryPlan(Query query, QueryOptions options, ServerPlan server, OutputPlan output) {

  /** Which groups stay before all parts are together; empty: all, in every dialect but Pinot's. */
  public Optional<GroupTrim> trim() {
    boolean mayLose =
        server.work() instanceof ServerWork.GroupBy groupBy
            && groupBy.leavesOut()
            && !output.orderBy().isEmpty();
    return mayLose
        ? Optional.of(
            GroupTrim.of(output.orderBy(), FinishPlan.of(output).rowLimit(), options.groups()))
        : Optional.empty();
  }

  /** What is to be done with whole groups; empty if the query selects rows. */
  public Optional<FinishPlan> finish() {
    return switch (server.work()) {
      case ServerWork.Select _ -> Optional.empty();
      case ServerWork.Aggregate _, ServerWork.GroupBy _ -> Optional.of(FinishPlan.of(output));
    };
  }
}
