package io.gamay.controller.rebalance;

import io.gamay.cluster.assignment.RebalanceOptions;
import io.gamay.cluster.segment.SegmentName;
import io.gamay.cluster.view.ClusterView;
import io.gamay.cluster.view.ClusterView.TableView;
import java.util.List;
import java.util.Map;

/**
 * Where the segments of a table belong now. Once an answer has come true it is given again; while
 * it has come true in part, what has stays.
 */
public interface RebalanceTargets {

  /**
   * @return servers in order, by segment; segments that are not in it, or with none, stay where
   *     they are
   */
  Map<SegmentName, List<String>> of(ClusterView view, TableView table, RebalanceOptions options);
}
