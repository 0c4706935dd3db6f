package io.gamay.controller.leader;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gamay.cluster.layout.ClusterJson;
import io.gamay.cluster.layout.ClusterPaths;
import io.gamay.cluster.layout.LeaderEpoch;
import io.gamay.cluster.store.ConflictException;
import io.gamay.cluster.store.InMemoryMetadataStore;
import io.gamay.cluster.store.InMemoryMetadataStore.LostReply;
import io.gamay.cluster.store.InMemoryMetadataTree;
import io.gamay.cluster.store.Operation;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class LeaderOfficeTest {

  private final InMemoryMetadataTree tree = new InMemoryMetadataTree();
  private final Candidate first = new Candidate("A");
  private final Candidate second = new Candidate("B");

  private final class Candidate {
    final TaskQueue tasks = new TaskQueue();
    final InMemoryMetadataStore store = tree.openSession(tasks);
    final LeaderOffice office;

    Candidate(String id) {
      office = new LeaderOffice(store, id, tasks);
    }

    void stand() {
      office.start();
      tasks.runAll();
    }
  }

  @Test
  void theFirstLeaderHasEpochOneAndIsNamedInMetadata() {
    first.stand();
    second.stand();

    assertThat(first.office.term()).contains(new LeaderTerm(1, 0));
    assertThat(second.office.term()).isEmpty();
    assertThat(epoch()).isEqualTo(new LeaderEpoch(1, "A"));
  }

  @Test
  void aSuccessorHasAHigherEpochAndTheOldTermWritesNothingAnyMore() {
    first.stand();
    second.stand();
    LeaderTerm old = first.office.term().orElseThrow();

    first.store.expireSession();
    second.tasks.runAll();

    assertThat(second.office.term()).contains(new LeaderTerm(2, 1));
    assertThat(epoch().owner()).isEqualTo("B");
    assertThatThrownBy(() -> first.store.commit(List.of(old.fence(), create())))
        .isInstanceOfSatisfying(
            ConflictException.class,
            conflict -> assertThat(LeaderTerm.isFenced(conflict)).isTrue());
  }

  @Test
  void aDeposedLeaderHasNoTermAtOnce() {
    first.stand();

    first.store.suspend();
    first.tasks.runAll();

    assertThat(first.office.term()).isEmpty();
  }

  @Test
  void aHolderOfTheLatchThatIsFencedTakesOfficeAgain() {
    first.stand();
    LeaderTerm old = first.office.term().orElseThrow();
    byte[] foreign = ClusterJson.write(new LeaderEpoch(9, "X"));
    second.store.commit(List.of(new Operation.Put(ClusterPaths.LEADER_EPOCH, foreign, 0)));

    first.office.fenced(old);
    first.tasks.runAll();

    assertThat(first.office.term()).contains(new LeaderTerm(10, 2));
    first.office.fenced(old);
    first.tasks.runAll();
    assertThat(first.office.term())
        .as("fenced by a term long over")
        .contains(new LeaderTerm(10, 2));
  }

  @ParameterizedTest
  @EnumSource(LostReply.class)
  void aLostReplyOnTakingOfficeNeverGivesTwoTermsOfOneEpoch(LostReply outcome) {
    first.store.loseNextReply(outcome);

    first.stand();
    first.store.applyLate();

    LeaderTerm term = first.office.term().orElseThrow();
    assertThat(epoch()).isEqualTo(new LeaderEpoch(term.epoch(), "A"));
    first.store.commit(List.of(term.fence(), create()));
  }

  @Test
  void officeIsNotTakenWithALatchThatIsGone() {
    first.office.start();
    second.stand();
    first.store.expireSession();
    first.tasks.runAll();
    second.tasks.runAll();

    boolean firstLeads = first.office.term().isPresent();
    boolean secondLeads = second.office.term().isPresent();
    assertThat(firstLeads).isNotEqualTo(secondLeads);
    assertThat(epoch().owner()).isEqualTo(firstLeads ? "A" : "B");
  }

  @Test
  void aDecisionWhoseReplyWasLostIsDecidedAnewWithWhatIsFound() {
    first.stand();
    LeaderTransactions transactions = new LeaderTransactions(first.store, first.office);
    AtomicInteger rounds = new AtomicInteger();
    first.store.loseNextReply(LostReply.APPLIED);

    String result =
        transactions.write(
            mayBeWritten -> {
              rounds.incrementAndGet();
              return first.store.get("/x").isPresent()
                  ? LeaderTransactions.Decision.nothingToWrite("found, " + mayBeWritten)
                  : new LeaderTransactions.Decision<>(List.of(create()), "written");
            });

    assertThat(result).isEqualTo("found, true");
    assertThat(rounds).hasValue(2);
  }

  @Test
  void whoDoesNotLeadDecidesNothing() {
    LeaderTransactions transactions = new LeaderTransactions(second.store, second.office);

    assertThatThrownBy(
            () ->
                transactions.write(
                    mayBeWritten -> {
                      throw new AssertionError("asked to decide");
                    }))
        .isInstanceOf(NotLeaderException.class);
  }

  private LeaderEpoch epoch() {
    return ClusterJson.read(
        second.store.get(ClusterPaths.LEADER_EPOCH).orElseThrow().data(), LeaderEpoch.class);
  }

  private static Operation create() {
    return new Operation.Create("/x", new byte[0], false);
  }
}
