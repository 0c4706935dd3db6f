package io.gamay.broker.route;

import static io.gamay.broker.Views.committing;
import static io.gamay.broker.Views.consuming;
import static io.gamay.broker.Views.justCommitted;
import static io.gamay.broker.Views.longs;
import static io.gamay.broker.Views.name;
import static io.gamay.broker.Views.online;
import static io.gamay.broker.Views.partition;
import static io.gamay.broker.Views.view;
import static org.assertj.core.api.Assertions.assertThat;

import io.gamay.broker.Views;
import io.gamay.broker.route.PartitionParts.SealedSource;
import io.gamay.broker.route.PartitionParts.TailSource;
import io.gamay.cluster.instance.InstanceConfig;
import io.gamay.cluster.instance.InstanceOrder;
import io.gamay.cluster.instance.InstanceRole;
import io.gamay.cluster.view.ClusterView;
import io.gamay.cluster.view.ClusterView.InstanceView;
import io.gamay.query.plan.ResultType;
import io.gamay.query.plan.TypedExpression;
import io.gamay.query.plan.TypedExpression.ColumnReference;
import io.gamay.query.plan.TypedExpression.Comparison;
import io.gamay.query.plan.TypedExpression.Constant;
import io.gamay.query.sql.Expression.ComparisonOperator;
import io.gamay.segment.ledger.OffsetRange;
import io.gamay.segment.schema.DataType;
import io.gamay.segment.schema.Value;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class PartitionRouterTest {

  private final PartitionRouter router =
      new PartitionRouter(view(List.of("s1", "s2"), List.of("dead")));

  @Test
  void sealedPrefixIsAskedByNameAndTheRestByOffset() {
    PartitionParts parts =
        router.route(
            partition(0, online(0, "s1"), online(1, "s2"), committing(2, "s1"), consuming(3, "s1")),
            Optional.empty());
    assertThat(parts.sealed().stream().map(SealedSource::segment))
        .containsExactly(name(0), name(1));
    assertThat(parts.tail()).contains(new TailSource(200, List.of("s1")));
    assertThat(parts.from()).isZero();
  }

  @Test
  void segmentOnlineBeyondThePrefixBelongsToTheTail() {
    PartitionParts parts =
        router.route(
            partition(0, online(0, "s1"), committing(1, "s1"), online(2, "s1"), consuming(3, "s1")),
            Optional.empty());
    assertThat(parts.sealed()).hasSize(1);
    assertThat(parts.tail().orElseThrow().from()).isEqualTo(100);
  }

  @Test
  void segmentCommittedAMomentAgoStaysWithTheTailUntilItIsServedByName() {
    PartitionParts parts =
        router.route(
            partition(
                0, online(0, "s1"), justCommitted(1, "s1"), online(2, "s1"), consuming(3, "s1")),
            Optional.empty());
    assertThat(parts.sealed().stream().map(SealedSource::segment)).containsExactly(name(0));
    assertThat(parts.tail().orElseThrow().from()).isEqualTo(100);
  }

  @Test
  void segmentThatOneReplicaServesByNameIsNotLeftToTheTailOfAnother() {
    PartitionParts parts =
        router.route(partition(0, online(0, "s1"), consuming(1, "s2")), Optional.empty());
    assertThat(parts.sealed()).hasSize(1);
    assertThat(parts.tail().orElseThrow().from()).isEqualTo(100);
  }

  @Test
  void oldSegmentThatNobodyServesIsAskedForAndHasNoCandidate() {
    PartitionParts parts =
        router.route(
            partition(0, online(0, "dead"), online(1, "s1"), consuming(2, "s1")), Optional.empty());
    assertThat(parts.sealed().getFirst().candidates()).isEmpty();
    assertThat(parts.tail().orElseThrow().from()).isEqualTo(200);
  }

  @Test
  void hopBetweenOffsetsEndsThePrefix() {
    PartitionParts parts =
        router.route(
            partition(0, online(0, "s1"), online(2, "s1"), consuming(3, "s1")), Optional.empty());
    assertThat(parts.sealed()).hasSize(1);
    assertThat(parts.tail().orElseThrow().from()).isEqualTo(100);
  }

  @Test
  void segmentThatCannotMatchIsCoveredWithoutAsking() {
    PartitionParts parts =
        router.route(
            partition(
                0,
                online(0, Map.of("x", longs(1, 5)), "s1"),
                online(1, Map.of("x", longs(6, 9)), "s1"),
                consuming(2, "s1")),
            Optional.of(xEquals(7)));
    assertThat(parts.sealed().stream().map(SealedSource::segment)).containsExactly(name(1));
    assertThat(parts.pruned()).containsExactly(new OffsetRange(0, 100));
  }

  @Test
  void serverThatStopsComesLastAmongReplicas() {
    var router = new PartitionRouter(stopping(List.of("s2"), Map.of("s1", InstanceOrder.NONE)));
    assertThat(router.leaving()).containsExactly("s1");
    PartitionParts parts =
        router.route(
            partition(0, online(0, "s1", "s2"), online(1, "s1"), consuming(2, "s1", "s2")),
            Optional.empty());
    assertThat(parts.sealed().get(0).candidates()).containsExactly("s2", "s1");
    assertThat(parts.sealed().get(1).candidates()).containsExactly("s1");
    assertThat(parts.tail().orElseThrow().candidates()).containsExactly("s2", "s1");
  }

  @Test
  void serverWithoutQueriesIsNotAskedEvenForWhatNobodyElseAnswers() {
    PartitionParts parts =
        new PartitionRouter(
                stopping(List.of(), Map.of("s1", InstanceOrder.NONE.withQueries(false))))
            .route(partition(0, online(0, "s1"), consuming(1, "s1")), Optional.empty());
    assertThat(parts.sealed().getFirst().candidates()).isEmpty();
    assertThat(parts.tail().orElseThrow().candidates()).isEmpty();
  }

  /** Servers that stay, and servers that are about to stop, with what was decided about them. */
  private static ClusterView stopping(List<String> staying, Map<String, InstanceOrder> others) {
    Map<String, InstanceView> instances = new HashMap<>(Views.view(staying, List.of()).instances());
    others.forEach(
        (id, order) ->
            instances.put(
                id,
                new InstanceView(
                    new InstanceConfig(id, InstanceRole.SERVER, "127.0.0.1", 1, List.of()),
                    true,
                    Optional.of(Instant.EPOCH),
                    order)));
    return new ClusterView(1, Optional.empty(), 0, instances, Map.of());
  }

  @Test
  void firstLiveMemberInAssignmentOrderAnswersTheTail() {
    PartitionParts parts =
        router.route(partition(0, consuming(0, "dead", "s2", "s1")), Optional.empty());
    assertThat(parts.tail().orElseThrow().candidates()).containsExactly("s2", "s1");
  }

  @Test
  void partitionThatNobodyConsumesHasNoTail() {
    PartitionParts parts = router.route(partition(0, online(0, "s1")), Optional.empty());
    assertThat(parts.tail()).isEmpty();
    assertThat(parts.sealed()).hasSize(1);
  }

  @Test
  void partitionWithoutSegmentsHasNothingToAsk() {
    PartitionParts parts = router.route(partition(0), Optional.empty());
    assertThat(parts.sealed()).isEmpty();
    assertThat(parts.tail()).isEmpty();
  }

  private static TypedExpression xEquals(long value) {
    return new Comparison(
        ComparisonOperator.EQUAL,
        new ColumnReference("x", ResultType.of(DataType.LONG), false, new Value.LongValue(0)),
        new Constant(Optional.of(new Value.LongValue(value)), ResultType.of(DataType.LONG)));
  }
}
