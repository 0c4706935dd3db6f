package io.gamay.cluster.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.gamay.cluster.store.MetadataStore.SessionState;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.curator.test.TestingServer;
import org.apache.zookeeper.Watcher.Event.KeeperState;
import org.apache.zookeeper.ZooKeeper;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class CuratorMetadataStoreTest extends MetadataStoreContract {

  /** More than ZooKeeper and its client may take to find each other again. */
  private static final Duration SESSION_TIMEOUT = Duration.ofSeconds(40);

  private static TestingServer zooKeeperServer = notStarted();
  private static int clusters;
  private String cluster = "";

  private static TestingServer notStarted() {
    try {
      return new TestingServer(false);
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  @BeforeAll
  static void startZooKeeper() throws Exception {
    zooKeeperServer.start();
  }

  @AfterAll
  static void stopZooKeeper() throws Exception {
    zooKeeperServer.close();
  }

  @BeforeEach
  void nameCluster() {
    cluster = "c" + clusters++;
  }

  @Override
  protected MetadataStore openSession() {
    return CuratorMetadataStore.connect(
        zooKeeperServer.getConnectString(), cluster, SESSION_TIMEOUT);
  }

  /** A second client of the same session closes it, which the first learns from the server. */
  @Override
  protected void expire(MetadataStore session) throws Exception {
    ZooKeeper victim = ((CuratorMetadataStore) session).zooKeeper();
    CountDownLatch connected = new CountDownLatch(1);
    ZooKeeper twin =
        new ZooKeeper(
            zooKeeperServer.getConnectString(),
            (int) SESSION_TIMEOUT.toMillis(),
            event -> {
              if (event.getState() == KeeperState.SyncConnected) {
                connected.countDown();
              }
            },
            victim.getSessionId(),
            victim.getSessionPasswd());
    assertThat(connected.await(15, TimeUnit.SECONDS)).isTrue();
    assertThat(twin.getSessionId()).isEqualTo(victim.getSessionId());
    twin.close();
  }

  @Test
  void clustersOnOneZooKeeperDoNotSeeEachOther() {
    create(open(), "/a", "one");
    cluster = cluster + "-other";
    assertThat(open().get("/a")).isEmpty();
  }

  @Test
  void commitWhileZooKeeperIsAwayIsUnknownAndSessionAndReadsComeBackWithIt() throws Exception {
    MetadataStore store = open();
    create(store, "/a", "one");
    store.commit(List.of(new Operation.Create("/e", bytes(""), true)));
    long session = store.sessionId();
    List<SessionState> states = new CopyOnWriteArrayList<>();
    List<String> seen = new CopyOnWriteArrayList<>();
    store.onSession(states::add);
    store.watch("/a", () -> seen.add(store.get("/a").map(MetadataStoreContract::text).orElse("")));

    zooKeeperServer.stop();
    await().atMost(Duration.ofSeconds(15)).until(() -> states.contains(SessionState.SUSPENDED));
    assertThatThrownBy(() -> store.commit(List.of(new Operation.Put("/a", bytes("two"), 0))))
        .isInstanceOf(UnknownOutcomeException.class);
    zooKeeperServer.restart();

    await().atMost(Duration.ofSeconds(30)).until(() -> states.contains(SessionState.CONNECTED));
    store.sync();
    assertThat(text(store.get("/a").orElseThrow())).isEqualTo("one");
    assertThat(store.sessionId()).isEqualTo(session);
    assertThat(store.get("/e").orElseThrow().ephemeralOwner()).isEqualTo(session);
    store.commit(List.of(new Operation.Put("/a", bytes("three"), 0)));
    await().atMost(Duration.ofSeconds(15)).until(() -> seen.contains("three"));
  }

  @Test
  void missingZooKeeperIsNamedWhenConnecting() {
    assertThatThrownBy(
            () -> CuratorMetadataStore.connect("localhost:1", cluster, Duration.ofMillis(500)))
        .isInstanceOf(MetadataException.class)
        .hasMessageContaining("localhost:1");
  }

  @Test
  void closedStoreRefusesWithAReason() {
    MetadataStore store = open();
    store.close();
    assertThatThrownBy(() -> store.get("/a")).isInstanceOf(MetadataException.class);
    assertThatThrownBy(() -> create(store, "/a", "")).isInstanceOf(MetadataException.class);
  }
}
