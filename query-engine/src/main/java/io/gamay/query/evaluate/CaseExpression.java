package io.gamay.query.evaluate;

import io.gamay.query.plan.ResultType;
import io.gamay.query.vector.Vector;
import io.gamay.segment.read.DocIdBlock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * CASE: each condition is evaluated for the rows that no condition before it took, each result for
 * the rows that its condition took.
 */
final class CaseExpression extends BlockExpression {

  private static final int NONE = -1;

  private final List<BlockExpression> conditions;

  /** One per condition, and one more if there is an ELSE. */
  private final List<BlockExpression> results;

  private final Subset open = new Subset();
  private final List<Subset> taken = new ArrayList<>();
  private final int[] branchOf = new int[DocIdBlock.MAX_DOCS];
  private final int[] indexInBranch = new int[DocIdBlock.MAX_DOCS];

  CaseExpression(ResultType type, List<BlockExpression> conditions, List<BlockExpression> results) {
    super(type);
    this.conditions = conditions;
    this.results = results;
    for (int branch = 0; branch < results.size(); branch++) {
      taken.add(new Subset());
    }
  }

  @Override
  protected void compute(Block block, Vector out) {
    Arrays.fill(branchOf, 0, block.count(), NONE);
    open.takeAll(block);
    for (int branch = 0; branch < conditions.size(); branch++) {
      takeRows(block, branch);
    }
    if (results.size() > conditions.size()) {
      takeRest(block);
    }
    gather(block, out);
  }

  private void takeRows(Block block, int branch) {
    int[] openPositions = open.positions();
    int[] takenPositions = taken.get(branch).positions();
    int takenCount = 0;
    int openCount = 0;
    if (open.count() > 0) {
      Vector met = conditions.get(branch).evaluate(open.block());
      for (int index = 0; index < open.count(); index++) {
        if (met.ints()[index] != 0 && !met.isNull(index)) {
          takenPositions[takenCount] = openPositions[index];
          assign(openPositions[index], branch, takenCount++);
        } else {
          openPositions[openCount++] = openPositions[index];
        }
      }
    }
    taken.get(branch).take(block, takenCount);
    open.take(block, openCount);
  }

  private void takeRest(Block block) {
    int branch = conditions.size();
    System.arraycopy(open.positions(), 0, taken.get(branch).positions(), 0, open.count());
    for (int index = 0; index < open.count(); index++) {
      assign(open.positions()[index], branch, index);
    }
    taken.get(branch).take(block, open.count());
  }

  private void assign(int row, int branch, int index) {
    branchOf[row] = branch;
    indexInBranch[row] = index;
  }

  private void gather(Block block, Vector out) {
    @Nullable Vector[] values = new @Nullable Vector[results.size()];
    for (int branch = 0; branch < values.length; branch++) {
      if (taken.get(branch).count() > 0) {
        values[branch] = results.get(branch).evaluate(taken.get(branch).block());
      }
    }
    out.clear();
    for (int row = 0; row < block.count(); row++) {
      Vector source = branchOf[row] == NONE ? null : values[branchOf[row]];
      if (source == null) {
        out.appendNull();
      } else {
        out.appendRow(source, indexInBranch[row]);
      }
    }
  }
}
