package io.gamay.controller.commit;

import io.gamay.cluster.assignment.AssignmentShard;
import io.gamay.cluster.assignment.SegmentAssignment;
import io.gamay.cluster.assignment.ShardId;
import io.gamay.cluster.assignment.WantedState;
import io.gamay.cluster.layout.ClusterJson;
import io.gamay.cluster.layout.ClusterPaths;
import io.gamay.cluster.segment.CommitAttempt;
import io.gamay.cluster.segment.SegmentMetadata;
import io.gamay.cluster.segment.SegmentName;
import io.gamay.cluster.segment.StoredCopy;
import io.gamay.cluster.store.MetadataStore;
import io.gamay.cluster.store.Operation;
import io.gamay.controller.leader.LeaderTerm;
import io.gamay.controller.table.SegmentEncoding;
import io.gamay.controller.table.TableState;
import io.gamay.controller.table.Versioned;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Writes decisions about segments, each in one transaction. Every transaction checks the term in
 * which the decision was made and the version of each node that it rests on; so a decision that is
 * late, or made twice, or made by a deposed leader, is refused as a whole.
 *
 * <table>
 * <caption>decision: checks, writes</caption>
 * <tr><td>T1 End</td><td>epoch, segment, shard, table</td><td>segment COMMITTING with its end and
 *     attempt 1; the successor, CONSUMING from that end under today's versions, encoded as {@link
 *     SegmentEncoding} says; both in their shards</td></tr>
 * <tr><td>T2 PickAgain</td><td>epoch, segment</td><td>the next attempt</td></tr>
 * <tr><td>T3 Finish</td><td>epoch, segment (and with its version the attempt), shard</td>
 *     <td>segment ONLINE with its copy; wanted ONLINE</td></tr>
 * </table>
 *
 * <p>All methods throw what {@link MetadataStore#commit} throws.
 */
final class CommitTransactions {

  private final MetadataStore store;
  private final SnapshotReader reader;

  CommitTransactions(MetadataStore store, SnapshotReader reader) {
    this.store = store;
    this.reader = reader;
  }

  /**
   * @param now goes into the successor's name
   */
  void write(LeaderTerm term, SegmentSnapshot snapshot, CommitDecision decision, Instant now) {
    List<Operation> operations = new ArrayList<>();
    operations.add(term.fence());
    switch (decision) {
      case CommitDecision.End end -> addEnd(operations, snapshot, end, now);
      case CommitDecision.PickAgain(CommitAttempt attempt) -> {
        SegmentMetadata segment = snapshot.segment().value();
        long end = segment.endOffset().orElseThrow();
        operations.add(putSegment(snapshot, segment.committing(end, attempt)));
      }
      case CommitDecision.Finish(StoredCopy copy) -> {
        operations.add(putSegment(snapshot, snapshot.segment().value().online(copy)));
        operations.add(putShard(snapshot, allOnline(snapshot)));
      }
    }
    store.commit(operations);
  }

  private void addEnd(
      List<Operation> operations, SegmentSnapshot snapshot, CommitDecision.End end, Instant now) {
    SegmentMetadata segment = snapshot.segment().value();
    SegmentMetadata successor = successor(snapshot, end.endOffset(), now);
    operations.add(snapshot.table().unchanged());
    operations.add(putSegment(snapshot, segment.committing(end.endOffset(), end.attempt())));
    operations.add(
        new Operation.Create(
            ClusterPaths.segment(snapshot.table().tableId(), successor.name()),
            ClusterJson.write(successor),
            false));
    operations.addAll(assignSuccessor(snapshot, successor.name()));
  }

  private SegmentMetadata successor(SegmentSnapshot snapshot, long startOffset, Instant now) {
    TableState table = snapshot.table();
    SegmentMetadata ended = snapshot.segment().value();
    SegmentName name =
        SegmentName.create(
            ended.name().table(), ended.name().partition(), ended.name().sequence() + 1, now);
    return SegmentMetadata.consuming(
        name,
        startOffset,
        table.node().schemaVersion(),
        table.node().configVersion(),
        SegmentEncoding.successor(table, ended, reader.newestTelling(snapshot)),
        now);
  }

  /** The successor's members are the segment's, leaving ones included. */
  private List<Operation> assignSuccessor(SegmentSnapshot snapshot, SegmentName successor) {
    AssignmentShard shard = snapshot.shard().value();
    SegmentAssignment assignment = assignmentOf(snapshot);
    SegmentAssignment next =
        new SegmentAssignment(wanted(assignment, WantedState.CONSUMING), assignment.leaving());
    ShardId nextId = ShardId.of(successor);
    if (nextId.equals(shard.id())) {
      return List.of(putShard(snapshot, with(shard, successor, next)));
    }
    String tableId = snapshot.table().tableId();
    Operation unchanged =
        new Operation.Check(
            ClusterPaths.assignment(tableId, shard.id()), snapshot.shard().version());
    String nextPath = ClusterPaths.assignment(tableId, nextId);
    Optional<Versioned<AssignmentShard>> present = reader.shard(tableId, nextId);
    Operation write =
        present.isPresent()
            ? new Operation.Put(
                nextPath,
                ClusterJson.write(with(present.get().value(), successor, next)),
                present.get().version())
            : new Operation.Create(
                nextPath,
                ClusterJson.write(new AssignmentShard(nextId, Map.of(successor, next))),
                false);
    return List.of(unchanged, write);
  }

  private static AssignmentShard allOnline(SegmentSnapshot snapshot) {
    SegmentAssignment assignment = assignmentOf(snapshot);
    return with(
        snapshot.shard().value(),
        snapshot.segment().value().name(),
        new SegmentAssignment(wanted(assignment, WantedState.ONLINE), assignment.leaving()));
  }

  private static SegmentAssignment assignmentOf(SegmentSnapshot snapshot) {
    return snapshot
        .shard()
        .value()
        .segments()
        .getOrDefault(
            snapshot.segment().value().name(), new SegmentAssignment(Map.of(), List.of()));
  }

  private static Map<String, WantedState> wanted(SegmentAssignment from, WantedState state) {
    Map<String, WantedState> wanted = new LinkedHashMap<>();
    from.wanted().keySet().forEach(instance -> wanted.put(instance, state));
    return wanted;
  }

  private static AssignmentShard with(
      AssignmentShard shard, SegmentName segment, SegmentAssignment assignment) {
    Map<SegmentName, SegmentAssignment> segments = new HashMap<>(shard.segments());
    segments.put(segment, assignment);
    return shard.withSegments(segments);
  }

  private static Operation putSegment(SegmentSnapshot snapshot, SegmentMetadata next) {
    return new Operation.Put(
        ClusterPaths.segment(snapshot.table().tableId(), next.name()),
        ClusterJson.write(next),
        snapshot.segment().version());
  }

  private static Operation putShard(SegmentSnapshot snapshot, AssignmentShard next) {
    return new Operation.Put(
        ClusterPaths.assignment(snapshot.table().tableId(), next.id()),
        ClusterJson.write(next),
        snapshot.shard().version());
  }
}
