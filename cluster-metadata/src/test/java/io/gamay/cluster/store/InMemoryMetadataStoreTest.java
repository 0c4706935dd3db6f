package io.gamay.cluster.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gamay.cluster.store.InMemoryMetadataStore.LostReply;
import io.gamay.cluster.store.Operation.Check;
import io.gamay.cluster.store.Operation.Create;
import io.gamay.cluster.store.Operation.Put;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import org.junit.jupiter.api.Test;

class InMemoryMetadataStoreTest extends MetadataStoreContract {

  private final InMemoryMetadataTree tree = new InMemoryMetadataTree();

  @Override
  protected MetadataStore openSession() {
    return tree.openSession();
  }

  @Override
  protected void expire(MetadataStore session) {
    ((InMemoryMetadataStore) session).expireSession();
  }

  private InMemoryMetadataStore openInMemory() {
    return (InMemoryMetadataStore) open();
  }

  @Test
  void lostReplyOfAnAppliedCommitIsUnknownAndWritten() {
    InMemoryMetadataStore store = openInMemory();
    store.loseNextReply(LostReply.APPLIED);
    assertThatThrownBy(() -> create(store, "/a", "one"))
        .isInstanceOf(UnknownOutcomeException.class);
    assertThat(store.get("/a")).isPresent();
    create(store, "/b", "the fault is used up");
  }

  @Test
  void lostReplyOfALostCommitIsUnknownAndNotWritten() {
    InMemoryMetadataStore store = openInMemory();
    store.loseNextReply(LostReply.NOT_APPLIED);
    assertThatThrownBy(() -> create(store, "/a", "one"))
        .isInstanceOf(UnknownOutcomeException.class);
    assertThat(store.get("/a")).isEmpty();
    assertThat(store.applyLate()).isFalse();
  }

  @Test
  void lateCommitLandsOnDemandUnlessItsChecksFailByThen() {
    InMemoryMetadataStore store = openInMemory();
    create(store, "/a", "one");
    store.loseNextReply(LostReply.APPLIED_LATER);
    Put late = new Put("/a", bytes("late"), 0);
    assertThatThrownBy(() -> store.commit(List.of(late)))
        .isInstanceOf(UnknownOutcomeException.class);
    assertThat(text(store.get("/a").orElseThrow())).isEqualTo("one");
    assertThat(store.applyLate()).isTrue();
    assertThat(text(store.get("/a").orElseThrow())).isEqualTo("late");
    assertThat(store.applyLate()).isFalse();

    store.loseNextReply(LostReply.APPLIED_LATER);
    assertThatThrownBy(
            () -> store.commit(List.of(new Check("/a", 1), new Create("/b", bytes("late"), false))))
        .isInstanceOf(UnknownOutcomeException.class);
    store.commit(List.of(new Put("/a", bytes("meanwhile"), 1)));
    assertThat(store.applyLate()).isFalse();
    assertThat(store.get("/b")).isEmpty();
  }

  @Test
  void suspendedSessionReadsNothingAndReportsWhatItMissedWhenItIsBack() {
    Queue<Runnable> callbacks = new ArrayDeque<>();
    InMemoryMetadataStore suspended = tree.openSession(callbacks::add);
    InMemoryMetadataStore other = openInMemory();
    List<Integer> seen = new ArrayList<>();
    suspended.watch("/", () -> seen.add(suspended.children("/").size()));
    drain(callbacks);
    assertThat(seen).containsExactly(0);

    suspended.suspend();
    assertThatThrownBy(() -> suspended.get("/a")).isExactlyInstanceOf(MetadataException.class);
    assertThatThrownBy(() -> create(suspended, "/a", ""))
        .isInstanceOf(UnknownOutcomeException.class);
    create(other, "/b", "");
    drain(callbacks);
    assertThat(seen).containsExactly(0);

    suspended.resume();
    drain(callbacks);
    assertThat(seen).containsExactly(0, 1);
    assertThat(other.get("/a")).isEmpty();
  }

  @Test
  void burstOfChangesGivesOneCall() {
    Queue<Runnable> callbacks = new ArrayDeque<>();
    InMemoryMetadataStore store = tree.openSession(callbacks::add);
    List<Integer> seen = new ArrayList<>();
    store.watch("/", () -> seen.add(store.children("/").size()));
    create(store, "/a", "");
    create(store, "/b", "");
    drain(callbacks);
    assertThat(seen).containsExactly(2);
  }

  @Test
  void ephemeralNodesOfADeadProcessStayUntilTheirSessionExpires() {
    InMemoryMetadataStore dead = openInMemory();
    InMemoryMetadataStore observer = openInMemory();
    dead.commit(List.of(new Create("/e", bytes(""), true)));
    dead.abandon();
    assertThat(observer.get("/e").orElseThrow().ephemeralOwner()).isEqualTo(dead.sessionId());
    assertThatThrownBy(() -> dead.get("/e")).isInstanceOf(MetadataException.class);
    tree.expire(dead.sessionId());
    assertThat(observer.get("/e")).isEmpty();
  }

  private static void drain(Queue<Runnable> callbacks) {
    while (!callbacks.isEmpty()) {
      callbacks.remove().run();
    }
  }
}
