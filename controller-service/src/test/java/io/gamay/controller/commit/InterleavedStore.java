package io.gamay.controller.commit;

import io.gamay.cluster.store.MetadataStore;
import io.gamay.cluster.store.Operation;
import io.gamay.cluster.store.StoredNode;
import java.util.List;
import java.util.Optional;

/** A session in which something else may happen between what is read and what is written. */
final class InterleavedStore implements MetadataStore {

  private final MetadataStore session;
  private final Runnable beforeCommit;

  InterleavedStore(MetadataStore session, Runnable beforeCommit) {
    this.session = session;
    this.beforeCommit = beforeCommit;
  }

  @Override
  public void commit(List<Operation> operations) {
    beforeCommit.run();
    session.commit(operations);
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
