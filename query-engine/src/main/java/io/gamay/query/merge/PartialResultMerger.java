package io.gamay.query.merge;

import io.gamay.query.budget.QueryBudget;
import io.gamay.query.error.QueryErrorCode;
import io.gamay.query.error.QueryException;
import io.gamay.query.merge.PartialResult.FinishedGroups;
import io.gamay.query.merge.PartialResult.Groups;
import io.gamay.query.merge.PartialResult.SelectedRows;
import io.gamay.query.plan.GroupTrim;
import io.gamay.query.plan.ServerWork;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Makes one partial result of many. The outcome does not depend on the order or the nesting of
 * merges: it has the same rows in the same order, or the same groups (in any order) with the same
 * values, sums of floating-point numbers up to their last digits; that is, unless groups are lost
 * ({@link GroupLoss}). One thread.
 */
public final class PartialResultMerger implements AutoCloseable {

  private final ServerWork work;
  private final QueryBudget budget;
  private final QueryBudget.Reservation memory;

  /** More groups are an error, and more than these are left out. */
  private final int mostGroups;

  private final int keptGroups;
  private final Optional<GroupTrim> trim;
  private final int trimSize;

  /** Not if there is no trim, nor once groups could not be put into its order. */
  private boolean canTrim;

  private @Nullable PartialResult only;
  private @Nullable GroupMerger groups;

  private PartialResultMerger(
      ServerWork work,
      int mostGroups,
      int keptGroups,
      Optional<GroupTrim> trim,
      int trimSize,
      QueryBudget budget) {
    this.work = work;
    this.budget = budget;
    this.memory = budget.reserve();
    this.mostGroups = mostGroups;
    this.keptGroups = keptGroups;
    this.trim = trim;
    this.canTrim = trim.isPresent();
    this.trimSize = trimSize;
  }

  /** As the other; nothing is trimmed. */
  public static PartialResultMerger onServer(ServerWork work, QueryBudget budget) {
    return onServer(work, Optional.empty(), budget);
  }

  /**
   * Within a server: the work's group limit holds.
   *
   * @param trim is done while results are merged, past its threshold
   */
  public static PartialResultMerger onServer(
      ServerWork work, Optional<GroupTrim> trim, QueryBudget budget) {
    int most = Integer.MAX_VALUE;
    int kept = Integer.MAX_VALUE;
    if (work instanceof ServerWork.GroupBy groupBy) {
      most = groupBy.leavesOut() ? most : groupBy.groupLimit();
      kept = groupBy.leavesOut() ? groupBy.groupLimit() : kept;
    }
    return new PartialResultMerger(
        work, most, kept, trim, trim.map(GroupTrim::serverGroups).orElse(0), budget);
  }

  /** As the other; nothing is trimmed. */
  public static PartialResultMerger onBroker(ServerWork work, QueryBudget budget) {
    return onBroker(work, Optional.empty(), budget);
  }

  /**
   * Between servers: only memory limits the groups.
   *
   * @param trim is done while results are merged, past its threshold
   */
  public static PartialResultMerger onBroker(
      ServerWork work, Optional<GroupTrim> trim, QueryBudget budget) {
    return new PartialResultMerger(
        work,
        Integer.MAX_VALUE,
        Integer.MAX_VALUE,
        trim,
        trim.map(GroupTrim::brokerGroups).orElse(0),
        budget);
  }

  /**
   * Takes in a result of the same work.
   *
   * @throws QueryException if it is not of the work, or finished and not the only one, or a limit
   *     is exceeded
   */
  public void add(PartialResult part) {
    PartialResults.requireFits(work, part);
    boolean isFirst = only == null && groups == null;
    if (!isFirst && (part instanceof FinishedGroups || only instanceof FinishedGroups)) {
      throw new QueryException(
          QueryErrorCode.INTERNAL, "a finished result beside another one of the same query");
    }
    if (isFirst) {
      only = part;
    } else {
      switch (part) {
        case SelectedRows rows ->
            only =
                RowMerger.merge(
                    (SelectedRows) Optional.ofNullable(only).orElseThrow(), rows, rowLimit());
        case Groups more -> mergeGroups(more);
        case FinishedGroups _ -> throw new IllegalStateException("finished groups do not merge");
      }
    }
    checkLimits();
  }

  /** All that was added; what is known of no row if nothing was. */
  public PartialResult result() {
    if (groups != null) {
      return groups.result();
    }
    return only != null ? only : PartialResults.empty(work);
  }

  /**
   * No groups, as of a segment without rows, add nothing, in whatever way their keys are held. Of
   * the first two parts the larger says how keys are numbered.
   */
  private void mergeGroups(Groups more) {
    if (more.groupCount() == 0 && more.isWhole()) {
      return;
    }
    if (groups == null
        && only instanceof Groups first
        && first.groupCount() == 0
        && first.isWhole()) {
      only = more;
      return;
    }
    GroupMerger merger = groups;
    if (merger == null) {
      merger = new GroupMerger(work, keptGroups);
      Groups first = (Groups) Optional.ofNullable(only).orElseThrow();
      boolean isInOrder = first.groupCount() >= more.groupCount();
      merger.add(isInOrder ? first : more);
      merger.add(isInOrder ? more : first);
      groups = merger;
      only = null;
    } else {
      merger.add(more);
    }
    if (canTrim && merger.groupCount() > trim.orElseThrow().thresholdFor(trimSize)) {
      PartialResult trimmed =
          GroupTrimmer.trim(work, trim.orElseThrow(), trimSize, merger.result(), budget);
      canTrim = trimmed.rowCount() < merger.groupCount();
      only = trimmed;
      groups = null;
    }
  }

  private int rowLimit() {
    long limit = work instanceof ServerWork.Select select ? select.rowLimit() : Long.MAX_VALUE;
    return (int) Math.min(limit, Integer.MAX_VALUE);
  }

  private void checkLimits() {
    PartialResult single = only;
    GroupMerger merger = groups;
    int groupCount =
        merger != null ? merger.groupCount() : single instanceof Groups g ? g.groupCount() : 0;
    GroupLimit.requireAtMost(mostGroups, groupCount);
    memory.resize(merger != null ? merger.sizeBytes() : single != null ? single.sizeBytes() : 0);
  }

  /** Gives the memory reserved back. */
  @Override
  public void close() {
    memory.close();
  }
}
