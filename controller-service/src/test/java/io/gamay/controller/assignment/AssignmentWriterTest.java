package io.gamay.controller.assignment;

import static org.assertj.core.api.Assertions.assertThat;

import io.gamay.cluster.assignment.AssignmentShard;
import io.gamay.cluster.assignment.SegmentAssignment;
import io.gamay.cluster.assignment.ShardId;
import io.gamay.cluster.assignment.WantedState;
import io.gamay.cluster.layout.ClusterJson;
import io.gamay.cluster.layout.ClusterPaths;
import io.gamay.cluster.segment.CommitAttempt;
import io.gamay.cluster.segment.SegmentMetadata;
import io.gamay.cluster.segment.SegmentName;
import io.gamay.cluster.store.Operation;
import io.gamay.cluster.view.ClusterView.PartitionView;
import io.gamay.cluster.view.ClusterView.SegmentView;
import io.gamay.controller.table.LeadingController;
import io.gamay.segment.schema.EncodingDecisions;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class AssignmentWriterTest {

  private static final Map<String, WantedState> WANTED = Map.of("B", WantedState.CONSUMING);

  private final LeadingController controller = new LeadingController();
  private final AssignmentWriter writer =
      new AssignmentWriter(controller.store, controller.transactions);
  private final SegmentName name = SegmentName.create("trips", 0, 0, controller.now);
  private final ShardId shard = ShardId.of(name);
  private final SegmentAssignment before = new SegmentAssignment(WANTED, List.of("A"));
  private final SegmentAssignment after = new SegmentAssignment(WANTED, List.of());
  private final SegmentMetadata consuming =
      SegmentMetadata.consuming(name, 0, 1, 1, EncodingDecisions.DEFAULT, controller.now);
  private String tableId = "";

  @BeforeEach
  void addSegment() {
    tableId = controller.createTrips("smallest", "");
    controller.store.commit(
        List.of(
            create(ClusterPaths.segment(tableId, name), consuming),
            create(
                ClusterPaths.assignment(tableId, shard),
                new AssignmentShard(shard, Map.of(name, before)))));
  }

  @Test
  void aMemberIsLetGoFromASegmentThatIsAsThePlanSawIt() {
    assertThat(writer.write(tableId, planned(before), Map.of(name, after))).containsExactly(name);
    assertThat(assignment()).isEqualTo(after);
  }

  @Test
  void aMemberThatHasBecomeTheCommitterMeanwhileStays() {
    String path = ClusterPaths.segment(tableId, name);
    SegmentMetadata committing = consuming.committing(9, new CommitAttempt(1, "A", controller.now));
    controller.store.commit(
        List.of(new Operation.Put(path, ClusterJson.write(committing), Operation.ANY_VERSION)));

    assertThat(writer.write(tableId, planned(before), Map.of(name, after))).isEmpty();
    assertThat(assignment()).isEqualTo(before);
  }

  @Test
  void whatIsNotAsThePlanSawItStays() {
    SegmentAssignment other = new SegmentAssignment(WANTED, List.of("A", "C"));
    assertThat(writer.write(tableId, planned(other), Map.of(name, after))).isEmpty();
    assertThat(assignment()).isEqualTo(before);
  }

  private PartitionView planned(SegmentAssignment seen) {
    return new PartitionView(
        0, new TreeMap<>(Map.of(0, new SegmentView(consuming, seen, Map.of()))));
  }

  private SegmentAssignment assignment() {
    byte[] data =
        controller.store.get(ClusterPaths.assignment(tableId, shard)).orElseThrow().data();
    return ClusterJson.read(data, AssignmentShard.class)
        .segments()
        .getOrDefault(name, new SegmentAssignment(Map.of(), List.of()));
  }

  private static Operation create(String path, Object value) {
    return new Operation.Create(path, ClusterJson.write(value), false);
  }
}
