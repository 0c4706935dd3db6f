package io.gamay.cluster.instance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.gamay.cluster.layout.ClusterJson;
import io.gamay.cluster.layout.ClusterPaths;
import io.gamay.cluster.layout.LiveNode;
import io.gamay.cluster.store.InMemoryMetadataStore;
import io.gamay.cluster.store.InMemoryMetadataStore.LostReply;
import io.gamay.cluster.store.InMemoryMetadataTree;
import io.gamay.cluster.store.MetadataException;
import io.gamay.cluster.store.MetadataStore;
import io.gamay.cluster.store.Operation;
import io.gamay.cluster.store.StoredNode;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Timeout(60)
class InstanceRegistrationTest {

  private static final Duration SOON = Duration.ofSeconds(15);
  private static final Instant STOP = Instant.parse("2030-01-02T03:04:05Z");
  private static final InstanceConfig CONFIG =
      new InstanceConfig(
          "Server_here_8098", InstanceRole.SERVER, "here", 8098, List.of("DefaultTenant_REALTIME"));
  private static final String LIVE = ClusterPaths.live(CONFIG.id());
  private static final String INSTANCE = ClusterPaths.instance(CONFIG.id());

  private final InMemoryMetadataTree tree = new InMemoryMetadataTree();
  private final InMemoryMetadataStore observer = tree.openSession();

  @Test
  void registeredInstanceHasItsConfigAndAnEphemeralLiveNode() {
    try (InMemoryMetadataStore store = tree.openSession();
        InstanceRegistration registration = InstanceRegistration.register(store, CONFIG)) {
      assertThat(read(INSTANCE, InstanceConfig.class)).isEqualTo(CONFIG);
      assertThat(read(LIVE, LiveNode.class)).isEqualTo(new LiveNode(registration.incarnation()));
      assertThat(ownerOfLive()).isEqualTo(store.sessionId());
      assertThat(registration.isRegistered()).isTrue();
    }
  }

  @Test
  void closeRemovesTheLiveNodeAndKeepsTheConfig() {
    try (InMemoryMetadataStore store = tree.openSession()) {
      InstanceRegistration.register(store, CONFIG).close();
      assertThat(observer.get(LIVE)).isEmpty();
      assertThat(observer.get(INSTANCE)).isPresent();
    }
  }

  @Test
  void restartedInstanceReplacesItsGhostAtOnceAndHasANewIncarnation() {
    InMemoryMetadataStore dead = tree.openSession();
    InstanceRegistration ghost = InstanceRegistration.register(dead, CONFIG);
    dead.abandon();
    assertThat(ownerOfLive()).isEqualTo(dead.sessionId());
    InstanceConfig moved =
        new InstanceConfig(CONFIG.id(), CONFIG.role(), CONFIG.host(), 9000, CONFIG.tags());

    try (InMemoryMetadataStore store = tree.openSession();
        InstanceRegistration reborn = InstanceRegistration.register(store, moved)) {
      assertThat(ownerOfLive()).isEqualTo(store.sessionId());
      assertThat(reborn.incarnation()).isNotEqualTo(ghost.incarnation());
      assertThat(read(INSTANCE, InstanceConfig.class)).isEqualTo(moved);
      tree.expire(dead.sessionId());
      assertThat(ownerOfLive()).isEqualTo(store.sessionId());
    }
  }

  @Test
  void expiredInstanceRegistersAgainWithTheSameIncarnation() {
    try (InMemoryMetadataStore store = tree.openSession();
        InstanceRegistration registration = InstanceRegistration.register(store, CONFIG)) {
      store.expireSession();
      await().atMost(SOON).until(registration::isRegistered);
      assertThat(ownerOfLive()).isEqualTo(store.sessionId());
      assertThat(read(LIVE, LiveNode.class).incarnation()).isEqualTo(registration.incarnation());
    }
  }

  @Test
  void liveNodeThatSomebodyRemovedComesBack() {
    try (InMemoryMetadataStore store = tree.openSession();
        InstanceRegistration registration = InstanceRegistration.register(store, CONFIG)) {
      observer.commit(List.of(new Operation.Delete(LIVE, Operation.ANY_VERSION)));
      await().atMost(SOON).until(() -> observer.get(LIVE).isPresent());
      assertThat(registration.config()).isEqualTo(CONFIG);
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"APPLIED", "NOT_APPLIED"})
  void lostReplyOfTheRegistrationIsLookedInto(LostReply outcome) {
    try (InMemoryMetadataStore store = tree.openSession()) {
      store.loseNextReply(outcome);
      try (InstanceRegistration registration = InstanceRegistration.register(store, CONFIG)) {
        assertThat(registration.isRegistered()).isTrue();
        assertThat(ownerOfLive()).isEqualTo(store.sessionId());
      }
    }
  }

  @Test
  void secondProcessOfTheSameIdWinsAndTheFirstDoesNotFightBack() {
    try (InMemoryMetadataStore first = tree.openSession();
        InMemoryMetadataStore second = tree.openSession();
        InstanceRegistration winner = displacing(first, second)) {
      assertThat(winner.isRegistered()).isTrue();
      assertThat(ownerOfLive()).isEqualTo(second.sessionId());
    }
  }

  /** The first registration notices the second, closes, and leaves its live node alone. */
  private static InstanceRegistration displacing(MetadataStore first, MetadataStore second) {
    try (InstanceRegistration displaced = InstanceRegistration.register(first, CONFIG)) {
      InstanceRegistration winner = InstanceRegistration.register(second, CONFIG);
      await().atMost(SOON).until(() -> !displaced.isRegistered());
      return winner;
    }
  }

  @Test
  void instanceThatIsAboutToStopSaysSoAndStaysRegistered() {
    try (InMemoryMetadataStore store = tree.openSession();
        InstanceRegistration registration = InstanceRegistration.register(store, CONFIG)) {
      registration.announceStop(STOP, SOON);
      assertThat(read(LIVE, LiveNode.class))
          .isEqualTo(new LiveNode(registration.incarnation(), Optional.of(STOP)));
      assertThat(ownerOfLive()).isEqualTo(store.sessionId());
    }
  }

  @Test
  void expiryDoesNotMakeAStoppingInstanceLookLikeOneThatStays() {
    try (InMemoryMetadataStore store = tree.openSession();
        InstanceRegistration registration = InstanceRegistration.register(store, CONFIG)) {
      registration.announceStop(STOP, SOON);
      store.expireSession();
      await().atMost(SOON).until(registration::isRegistered);
      assertThat(read(LIVE, LiveNode.class).stoppingSince()).contains(STOP);
    }
  }

  @Test
  void stopIsAnnouncedWhenTheStoreIsBack() {
    try (InMemoryMetadataStore store = tree.openSession();
        InstanceRegistration registration = InstanceRegistration.register(store, CONFIG)) {
      store.suspend();
      registration.announceStop(STOP, SOON);
      assertThat(read(LIVE, LiveNode.class).stoppingSince()).isEmpty();
      store.resume();
      await()
          .atMost(SOON)
          .until(() -> read(LIVE, LiveNode.class).stoppingSince().equals(Optional.of(STOP)));
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"APPLIED", "NOT_APPLIED"})
  void lostReplyOfTheAnnouncementIsLookedInto(LostReply outcome) {
    try (InMemoryMetadataStore store = tree.openSession();
        InstanceRegistration registration = InstanceRegistration.register(store, CONFIG)) {
      store.loseNextReply(outcome);
      registration.announceStop(STOP, SOON);
      assertThat(read(LIVE, LiveNode.class).stoppingSince()).contains(STOP);
    }
  }

  @Test
  void registrationFailsWhenTheStoreCannotBeReached() {
    try (InMemoryMetadataStore store = tree.openSession()) {
      store.suspend();
      assertThatThrownBy(() -> InstanceRegistration.register(store, CONFIG))
          .isInstanceOf(MetadataException.class);
    }
  }

  private long ownerOfLive() {
    return observer.get(LIVE).orElseThrow().ephemeralOwner();
  }

  private <T> T read(String path, Class<T> type) {
    MetadataStore store = observer;
    StoredNode node = store.get(path).orElseThrow();
    return ClusterJson.read(node.data(), type);
  }
}
