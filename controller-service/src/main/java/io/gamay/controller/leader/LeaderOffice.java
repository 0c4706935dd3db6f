package io.gamay.controller.leader;

import io.gamay.cluster.layout.ClusterJson;
import io.gamay.cluster.layout.ClusterPaths;
import io.gamay.cluster.layout.LeaderEpoch;
import io.gamay.cluster.store.ConflictException;
import io.gamay.cluster.store.MetadataException;
import io.gamay.cluster.store.MetadataStore;
import io.gamay.cluster.store.Operation;
import io.gamay.cluster.store.StoredNode;
import io.gamay.cluster.store.UnknownOutcomeException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stands for leadership and takes office when elected.
 *
 * <p>Taking office is one transaction: own latch node still there, epoch node at the version read;
 * epoch + 1. Only then is there a term, and only then may the metadata be read on which decisions
 * rest. A holder of the latch that finds itself fenced takes office again. All work happens on the
 * thread given; {@link #term()} and {@link #fenced} may be called from any.
 *
 * <table>
 * <caption>event: what follows</caption>
 * <tr><td>elected</td><td>take office</td></tr>
 * <tr><td>deposed</td><td>no term, at once</td></tr>
 * <tr><td>fenced, the latch is held</td><td>no term, at once; take office again</td></tr>
 * <tr><td>taking office: latch gone</td><td>no term; the next election comes by itself</td></tr>
 * <tr><td>taking office: epoch moved, or outcome unknown</td><td>read again, take office
 *     again</td></tr>
 * <tr><td>taking office: no connection</td><td>again after a second</td></tr>
 * </table>
 */
public final class LeaderOffice implements Leadership, AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(LeaderOffice.class);
  private static final Duration RETRY = Duration.ofSeconds(1);

  private final MetadataStore store;
  private final String instanceId;
  private final Runner runner;
  private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
  private volatile Optional<LeaderTerm> term = Optional.empty();
  private volatile Operation.@Nullable Check latch;
  private MetadataStore.@Nullable LeaderCandidacy candidacy;

  /** One thread that runs tasks in order. */
  public interface Runner {
    void run(Runnable task);

    void runLater(Runnable task, Duration delay);
  }

  public LeaderOffice(MetadataStore store, String instanceId, Runner runner) {
    this.store = store;
    this.instanceId = instanceId;
    this.runner = runner;
  }

  /** Stands for leadership until closed. */
  public synchronized void start() {
    candidacy = store.stand(ClusterPaths.LEADER_LATCH, instanceId, new Elections());
  }

  /** Calls back after each change of the term. */
  public void onChange(Runnable listener) {
    listeners.add(listener);
  }

  @Override
  public Optional<LeaderTerm> term() {
    return term;
  }

  @Override
  public void fenced(LeaderTerm over) {
    runner.run(
        () -> {
          if (term.filter(over::equals).isPresent()) {
            LOG.warn("leadership epoch {} is over, taking office again", over.epoch());
            setTerm(Optional.empty());
            takeOffice();
          }
        });
  }

  @Override
  public synchronized void close() {
    if (candidacy != null) {
      candidacy.close();
    }
    latch = null;
    term = Optional.empty();
  }

  private void takeOffice() {
    while (true) {
      Operation.Check held = latch;
      if (held == null || term.isPresent()) {
        return;
      }
      try {
        setTerm(Optional.of(nextTerm(held)));
        return;
      } catch (ConflictException conflict) {
        if (conflict.path().equals(held.path())) {
          LOG.info("latch {} is gone, not taking office", held.path());
          return;
        }
      } catch (UnknownOutcomeException unknown) {
        LOG.warn("taking office without reply, reading again", unknown);
        if (!synced()) {
          return;
        }
      } catch (MetadataException away) {
        LOG.warn("cannot take office now, trying again", away);
        runner.runLater(this::takeOffice, RETRY);
        return;
      }
    }
  }

  private LeaderTerm nextTerm(Operation.Check held) {
    Optional<StoredNode> node = store.get(ClusterPaths.LEADER_EPOCH);
    if (node.isEmpty()) {
      byte[] first = ClusterJson.write(new LeaderEpoch(1, instanceId));
      store.commit(List.of(held, new Operation.Create(ClusterPaths.LEADER_EPOCH, first, false)));
      return new LeaderTerm(1, 0);
    }
    long epoch = ClusterJson.read(node.get().data(), LeaderEpoch.class).number() + 1;
    byte[] next = ClusterJson.write(new LeaderEpoch(epoch, instanceId));
    int version = node.get().version();
    store.commit(List.of(held, new Operation.Put(ClusterPaths.LEADER_EPOCH, next, version)));
    return new LeaderTerm(epoch, version + 1);
  }

  private boolean synced() {
    try {
      store.sync();
      return true;
    } catch (MetadataException away) {
      LOG.warn("cannot take office now, trying again", away);
      runner.runLater(this::takeOffice, RETRY);
      return false;
    }
  }

  private void setTerm(Optional<LeaderTerm> next) {
    term = next;
    if (next.isPresent() && latch == null) {
      term = Optional.empty();
    }
    term.ifPresent(begun -> LOG.info("{} leads, epoch {}", instanceId, begun.epoch()));
    listeners.forEach(Runnable::run);
  }

  private final class Elections implements MetadataStore.LeadershipListener {
    @Override
    public void onElected(Operation.Check elected) {
      latch = elected;
      runner.run(LeaderOffice.this::takeOffice);
    }

    @Override
    public void onDeposed() {
      latch = null;
      term = Optional.empty();
      LOG.info("{} does not lead any more", instanceId);
      runner.run(() -> listeners.forEach(Runnable::run));
    }
  }
}
