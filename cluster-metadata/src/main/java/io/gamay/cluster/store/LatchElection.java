package io.gamay.cluster.store;

import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One candidacy, for any store: every candidate has an ephemeral node {@code
 * {id}-{session}-{sequence}} below the path, and the lowest sequence leads.
 *
 * <p>Level-triggered: on every change below the path, every change of the session and after a
 * failure it looks again at what is there. A candidate whose session is in doubt does not lead. All
 * looks and all calls of the listener hold one lock, so elections and depositions come in order.
 *
 * <p>Of two sessions with one id the later to stand wins: it removes the other's latch, which is a
 * ghost's or else a misconfigured process's, which then does not stand again.
 */
final class LatchElection implements MetadataStore.LeaderCandidacy {

  private static final Logger LOG = LoggerFactory.getLogger(LatchElection.class);
  private static final Pattern LATCH_NAME = Pattern.compile("(.+)-([0-9a-f]+)-(\\d{10})");

  private final LatchNodes nodes;
  private final MetadataStore store;
  private final String path;
  private final String id;
  private final MetadataStore.LeadershipListener listener;
  private final ReentrantLock lock = new ReentrantLock();
  private volatile boolean isLeader;
  private boolean isClosed;
  private boolean isConnected = true;

  /** The session in which this candidate's latch was seen; empty before the first. */
  private String standingSession = "";

  private MetadataStore.Registration watch = () -> {};
  private MetadataStore.Registration sessionWatch = () -> {};

  /** What an election needs of a store beyond the contract. */
  interface LatchNodes {
    /** Makes an ephemeral node named prefix and the parent's next number, of ten digits. */
    void createSequential(String pathPrefix, byte[] data);

    /** Removes a node if it exists. */
    void delete(String path);

    /** Looks again after a while, on a thread of the store's. */
    void retryLater(Runnable look);
  }

  private record Latch(String name, String id, String session, long sequence) {

    static Optional<Latch> parse(String name) {
      Matcher matcher = LATCH_NAME.matcher(name);
      return matcher.matches()
          ? Optional.of(
              new Latch(name, matcher.group(1), matcher.group(2), Long.parseLong(matcher.group(3))))
          : Optional.empty();
    }
  }

  LatchElection(
      MetadataStore store,
      LatchNodes nodes,
      String path,
      String id,
      MetadataStore.LeadershipListener listener) {
    this.store = store;
    this.nodes = nodes;
    this.path = path;
    this.id = id;
    this.listener = listener;
  }

  void start() {
    lock.lock();
    try {
      sessionWatch = store.onSession(this::onSession);
      watch = store.watch(path, this::look);
    } finally {
      lock.unlock();
    }
  }

  @Override
  public boolean isLeader() {
    return isLeader;
  }

  @Override
  public void close() {
    lock.lock();
    try {
      if (isClosed) {
        return;
      }
      isClosed = true;
      watch.close();
      sessionWatch.close();
      depose();
      latches().stream().filter(this::isMine).forEach(this::delete);
    } catch (MetadataException e) {
      LOG.warn("candidate {} left its latch at {} to the end of its session", id, path, e);
    } finally {
      lock.unlock();
    }
  }

  private void onSession(MetadataStore.SessionState state) {
    lock.lock();
    try {
      isConnected = state == MetadataStore.SessionState.CONNECTED;
      if (!isConnected) {
        depose();
      }
    } finally {
      lock.unlock();
    }
    look();
  }

  private void look() {
    lock.lock();
    try {
      if (!isClosed && isConnected) {
        elect();
      }
    } catch (MetadataException e) {
      LOG.warn("candidate {} cannot see the election at {}", id, path, e);
      depose();
      nodes.retryLater(this::look);
    } finally {
      lock.unlock();
    }
  }

  private void elect() {
    List<Latch> latches = latches();
    List<Latch> mine = latches.stream().filter(this::isMine).toList();
    List<Latch> namesakes =
        latches.stream().filter(latch -> latch.id().equals(id) && !isMine(latch)).toList();
    if (mine.isEmpty()) {
      depose();
      if (session().equals(standingSession) && !namesakes.isEmpty()) {
        noteDisplaced(namesakes.getFirst());
        return;
      }
      nodes.createSequential(
          path + "/" + id + "-" + session() + "-", id.getBytes(StandardCharsets.UTF_8));
      return; // the watch reports it
    }
    standingSession = session();
    Latch own = mine.getFirst();
    mine.stream().skip(1).forEach(this::delete);
    namesakes.stream().filter(latch -> latch.sequence() < own.sequence()).forEach(this::delete);
    boolean isFirst =
        latches.stream()
            .filter(latch -> !latch.id().equals(id))
            .noneMatch(latch -> latch.sequence() < own.sequence());
    if (isFirst) {
      lead(own);
    } else {
      depose();
    }
  }

  private void noteDisplaced(Latch namesake) {
    LOG.error("another process stands as {} at {}: {}", id, path, namesake.name());
  }

  private void lead(Latch latch) {
    if (isLeader) {
      return;
    }
    String latchPath = path + "/" + latch.name();
    Optional<StoredNode> node = store.get(latchPath);
    if (node.isEmpty()) {
      return; // it just went, the watch reports it
    }
    isLeader = true;
    listener.onElected(new Operation.Check(latchPath, node.get().version()));
  }

  private void depose() {
    if (isLeader) {
      isLeader = false;
      listener.onDeposed();
    }
  }

  private List<Latch> latches() {
    return store.children(path).stream()
        .flatMap(name -> Latch.parse(name).stream())
        .sorted(Comparator.comparingLong(Latch::sequence))
        .toList();
  }

  private boolean isMine(Latch latch) {
    return latch.id().equals(id) && latch.session().equals(session());
  }

  private void delete(Latch latch) {
    nodes.delete(path + "/" + latch.name());
  }

  private String session() {
    return Long.toHexString(store.sessionId());
  }
}
