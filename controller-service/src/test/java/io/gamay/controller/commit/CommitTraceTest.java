package io.gamay.controller.commit;

import static org.assertj.core.api.Assertions.assertThat;

import io.gamay.cluster.assignment.AssignmentShard;
import io.gamay.cluster.assignment.SegmentAssignment;
import io.gamay.cluster.assignment.ShardId;
import io.gamay.cluster.assignment.WantedState;
import io.gamay.cluster.commit.CommitAnswer;
import io.gamay.cluster.commit.CommitAnswer.Kind;
import io.gamay.cluster.commit.CommitReport;
import io.gamay.cluster.commit.CommitReport.StopReason;
import io.gamay.cluster.layout.ClusterJson;
import io.gamay.cluster.layout.ClusterPaths;
import io.gamay.cluster.layout.LeaderEpoch;
import io.gamay.cluster.layout.LiveNode;
import io.gamay.cluster.segment.SegmentMetadata;
import io.gamay.cluster.segment.SegmentName;
import io.gamay.cluster.segment.SegmentState;
import io.gamay.cluster.segment.StoredCopy;
import io.gamay.cluster.store.InMemoryMetadataStore;
import io.gamay.cluster.store.InMemoryMetadataStore.LostReply;
import io.gamay.cluster.store.Operation;
import io.gamay.controller.leader.LeaderTerm;
import io.gamay.controller.leader.Leadership;
import io.gamay.controller.table.LeadingController;
import io.gamay.segment.ledger.LedgerCounts;
import io.gamay.segment.ledger.OffsetRange;
import io.gamay.segment.schema.EncodingDecisions;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Schedules that broke earlier forms of the commit protocol, each step for step: controllers X and
 * Y on one metadata, replicas A, B and C of one partition. The simulation finds schedules by
 * itself; these are known to have done harm.
 */
final class CommitTraceTest {

  private static final ShardId SHARD = new ShardId(0, 0);

  private final LeadingController controller = new LeadingController();
  private final String tableId = controller.createTrips("smallest", "");
  private final SegmentName first = SegmentName.create("trips", 0, 0, controller.now);
  private final Node x = new Node(1, 0);

  @BeforeEach
  void consumeOneSegment() {
    for (String server : List.of("A", "B", "C")) {
      create(ClusterPaths.live(server), new LiveNode(1));
    }
    create(
        ClusterPaths.segment(tableId, first),
        SegmentMetadata.consuming(first, 0, 1, 1, EncodingDecisions.DEFAULT, controller.now));
    assign(List.of("A", "B"), List.of());
  }

  /** The transaction's checks of versions: the epoch alone would let the late write through. */
  @Test
  void aDecisionThatLandsLateNeitherMovesTheEndNorMakesASecondSuccessor() {
    x.store.loseNextReply(LostReply.APPLIED_LATER);
    x.hear(consumed("A", 2));
    x.hear(consumed("B", 3));
    long decided = segment(first).endOffset().orElseThrow();

    x.store.applyLate();

    assertThat(segment(first).endOffset()).hasValue(decided);
    assertThat(segments()).as("one successor").hasSize(2);
    assertThat(segments().getLast().startOffset()).isEqualTo(decided);
  }

  /** In the same way: another attempt. */
  @Test
  void aLateAttemptDoesNotTakeAnOnlineSegmentBack() {
    commitAt(3, "A", "B");
    int attempt = segment(first).attempt().orElseThrow().number();
    String committer = segment(first).attempt().orElseThrow().committer();
    x.store.loseNextReply(LostReply.APPLIED_LATER);
    x.hear(new CommitReport.Failed(committer, tableId, first, attempt, "disk full"));
    int current = segment(first).attempt().orElseThrow().number();
    String second = segment(first).attempt().orElseThrow().committer();
    x.hear(committed(second, current, List.of()));
    assertThat(segment(first).state()).isEqualTo(SegmentState.ONLINE);

    x.store.applyLate();

    assertThat(segment(first).state()).isEqualTo(SegmentState.ONLINE);
  }

  /** Answers are given from what is written only. */
  @Test
  void nobodyIsToldOfAnEndThatItsLeaderCouldNotWrite() {
    x.hear(consumed("A", 2));
    x.beforeCommit =
        () -> {
          x.beforeCommit = () -> {};
          Node y = takeOver(2);
          y.hear(consumed("A", 2));
          y.hear(consumed("B", 3));
        };

    CommitAnswer late = x.hear(consumed("B", 2));

    assertThat(late.kind()).isEqualTo(Kind.NOT_LEADER);
    assertThat(late.endOffset()).as("X knows no end that counts").isEqualTo(-1);
    assertThat(segment(first).endOffset()).hasValue(3);
  }

  /** Complete before far. */
  @Test
  void whatOneReplicaHoldsIsNotLostBecauseAnotherThatMissesItIsFurther() {
    x.hear(consumed("B", 5, new OffsetRange(0, 1)));
    x.hear(consumed("A", 2));

    assertThat(segment(first).endOffset()).hasValue(2);
    assertThat(segment(first).attempt().orElseThrow().committer()).isEqualTo("A");
    x.hear(committed("A", 1, List.of()));
    assertThat(segment(first).stored().orElseThrow().lost()).isEmpty();
  }

  /** And at the end: whoever is live and holds more is asked first. */
  @Test
  void aCopyWithAHoleIsNotTakenWhileAnotherReplicaHoldsMore() {
    x.hear(consumed("B", 5, new OffsetRange(0, 1)));
    controller.now = controller.now.plus(CommitPolicy.DEFAULT.holdTime());
    x.tick();
    assertThat(segment(first).attempt().orElseThrow().committer()).isEqualTo("B");
    x.hear(consumed("A", 5));

    x.hear(committed("B", 1, List.of(new OffsetRange(0, 1))));

    assertThat(segment(first).state()).isEqualTo(SegmentState.COMMITTING);
    assertThat(segment(first).attempt().orElseThrow().committer()).isEqualTo("A");
  }

  /** A replaced replica stays a member until it is released. */
  @Test
  void aReplacedReplicaThatHoldsTheOnlyCopyCommitsIt() {
    assign(List.of("C", "B"), List.of("A"));
    x.hear(consumed("C", 5, new OffsetRange(0, 1)));
    x.hear(consumed("B", 5, new OffsetRange(0, 1)));

    x.hear(consumed("A", 5));

    assertThat(segment(first).attempt().orElseThrow().committer()).isEqualTo("A");
    x.hear(committed("A", 1, List.of()));
    assertThat(segment(first).stored().orElseThrow().lost()).isEmpty();
    assertThat(shard().segments().values())
        .as("it stays a member, of the successor too")
        .allMatch(assignment -> assignment.leaving().equals(List.of("A")));
  }

  /** The attempt is in the node: what a sweeper may take, no later commit can name. */
  @Test
  void anObjectOfAnOlderAttemptIsNeverNamed() {
    commitAt(3, "A", "B");
    String committer = segment(first).attempt().orElseThrow().committer();
    x.hear(new CommitReport.Failed(committer, tableId, first, 1, "read back differs"));
    assertThat(segment(first).attempt().orElseThrow().number()).isEqualTo(2);

    CommitAnswer late = x.hear(committed(committer, 1, List.of()));

    assertThat(late.kind()).isEqualTo(Kind.KEEP);
    assertThat(segment(first).state()).isEqualTo(SegmentState.COMMITTING);
    String second = segment(first).attempt().orElseThrow().committer();
    x.hear(committed(second, 2, List.of()));
    assertThat(segment(first).stored().orElseThrow().objectKey()).endsWith("/2");
  }

  /** Rows behind an end are the successor's, under the versions that its node names. */
  @Test
  void theSuccessorIsOfTheVersionsThatHoldWhenItsStartIsDecided() {
    controller.tables.update(
        "trips", LeadingController.table("smallest", "").replace("1000", "2000"));
    x.hear(consumed("A", 5));
    x.hear(consumed("B", 3));

    assertThat(segment(first).configVersion()).isEqualTo(1);
    assertThat(segments().getLast().configVersion()).isEqualTo(2);
  }

  // -- below

  private void commitAt(long end, String... servers) {
    for (String server : servers) {
      x.hear(consumed(server, end));
    }
    assertThat(segment(first).endOffset()).hasValue(end);
  }

  /** Another controller takes office: its epoch is the newest from now on. */
  private Node takeOver(long epoch) {
    var node = controller.store.get(ClusterPaths.LEADER_EPOCH).orElseThrow();
    controller.store.commit(
        List.of(
            new Operation.Put(
                ClusterPaths.LEADER_EPOCH,
                ClusterJson.write(new LeaderEpoch(epoch, "Y")),
                node.version())));
    return new Node(epoch, node.version() + 1);
  }

  /** A controller that holds itself for the leader of one term until it is fenced. */
  private final class Node implements Leadership {
    private Runnable beforeCommit = () -> {};
    private final InMemoryMetadataStore store = controller.tree.openSession(Runnable::run);
    private final CommitCoordinator coordinator =
        new CommitCoordinator(
            new InterleavedStore(store, () -> beforeCommit.run()),
            controller.catalog::tableById,
            this,
            CommitPolicy.DEFAULT,
            () -> controller.now);
    private Optional<LeaderTerm> term;

    Node(long epoch, int version) {
      this.term = Optional.of(new LeaderTerm(epoch, version));
    }

    CommitAnswer hear(CommitReport report) {
      return coordinator.onReport(report);
    }

    void tick() {
      coordinator.onTick(tableId, first);
    }

    @Override
    public Optional<LeaderTerm> term() {
      return term;
    }

    @Override
    public void fenced(LeaderTerm over) {
      term = Optional.empty();
    }
  }

  private CommitReport consumed(String server, long position, OffsetRange... missing) {
    return new CommitReport.Consumed(
        server, tableId, first, position, List.of(missing), 0, StopReason.ROW_LIMIT);
  }

  private CommitReport committed(String server, int attempt, List<OffsetRange> missing) {
    long size = segment(first).offsets().size();
    long lost = Offsets.count(missing);
    LedgerCounts ledger = new LedgerCounts(size - lost, 0, 0, 0, lost);
    String key = CommitStateMachine.objectKey(tableId, first, attempt);
    return new CommitReport.Committed(
        server,
        tableId,
        first,
        attempt,
        new StoredCopy(key, 1, 1, (int) ledger.indexed(), ledger, missing, Map.of()),
        missing);
  }

  private void assign(List<String> wanted, List<String> leaving) {
    Map<String, WantedState> states = new LinkedHashMap<>();
    wanted.forEach(server -> states.put(server, WantedState.CONSUMING));
    AssignmentShard shard =
        new AssignmentShard(SHARD, Map.of(first, new SegmentAssignment(states, leaving)));
    String path = ClusterPaths.assignment(tableId, SHARD);
    byte[] json = ClusterJson.write(shard);
    controller.store.commit(
        List.of(
            controller
                .store
                .get(path)
                .<Operation>map(there -> new Operation.Put(path, json, there.version()))
                .orElseGet(() -> new Operation.Create(path, json, false))));
  }

  private AssignmentShard shard() {
    return ClusterJson.read(
        controller.store.get(ClusterPaths.assignment(tableId, SHARD)).orElseThrow().data(),
        AssignmentShard.class);
  }

  private SegmentMetadata segment(SegmentName name) {
    return ClusterJson.read(
        controller.store.get(ClusterPaths.segment(tableId, name)).orElseThrow().data(),
        SegmentMetadata.class);
  }

  /** By sequence. */
  private List<SegmentMetadata> segments() {
    return controller.store.children(ClusterPaths.segments(tableId, SHARD)).stream()
        .map(SegmentName::parse)
        .map(this::segment)
        .sorted((a, b) -> Integer.compare(a.name().sequence(), b.name().sequence()))
        .toList();
  }

  private void create(String path, Object value) {
    controller.store.commit(List.of(new Operation.Create(path, ClusterJson.write(value), false)));
  }
}
