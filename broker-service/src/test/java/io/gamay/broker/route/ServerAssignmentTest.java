package io.gamay.broker.route;

import static io.gamay.broker.Views.name;
import static org.assertj.core.api.Assertions.assertThat;

import io.gamay.broker.route.PartitionParts.SealedSource;
import io.gamay.broker.route.PartitionParts.TailSource;
import io.gamay.broker.route.ServerAssignment.Terms;
import io.gamay.cluster.table.RoutingConfig.AdaptiveSelector;
import io.gamay.cluster.table.RoutingConfig.InstanceSelector;
import io.gamay.query.wire.ServerRequest.TailPart;
import io.gamay.segment.ledger.OffsetRange;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ServerAssignmentTest {

  private final HighWaterMarks marks = new HighWaterMarks();
  private final ReplicaPicker picker =
      new ReplicaPicker(
          InstanceSelector.BALANCED, AdaptiveSelector.NO_OP, new ServerLoads(() -> 0));

  @Test
  void tailWithoutMarkMustPassKafkasEnd() {
    TailPart tail = tailOf(choose(tail("s1"), Map.of(), Set.of()), "s1");
    assertThat(tail.passEnd()).isTrue();
    assertThat(tail.minimumEnd()).isZero();
  }

  @Test
  void tailFromTheReplicaThatAnsweredLastMustReachTheMark() {
    marks.raise("id", 0, 150, "s1");
    TailPart tail = tailOf(choose(tail("s1"), Map.of(), Set.of()), "s1");
    assertThat(tail.passEnd()).isFalse();
    assertThat(tail.minimumEnd()).isEqualTo(150);
  }

  @Test
  void otherReplicaThanTheLastMustPassKafkasEndToo() {
    marks.raise("id", 0, 150, "s1");
    TailPart tail = tailOf(choose(tail("s1", "s2"), Map.of(), Set.of("s1")), "s2");
    assertThat(tail.passEnd()).isTrue();
    assertThat(tail.minimumEnd()).isEqualTo(150);
  }

  @Test
  void demandedOffsetWinsOverALowerMark() {
    marks.raise("id", 0, 150, "s1");
    assertThat(tailOf(choose(tail("s1"), Map.of(0, 170L), Set.of()), "s1").minimumEnd())
        .isEqualTo(170);
    assertThat(tailOf(choose(tail("s1"), Map.of(0, 20L), Set.of()), "s1").minimumEnd())
        .isEqualTo(150);
  }

  @Test
  void failedReplicaIsAskedAgainOnlyIfNobodyElseIsThere() {
    assertThat(choose(tail("s1"), Map.of(), Set.of("s1")).work()).containsOnlyKeys("s1");
    assertThat(choose(tail("s1", "s2"), Map.of(), Set.of("s1")).work()).containsOnlyKeys("s2");
  }

  @Test
  void serverCanBeReplacedIfEachOfItsPartsHasAnotherReplica() {
    assertThat(choose(whole(sealed(0, "s1", "s2"), "s1", "s2"), Map.of(), Set.of()).replaceable())
        .containsExactly("s1");
    assertThat(choose(whole(sealed(0, "s1"), "s1", "s2"), Map.of(), Set.of()).replaceable())
        .isEmpty();
    assertThat(choose(tail("s1", "s2"), Map.of(), Set.of("s2")).replaceable()).isEmpty();
    assertThat(choose(tail("s1", "s2"), Map.of(), Set.of("s1", "s2")).replaceable()).isEmpty();
  }

  @Test
  void serverThatStopsReplacesAnotherAndIsAskedBeforeOneThatFailed() {
    PartitionParts parts = whole(sealed(0, "s1", "s2"), "s1", "s2");
    for (long spread = 0; spread < 4; spread++) {
      ServerAssignment assignment = choose(parts, Set.of(), Set.of("s2"), spread);
      assertThat(assignment.work()).containsOnlyKeys("s1");
      assertThat(assignment.replaceable()).containsExactly("s1");
      assertThat(choose(parts, Set.of("s1"), Set.of("s2"), spread).work()).containsOnlyKeys("s2");
      assertThat(choose(parts, Set.of("s1", "s2"), Set.of("s2"), spread).work())
          .containsOnlyKeys("s1");
      assertThat(choose(parts, Set.of("s1", "s2"), Set.of("s1"), spread).work())
          .containsOnlyKeys("s2");
    }
  }

  private ServerAssignment choose(
      PartitionParts parts, Set<String> avoid, Set<String> leaving, long spread) {
    return ServerAssignment.choose(
        List.of(parts),
        new Terms("id", marks, Map.of(), new ReplicaOrder(avoid, leaving), spread),
        picker);
  }

  @Test
  void partsOfOneServerAreFoundAmongAllWithTheirReplicas() {
    PartitionParts parts = whole(sealed(0, "s2", "s1"), "s1", "s2");
    ServerAssignment assignment = choose(parts, Map.of(), Set.of());
    assertThat(Objects.requireNonNull(assignment.work().get("s1")).among(List.of(parts)))
        .containsExactly(new PartitionParts(0, 0, List.of(), List.of(), 0, parts.tail()));
    assertThat(Objects.requireNonNull(assignment.work().get("s2")).among(List.of(parts)))
        .containsExactly(new PartitionParts(0, 0, parts.sealed(), List.of(), 0, Optional.empty()));
  }

  @Test
  void sealedSegmentsSpreadOverTheirReplicas() {
    PartitionParts parts =
        new PartitionParts(
            0,
            0,
            List.of(sealed(0, "s1", "s2"), sealed(1, "s1", "s2")),
            List.of(),
            0,
            Optional.empty());
    assertThat(choose(parts, Map.of(), Set.of()).work()).containsOnlyKeys("s1", "s2");
  }

  @Test
  void partWithoutReplicaIsAskedOfNobody() {
    PartitionParts parts =
        new PartitionParts(
            0, 0, List.of(sealed(0)), List.of(), 0, Optional.of(new TailSource(100, List.of())));
    assertThat(choose(parts, Map.of(), Set.of()).work()).isEmpty();
  }

  @Test
  void oneServerIsAskedForTheWholeIfNoPartIsOfAnotherOrOfNobody() {
    assertThat(isWholeOnOne(whole(sealed(0, "s1"), "s1"))).isTrue();
    assertThat(isWholeOnOne(tail("s1"))).isTrue();
    assertThat(isWholeOnOne(whole(sealed(0, "s2"), "s1"))).isFalse();
    assertThat(isWholeOnOne(whole(sealed(0), "s1"))).isFalse();
    assertThat(isWholeOnOne(whole(sealed(0, "s1")))).isFalse();
    assertThat(isWholeOnOne(tail())).isFalse();
  }

  private boolean isWholeOnOne(PartitionParts parts) {
    return choose(parts, Map.of(), Set.of()).isWholeOnOne(List.of(parts));
  }

  private static PartitionParts whole(SealedSource sealed, String... tail) {
    return new PartitionParts(
        0, 0, List.of(sealed), List.of(), 0, Optional.of(new TailSource(100, List.of(tail))));
  }

  @Test
  void markNeverFalls() {
    marks.raise("id", 0, 150, "s1");
    marks.raise("id", 0, 100, "s2");
    assertThat(marks.mark("id", 0)).contains(new HighWaterMarks.Mark(150, "s2"));
    marks.retainTables(Set.of("other"));
    assertThat(marks.mark("id", 0)).isEmpty();
  }

  private ServerAssignment choose(
      PartitionParts parts, Map<Integer, Long> minOffsets, Set<String> avoid) {
    return ServerAssignment.choose(
        List.of(parts),
        new Terms("id", marks, minOffsets, new ReplicaOrder(avoid, Set.of()), 0),
        picker);
  }

  private static TailPart tailOf(ServerAssignment assignment, String instance) {
    return Objects.requireNonNull(assignment.work().get(instance)).tails().getFirst();
  }

  private static PartitionParts tail(String... candidates) {
    return new PartitionParts(
        0, 0, List.of(), List.of(), 0, Optional.of(new TailSource(0, List.of(candidates))));
  }

  private static SealedSource sealed(int sequence, String... candidates) {
    return new SealedSource(
        name(sequence),
        new OffsetRange(sequence * 100L, sequence * 100L + 100),
        7,
        List.of(candidates),
        List.of(candidates));
  }
}
