package io.gamay.cluster.store;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** The metadata store on ZooKeeper, below {@code /gamay/<cluster>}. Thread-safe. */
public final class CuratorMetadataStore implements MetadataStore {

  private CuratorMetadataStore() {}

  /**
   * @param connectString ZooKeeper's addresses, {@code host:port,...}
   * @throws MetadataException if no connection comes up in time
   */
  public static CuratorMetadataStore connect(
      String connectString, String clusterName, Duration sessionTimeout) {
    if (sessionTimeout.isPositive()) {
      throw new UnsupportedOperationException(connectString + clusterName);
    }
    return new CuratorMetadataStore();
  }

  @Override
  public Optional<StoredNode> get(String path) {
    throw new UnsupportedOperationException();
  }

  @Override
  public List<String> children(String path) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void commit(List<Operation> operations) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void sync() {
    throw new UnsupportedOperationException();
  }

  @Override
  public Registration watchNodes(String path, NodeListener onChange) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Registration onSession(SessionListener listener) {
    throw new UnsupportedOperationException();
  }

  @Override
  public long sessionId() {
    throw new UnsupportedOperationException();
  }

  @Override
  public LeaderCandidacy stand(String path, String id, LeadershipListener listener) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void close() {
    throw new UnsupportedOperationException();
  }
}
