package io.gamay.simulation;

import io.gamay.cluster.store.MetadataStore;
import io.gamay.cluster.store.Operation;
import io.gamay.cluster.store.StoredNode;
import java.util.List;
import java.util.Optional;

/**
 * A controller's session: between what it has read and what it writes others may go on, and who
 * writes is known while it does.
 */
final class ControllerStore implements MetadataStore {

  private final MetadataStore session;
  private final Runnable beforeCommit;
  private final Writing writing;

  /** Does a write and knows meanwhile whose it is. */
  interface Writing {
    void write(Runnable commit);
  }

  ControllerStore(MetadataStore session, Runnable beforeCommit, Writing writing) {
    this.session = session;
    this.beforeCommit = beforeCommit;
    this.writing = writing;
  }

  @Override
  public void commit(List<Operation> operations) {
    beforeCommit.run();
    writing.write(() -> session.commit(operations));
  }

  @Override
  public Optional<StoredNode> get(String path) {
    return session.get(path);
  }

  @Override
  public List<String> children(String path) {
    return session.children(path);
  }

  @Override
  public void sync() {
    session.sync();
  }

  @Override
  public Registration watchNodes(String path, NodeListener onChange) {
    return session.watchNodes(path, onChange);
  }

  @Override
  public Registration onSession(SessionListener listener) {
    return session.onSession(listener);
  }

  @Override
  public long sessionId() {
    return session.sessionId();
  }

  @Override
  public LeaderCandidacy stand(String path, String id, LeadershipListener listener) {
    return session.stand(path, id, listener);
  }

  @Override
  public void close() {
    session.close();
  }
}
