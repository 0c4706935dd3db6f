package io.gamay.cluster.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.gamay.cluster.store.MetadataStore.LeaderCandidacy;
import io.gamay.cluster.store.MetadataStore.LeadershipListener;
import io.gamay.cluster.store.MetadataStore.Registration;
import io.gamay.cluster.store.MetadataStore.SessionState;
import io.gamay.cluster.store.Operation.Check;
import io.gamay.cluster.store.Operation.Create;
import io.gamay.cluster.store.Operation.Delete;
import io.gamay.cluster.store.Operation.Put;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What every metadata store must do. */
@Timeout(60)
abstract class MetadataStoreContract {

  private static final Duration SOON = Duration.ofSeconds(15);
  private final List<MetadataStore> opened = new ArrayList<>();

  /** A new session onto the one tree of this test. */
  protected abstract MetadataStore openSession() throws Exception;

  /** Makes the session expire, as if its client had been away for too long. */
  protected abstract void expire(MetadataStore session) throws Exception;

  protected final MetadataStore open() {
    try {
      MetadataStore store = openSession();
      opened.add(store);
      return store;
    } catch (Exception e) {
      throw new AssertionError("no session", e);
    }
  }

  @AfterEach
  final void closeSessions() {
    opened.reversed().forEach(MetadataStore::close);
  }

  @Test
  void createdNodeIsReadBackAtVersionZero() {
    MetadataStore store = open();
    create(store, "/a", "one");
    StoredNode node = store.get("/a").orElseThrow();
    assertThat(text(node)).isEqualTo("one");
    assertThat(node.version()).isZero();
    assertThat(node.ephemeralOwner()).isZero();
  }

  @Test
  void missingNodeIsEmptyAndHasNoChildren() {
    MetadataStore store = open();
    assertThat(store.get("/none")).isEmpty();
    assertThat(store.children("/none")).isEmpty();
  }

  @Test
  void manyNodesAreReadTogetherAndMissingOnesAreLeftOut() {
    MetadataStore store = open();
    List<String> paths = IntStream.range(0, 3000).mapToObj(i -> "/many/n" + i).toList();
    paths.subList(0, 2500).forEach(path -> create(store, path, "at " + path));
    Map<String, StoredNode> found = store.getAll(paths);
    assertThat(found).containsOnlyKeys(paths.subList(0, 2500));
    found.forEach(
        (path, node) -> {
          assertThat(text(node)).isEqualTo("at " + path);
          assertThat(node.version()).isEqualTo(store.get(path).orElseThrow().version());
        });
    assertThat(store.getAll(List.of())).isEmpty();
  }

  @Test
  void childrenOfManyNodesAreSortedAndEmptyWhereThereAreNone() {
    MetadataStore store = open();
    create(store, "/p/q/b", "");
    create(store, "/p/q/a", "");
    create(store, "/p/r", "");
    assertThat(store.childrenOfAll(List.of("/p", "/p/q", "/p/r", "/none")))
        .containsExactlyInAnyOrderEntriesOf(
            Map.of(
                "/p", List.of("q", "r"),
                "/p/q", List.of("a", "b"),
                "/p/r", List.of(),
                "/none", List.of()));
  }

  @Test
  void manyNodesAreReadByAStoreThatHasANewSession() throws Exception {
    MetadataStore store = open();
    create(store, "/a", "one");
    create(store, "/b", "two");
    expire(store);
    await()
        .atMost(SOON)
        .ignoreExceptions()
        .untilAsserted(
            () -> assertThat(store.getAll(List.of("/a", "/b"))).containsOnlyKeys("/a", "/b"));
  }

  @Test
  void childrenAreSortedAndMissingParentsAreMade() {
    MetadataStore store = open();
    create(store, "/p/q/c", "");
    create(store, "/p/q/a", "");
    create(store, "/p/q/b", "");
    assertThat(store.children("/p/q")).containsExactly("a", "b", "c");
    assertThat(store.children("/")).contains("p");
    assertThat(store.get("/p/q").orElseThrow().data()).isEmpty();
  }

  @Test
  void putRaisesTheVersionAndRefusesAStaleOne() {
    MetadataStore store = open();
    create(store, "/a", "one");
    store.commit(List.of(new Put("/a", bytes("two"), 0)));
    assertConflict(store, "/a", new Put("/a", bytes("three"), 0));
    assertThat(text(store.get("/a").orElseThrow())).isEqualTo("two");
    assertThat(store.get("/a").orElseThrow().version()).isEqualTo(1);
    store.commit(List.of(new Put("/a", bytes("any"), Operation.ANY_VERSION)));
    assertThat(store.get("/a").orElseThrow().version()).isEqualTo(2);
  }

  @Test
  void failedCheckUndoesAllOtherOperations() {
    MetadataStore store = open();
    create(store, "/a", "one");
    create(store, "/b", "one");
    create(store, "/checked", "one");
    assertConflict(
        store,
        "/checked",
        new Create("/new", bytes("x"), false),
        new Put("/a", bytes("two"), 0),
        new Delete("/b", 0),
        new Check("/checked", 7));
    assertThat(store.get("/new")).isEmpty();
    assertThat(text(store.get("/a").orElseThrow())).isEqualTo("one");
    assertThat(store.get("/a").orElseThrow().version()).isZero();
    assertThat(store.get("/b").orElseThrow().version()).isZero();
  }

  @Test
  void conflictNamesThePathOfTheOperationThatFailed() {
    MetadataStore store = open();
    create(store, "/a", "");
    create(store, "/a/child", "");
    assertConflict(store, "/a", new Create("/a", bytes(""), false));
    assertConflict(store, "/a", new Delete("/a", 0));
    assertConflict(store, "/a/child", new Check("/a", 0), new Delete("/a/child", 3));
    assertConflict(store, "/none", new Check("/none", Operation.ANY_VERSION));
    assertConflict(store, "/none", new Put("/none", bytes(""), 0), new Check("/a", 0));
    assertConflict(store, "/none", new Delete("/none", 0));
  }

  @Test
  void laterOperationsSeeTheEffectOfEarlierOnes() {
    MetadataStore store = open();
    store.commit(
        List.of(
            new Create("/a", bytes("one"), false),
            new Put("/a", bytes("two"), 0),
            new Check("/a", 1),
            new Delete("/a", 1),
            new Create("/a", bytes("three"), true)));
    StoredNode node = store.get("/a").orElseThrow();
    assertThat(text(node)).isEqualTo("three");
    assertThat(node.version()).isZero();
    assertThat(node.ephemeralOwner()).isEqualTo(store.sessionId());
  }

  @Test
  void nodeAndItsChildAreMadeByOneTransactionWhereNoParentExists() {
    MetadataStore store = open();
    store.commit(
        List.of(
            new Create("/p/q", bytes("parent"), false),
            new Create("/p/q/r", bytes("child"), false),
            new Create("/other/s", bytes("x"), false)));
    assertThat(text(store.get("/p/q").orElseThrow())).isEqualTo("parent");
    assertThat(text(store.get("/p/q/r").orElseThrow())).isEqualTo("child");
    assertConflict(
        store, "/p/q", new Create("/new/parent/child", bytes(""), false), new Check("/p/q", 5));
    assertThat(store.get("/new/parent/child")).isEmpty();
  }

  @Test
  void tooLargeNodeOrTransactionIsRefusedByPathAndSizeBeforeItIsSent() {
    MetadataStore store = open();
    byte[] large = new byte[TransactionLimits.MAX_NODE_BYTES + 1];
    assertThatThrownBy(() -> store.commit(List.of(new Create("/large", large, false))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContainingAll("/large", Integer.toString(large.length));
    byte[] half = new byte[TransactionLimits.MAX_NODE_BYTES - 1];
    assertThatThrownBy(
            () ->
                store.commit(
                    List.of(new Create("/first", half, false), new Create("/second", half, false))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("/first")
        .hasMessageContaining("too large");
    assertThat(store.children("/")).doesNotContain("large", "first", "second");
    store.commit(List.of(new Create("/most", half, false)));
    assertThat(store.get("/most").orElseThrow().data()).hasSize(half.length);
  }

  @Test
  void pathThatIsNotAbsoluteIsRefused() {
    MetadataStore store = open();
    assertThatThrownBy(() -> store.get("a")).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> store.commit(List.of(new Create("/a/", bytes(""), false))))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void manySessionsCountingByVersionLoseNothing() throws Exception {
    create(open(), "/counter", "0");
    List<Thread> threads =
        IntStream.range(0, 4)
            .mapToObj(
                _ -> {
                  MetadataStore store = open();
                  return Thread.ofPlatform().start(() -> countTo(store, 25));
                })
            .toList();
    for (Thread thread : threads) {
      thread.join();
    }
    StoredNode counter = open().get("/counter").orElseThrow();
    assertThat(text(counter)).isEqualTo("100");
    assertThat(counter.version()).isEqualTo(100);
  }

  private static void countTo(MetadataStore store, int times) {
    int done = 0;
    while (done < times) {
      StoredNode node = store.get("/counter").orElseThrow();
      int next = Integer.parseInt(text(node)) + 1;
      try {
        store.commit(List.of(new Put("/counter", bytes(Integer.toString(next)), node.version())));
        done++;
      } catch (ConflictException _) {
        // another session was faster
      }
    }
  }

  @Test
  void syncedSessionSeesWhatAnotherOneWrote() {
    MetadataStore writer = open();
    MetadataStore reader = open();
    create(writer, "/a", "one");
    reader.sync();
    assertThat(reader.get("/a")).isPresent();
  }

  @Test
  void ephemeralNodeBelongsToItsSessionAndGoesWithItsClose() {
    MetadataStore observer = open();
    MetadataStore owner = open();
    owner.commit(List.of(new Create("/e", bytes("x"), true)));
    observer.sync();
    assertThat(observer.get("/e").orElseThrow().ephemeralOwner()).isEqualTo(owner.sessionId());
    assertThat(owner.sessionId()).isNotEqualTo(observer.sessionId());
    owner.close();
    observer.sync();
    assertThat(observer.get("/e")).isEmpty();
  }

  @Test
  void expiryTakesEphemeralNodesAndGivesANewSessionThatWorksOn() throws Exception {
    MetadataStore observer = open();
    MetadataStore owner = open();
    List<SessionState> states = new CopyOnWriteArrayList<>();
    owner.onSession(states::add);
    owner.commit(List.of(new Create("/e", bytes("x"), true)));
    long before = owner.sessionId();

    expire(owner);

    await().atMost(SOON).until(() -> states.contains(SessionState.EXPIRED));
    await().atMost(SOON).until(() -> states.getLast() == SessionState.CONNECTED);
    await().atMost(SOON).until(() -> observer.get("/e").isEmpty());
    assertThat(owner.sessionId()).isNotEqualTo(before);
    owner.commit(List.of(new Create("/e", bytes("y"), true)));
    assertThat(owner.get("/e").orElseThrow().ephemeralOwner()).isEqualTo(owner.sessionId());
  }

  @Test
  void watchCallsOnceAtTheStart() {
    MetadataStore store = open();
    AtomicInteger calls = new AtomicInteger();
    store.watch("/none", calls::incrementAndGet);
    await().atMost(SOON).until(() -> calls.get() >= 1);
  }

  @Test
  void watchCallsAfterEveryKindOfChangeAtOrBelowItsPath() {
    MetadataStore writer = open();
    MetadataStore watcher = open();
    AtomicReference<String> seen = new AtomicReference<>("");
    watcher.watch("/w", () -> seen.set(describe(watcher, "/w")));

    create(writer, "/w", "one");
    awaitSeen(seen, "/w=one");
    writer.commit(List.of(new Put("/w", bytes("two"), 0)));
    awaitSeen(seen, "/w=two");
    create(writer, "/w/x/y", "deep");
    awaitSeen(seen, "/w=two /w/x= /w/x/y=deep");
    writer.commit(List.of(new Put("/w/x/y", bytes("deeper"), 0)));
    awaitSeen(seen, "/w=two /w/x= /w/x/y=deeper");
    writer.commit(List.of(new Delete("/w/x/y", 1), new Delete("/w/x", 0)));
    awaitSeen(seen, "/w=two");
    writer.commit(List.of(new Delete("/w", 1)));
    awaitSeen(seen, "");
  }

  @Test
  void watchIsSilentAboutOtherPathsAndAfterItsClose() {
    MetadataStore store = open();
    AtomicInteger calls = new AtomicInteger();
    AtomicInteger rootCalls = new AtomicInteger();
    Registration registration = store.watch("/w", calls::incrementAndGet);
    store.watch("/", rootCalls::incrementAndGet);
    await().atMost(SOON).until(() -> calls.get() >= 1 && rootCalls.get() >= 1);
    int before = calls.get();
    int rootBefore = rootCalls.get();
    create(store, "/wider", "");
    await().atMost(SOON).until(() -> rootCalls.get() > rootBefore);
    assertThat(calls.get()).isEqualTo(before);

    registration.close();
    int rootAgain = rootCalls.get();
    create(store, "/w", "");
    await().atMost(SOON).until(() -> rootCalls.get() > rootAgain);
    assertThat(calls.get()).isEqualTo(before);
  }

  @Test
  void watchOutlivesItsSession() throws Exception {
    MetadataStore writer = open();
    MetadataStore watcher = open();
    AtomicReference<String> seen = new AtomicReference<>("");
    watcher.watch("/w", () -> seen.set(describe(watcher, "/w")));
    create(writer, "/w", "one");
    awaitSeen(seen, "/w=one");
    expire(watcher);
    writer.commit(List.of(new Put("/w", bytes("two"), 0)));
    awaitSeen(seen, "/w=two");
    create(writer, "/w/x", "three");
    awaitSeen(seen, "/w=two /w/x=three");
  }

  @Test
  void failingCallbackIsCalledAgain() {
    MetadataStore store = open();
    AtomicInteger calls = new AtomicInteger();
    store.watch(
        "/w",
        () -> {
          calls.incrementAndGet();
          throw new IllegalStateException("on purpose");
        });
    await().atMost(SOON).until(() -> calls.get() == 1);
    create(store, "/w", "");
    await().atMost(SOON).until(() -> calls.get() >= 2);
  }

  @Test
  void oneOfManyCandidatesLeadsAndHandsOverWhenItStepsDown() {
    Candidate first = stand(open(), "first");
    await().atMost(SOON).until(first::leads);
    Candidate second = stand(open(), "second");
    MetadataStore observer = open();
    await().atMost(SOON).until(() -> observer.children("/leader/latch").size() == 2);
    assertThat(second.leads()).isFalse();

    first.candidacy.close();

    await().atMost(SOON).until(second::leads);
    assertThat(first.candidacy.isLeader()).isFalse();
    assertThat(first.events).containsExactly("elected", "deposed");
    assertThat(second.events).containsExactly("elected");
  }

  @Test
  void leaderWhoseSessionExpiresIsDeposedAndAnotherLeads() throws Exception {
    Candidate first = stand(open(), "first");
    await().atMost(SOON).until(first::leads);
    Candidate second = stand(open(), "second");
    MetadataStore observer = open();
    await().atMost(SOON).until(() -> observer.children("/leader/latch").size() == 2);

    expire(first.store);

    await().atMost(SOON).until(second::leads);
    await().atMost(SOON).until(() -> first.events.contains("deposed"));
    second.candidacy.close();
    await().atMost(SOON).until(first::leads);
  }

  @Test
  void latchOfADeposedLeaderFailsTheTransactionThatChecksIt() throws Exception {
    Candidate first = stand(open(), "first");
    await().atMost(SOON).until(first::leads);
    Check latch = first.latch.get();
    first.store.commit(List.of(latch, new Create("/taken", bytes("first"), false)));

    first.candidacy.close();
    Candidate second = stand(open(), "second");
    await().atMost(SOON).until(second::leads);

    assertThatThrownBy(
            () -> first.store.commit(List.of(latch, new Create("/late", bytes(""), false))))
        .isInstanceOf(ConflictException.class);
    second.store.commit(List.of(second.latch.get(), new Put("/taken", bytes("second"), 0)));
  }

  @Test
  void newCandidacyRemovesTheLatchThatItsEarlierSessionLeftBehind() {
    Candidate ghost = stand(open(), "same");
    await().atMost(SOON).until(ghost::leads);
    Candidate reborn = stand(open(), "same");
    await().atMost(SOON).until(reborn::leads);
    assertThat(reborn.store.children("/leader/latch")).hasSizeLessThanOrEqualTo(2);
    assertThatThrownBy(() -> reborn.store.commit(List.of(ghost.latch.get())))
        .isInstanceOf(ConflictException.class);
  }

  // -- below

  private Candidate stand(MetadataStore store, String id) {
    return new Candidate(store, id);
  }

  private static final class Candidate implements LeadershipListener {
    final MetadataStore store;
    final List<String> events = new CopyOnWriteArrayList<>();
    final AtomicReference<Check> latch = new AtomicReference<>();
    final LeaderCandidacy candidacy;

    Candidate(MetadataStore store, String id) {
      this.store = store;
      this.candidacy = store.stand("/leader/latch", id, this);
    }

    boolean leads() {
      return candidacy.isLeader() && !events.isEmpty() && events.getLast().equals("elected");
    }

    @Override
    public void onElected(Check latchNode) {
      latch.set(latchNode);
      events.add("elected");
    }

    @Override
    public void onDeposed() {
      events.add("deposed");
    }
  }

  private static void awaitSeen(AtomicReference<String> seen, String expected) {
    await().atMost(SOON).untilAsserted(() -> assertThat(seen.get()).isEqualTo(expected));
  }

  private static String describe(MetadataStore store, String path) {
    return store
        .get(path)
        .map(
            node -> {
              StringBuilder text = new StringBuilder(path + "=" + text(node));
              store
                  .children(path)
                  .forEach(name -> text.append(' ').append(describe(store, path + "/" + name)));
              return text.toString();
            })
        .orElse("");
  }

  private static void assertConflict(MetadataStore store, String path, Operation... operations) {
    assertThatThrownBy(() -> store.commit(List.of(operations)))
        .isInstanceOfSatisfying(ConflictException.class, e -> assertThat(e.path()).isEqualTo(path));
  }

  protected static void create(MetadataStore store, String path, String data) {
    store.commit(List.of(new Create(path, bytes(data), false)));
  }

  protected static byte[] bytes(String text) {
    return text.getBytes(UTF_8);
  }

  protected static String text(StoredNode node) {
    return new String(node.data(), UTF_8);
  }
}
