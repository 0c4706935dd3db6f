package io.gamay.query.merge;

import io.gamay.query.vector.Vector;
import java.util.List;

/** States that take in several arguments of one row at a time. */
public sealed interface RowStates extends AggregateStates
    permits ArraySumStates,
        CoMomentStates,
        FirstRowStates,
        FunnelEventStates,
        FunnelStates,
        RowListStates,
        SketchSetStates {

  /** Takes in a row of the arguments' vectors; what NULL among them means is the states' to say. */
  void add(int group, List<Vector> arguments, int row);
}
