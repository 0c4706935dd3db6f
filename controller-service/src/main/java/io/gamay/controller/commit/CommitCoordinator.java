package io.gamay.controller.commit;

import io.gamay.cluster.commit.CommitAnswer;
import io.gamay.cluster.commit.CommitReport;
import io.gamay.cluster.segment.SegmentName;
import io.gamay.cluster.store.ConflictException;
import io.gamay.cluster.store.MetadataStore;
import io.gamay.cluster.store.UnknownOutcomeException;
import io.gamay.controller.leader.LeaderTerm;
import io.gamay.controller.leader.Leadership;
import io.gamay.controller.table.TableState;
import io.gamay.segment.ledger.OffsetRange;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Drives the state machine of every segment: reads, decides, writes, and answers from what it then
 * reads. A transaction that was refused or whose outcome is unknown is never sent again; the event
 * is judged anew on what metadata holds by then. Not thread-safe: one thread owns it.
 */
final class CommitCoordinator {

  private static final Logger LOG = LoggerFactory.getLogger(CommitCoordinator.class);

  /** Rounds of read, decide, write for one event; whoever exceeds them reports again soon. */
  private static final int MAX_ROUNDS = 8;

  private final MetadataStore store;
  private final Leadership leadership;
  private final SnapshotReader reader;
  private final CommitTransactions transactions;
  private final CommitStateMachine machine;
  private final InstantSource clock;
  private final Map<Key, ReportMemory> memories = new HashMap<>();
  private Optional<LeaderTerm> memoriesOf = Optional.empty();

  private record Key(String tableId, SegmentName segment) {}

  CommitCoordinator(
      MetadataStore store,
      Function<String, Optional<TableState>> tables,
      Leadership leadership,
      CommitPolicy policy,
      InstantSource clock) {
    this.store = store;
    this.leadership = leadership;
    this.reader = new SnapshotReader(store, tables);
    this.transactions = new CommitTransactions(store, reader);
    this.machine = new CommitStateMachine(policy);
    this.clock = clock;
  }

  /**
   * @throws io.gamay.cluster.store.MetadataException if the store cannot be reached
   */
  CommitAnswer onReport(CommitReport report) {
    return judge(new Key(report.tableId(), report.segment()), new CommitEvent.Reported(report));
  }

  /** Lets time pass for a segment. */
  void onTick(String tableId, SegmentName segment) {
    judge(new Key(tableId, segment), new CommitEvent.Tick());
  }

  /** Whether reports of the segment are remembered, so that time may decide. */
  boolean remembers(String tableId, SegmentName segment) {
    return memories.containsKey(new Key(tableId, segment));
  }

  /** Why the segment does not get on; empty when it does. */
  String trouble(String tableId, SegmentName segment) {
    return memory(new Key(tableId, segment)).trouble();
  }

  /** All that does not get on, by segment. */
  Map<SegmentName, String> troubles(String tableId) {
    Map<SegmentName, String> troubles = new HashMap<>();
    memories.forEach(
        (key, memory) -> {
          if (key.tableId().equals(tableId) && !memory.trouble().isEmpty()) {
            troubles.put(key.segment(), memory.trouble());
          }
        });
    return troubles;
  }

  private CommitAnswer judge(Key key, CommitEvent event) {
    Optional<LeaderTerm> captured = leadership.term();
    if (!captured.equals(memoriesOf)) {
      memories.clear();
      memoriesOf = captured;
    }
    if (captured.isEmpty()) {
      return notLeader(key);
    }
    LeaderTerm term = captured.get();
    for (int round = 1; round <= MAX_ROUNDS; round++) {
      Optional<SegmentSnapshot> snapshot = reader.read(key.tableId(), key.segment());
      if (snapshot.isEmpty()) {
        memories.remove(key);
        return new CommitAnswer(CommitAnswer.Kind.HOLD, key.segment(), -1, 0, term.epoch());
      }
      Instant now = clock.instant();
      CommitOutcome outcome =
          machine.on(
              event,
              snapshot.get().segment().value(),
              snapshot.get().skipped(),
              memory(key),
              snapshot.get().members(),
              now);
      remember(key, outcome.memory());
      if (outcome.decision().isEmpty()) {
        return answer(outcome.answer(), snapshot.get(), term);
      }
      if (!isStillLeaderAfterWriting(term, snapshot.get(), outcome.decision().get(), now)) {
        return notLeader(key);
      }
    }
    LOG.warn("no decision about {} after {} rounds, will try again", key.segment(), MAX_ROUNDS);
    return new CommitAnswer(CommitAnswer.Kind.HOLD, key.segment(), -1, 0, term.epoch());
  }

  private boolean isStillLeaderAfterWriting(
      LeaderTerm term, SegmentSnapshot snapshot, CommitDecision decision, Instant now) {
    SegmentName segment = snapshot.segment().value().name();
    try {
      transactions.write(term, snapshot, decision, now);
      logDecision(segment, decision);
      return true;
    } catch (ConflictException conflict) {
      if (LeaderTerm.isFenced(conflict)) {
        leadership.fenced(term);
        return false;
      }
      LOG.info("a decision about {} came too late: {}", segment, conflict.getMessage());
      return true;
    } catch (UnknownOutcomeException unknown) {
      LOG.warn("a decision about {} got no reply, reading again", segment, unknown);
      store.sync();
      return true;
    }
  }

  private static void logDecision(SegmentName segment, CommitDecision decision) {
    switch (decision) {
      case CommitDecision.End end ->
          LOG.info(
              "segment {} ends at {}, {} commits",
              segment,
              end.endOffset(),
              end.attempt().committer());
      case CommitDecision.PickAgain again ->
          LOG.warn(
              "segment {}: attempt {} goes to {}",
              segment,
              again.attempt().number(),
              again.attempt().committer());
      case CommitDecision.Finish finish -> {
        LOG.info(
            "segment {} is online: {} rows, {} bytes",
            segment,
            finish.copy().docCount(),
            finish.copy().sizeBytes());
        List<OffsetRange> lost = finish.copy().lost();
        if (!lost.isEmpty()) {
          LOG.error("segment {}: declared lost, read by no member: {}", segment, lost);
        }
      }
    }
  }

  private ReportMemory memory(Key key) {
    return memories.getOrDefault(key, ReportMemory.EMPTY);
  }

  private void remember(Key key, ReportMemory next) {
    if (!next.trouble().isEmpty() && !next.trouble().equals(memory(key).trouble())) {
      LOG.warn("segment {}: {}", key.segment(), next.trouble());
    }
    if (next.equals(ReportMemory.EMPTY)) {
      memories.remove(key);
      return;
    }
    memories.put(key, next);
  }

  private static CommitAnswer answer(
      CommitAnswer.Kind kind, SegmentSnapshot snapshot, LeaderTerm term) {
    var segment = snapshot.segment().value();
    int attempt = segment.attempt().map(current -> current.number()).orElse(0);
    return new CommitAnswer(
        kind, segment.name(), segment.endOffset().orElse(-1), attempt, term.epoch());
  }

  private CommitAnswer notLeader(Key key) {
    return new CommitAnswer(CommitAnswer.Kind.NOT_LEADER, key.segment(), -1, 0, 0);
  }
}
