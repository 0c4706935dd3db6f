package io.gamay.controller.leader;

import io.gamay.cluster.store.ConflictException;
import io.gamay.cluster.store.MetadataException;
import io.gamay.cluster.store.MetadataStore;
import io.gamay.cluster.store.Operation;
import io.gamay.cluster.store.UnknownOutcomeException;
import java.util.ArrayList;
import java.util.List;

/**
 * Writes decisions of the leader: read, decide, write in one fenced transaction, and decide anew
 * when it was refused or its outcome is unknown. Thread-safe; blocks on the store.
 */
public final class LeaderTransactions {

  private static final int MAX_ROUNDS = 8;

  private final MetadataStore store;
  private final Leadership leadership;

  public LeaderTransactions(MetadataStore store, Leadership leadership) {
    this.store = store;
    this.leadership = leadership;
  }

  /**
   * What was decided.
   *
   * @param operations each checking a version that was read; none: there is nothing to write
   */
  public record Decision<T>(List<Operation> operations, T result) {
    public Decision {
      operations = List.copyOf(operations);
    }

    public static <T> Decision<T> nothingToWrite(T result) {
      return new Decision<>(List.of(), result);
    }
  }

  /** Reads metadata and decides. */
  public interface Decider<T> {
    /**
     * @param mayBeWritten an earlier round's decision got no reply: what is found may be its effect
     */
    Decision<T> decide(boolean mayBeWritten);
  }

  /**
   * @return the result of the decision that was written, or that had nothing to write
   * @throws NotLeaderException if this controller does not lead
   * @throws MetadataException if the store is away, or others change the same nodes all the time
   */
  public <T> T write(Decider<T> decider) {
    boolean mayBeWritten = false;
    for (int round = 1; round <= MAX_ROUNDS; round++) {
      LeaderTerm term = leadership.term().orElseThrow(NotLeaderException::new);
      Decision<T> decision = decider.decide(mayBeWritten);
      if (decision.operations().isEmpty()) {
        return decision.result();
      }
      List<Operation> operations = new ArrayList<>();
      operations.add(term.fence());
      operations.addAll(decision.operations());
      try {
        store.commit(operations);
        return decision.result();
      } catch (ConflictException conflict) {
        if (LeaderTerm.isFenced(conflict)) {
          leadership.fenced(term);
          throw new NotLeaderException();
        }
      } catch (UnknownOutcomeException unknown) {
        mayBeWritten = true;
        store.sync();
      }
    }
    throw new MetadataException("gave up after %d refused transactions".formatted(MAX_ROUNDS));
  }
}
