package io.gamay.ingest.hosting;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gamay.cluster.segment.CommitAttempt;
import io.gamay.cluster.segment.SegmentMetadata;
import io.gamay.cluster.segment.SegmentName;
import io.gamay.cluster.segment.StoredCopy;
import io.gamay.deepstore.DeepStore;
import io.gamay.segment.ledger.LedgerCounts;
import io.gamay.segment.schema.EncodingDecisions;
import io.gamay.testkit.random.SeededRandom;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

final class StoredObjectsTest {

  private static final String TABLE_ID = "t-1";
  private static final long SIZE = 100;

  private Instant now = Instant.EPOCH;
  private final Listed deepStore = new Listed();
  private final StoredObjects stored =
      new StoredObjects(
          new SegmentFetcher(
              new LocalSegments(Path.of("none")),
              deepStore,
              (_, _, _) -> {
                throw new IOException("no other server");
              },
              new SeededRandom(1)),
          () -> now);

  @Test
  void aTableIsListedOnceForAllItsSegmentsWithinAMinute() throws Exception {
    for (int i = 0; i < 1000; i++) {
      deepStore.sizes.put(key(i), SIZE);
    }
    for (int i = 0; i < 1000; i++) {
      assertThat(stored.has(TABLE_ID, segment(i))).isTrue();
    }
    assertThat(deepStore.asked).containsExactly(TABLE_ID + "/");

    now = now.plus(Duration.ofMinutes(1));
    deepStore.sizes.remove(key(7));
    assertThat(stored.has(TABLE_ID, segment(7))).as("not believed for longer").isFalse();
    assertThat(stored.has(TABLE_ID, segment(8))).isTrue();
    assertThat(deepStore.asked).containsExactly(TABLE_ID + "/", TABLE_ID + "/", key(7));
  }

  @Test
  void whatAListingDoesNotNameIsAskedForByItself() throws Exception {
    assertThat(stored.has(TABLE_ID, segment(0))).isFalse();
    deepStore.sizes.put(key(0), SIZE);
    assertThat(stored.has(TABLE_ID, segment(0))).as("stored since").isTrue();
    deepStore.sizes.put(key(0), SIZE - 1);
    assertThat(stored.has(TABLE_ID, segment(0))).as("another size").isFalse();
  }

  @Test
  void storeThatIsAwayIsNoAnswer() throws Exception {
    deepStore.isAway = true;
    assertThatThrownBy(() -> stored.has(TABLE_ID, segment(0))).isInstanceOf(IOException.class);
    deepStore.isAway = false;
    deepStore.sizes.put(key(0), SIZE);
    assertThat(stored.has(TABLE_ID, segment(0))).isTrue();
  }

  @Test
  void whereNoListingIsToBeHadSegmentsAreAskedForOneByOne() throws Exception {
    deepStore.isTooLarge = true;
    deepStore.sizes.put(key(0), SIZE);
    assertThat(stored.has(TABLE_ID, segment(0))).isTrue();
    assertThat(stored.has(TABLE_ID, segment(1))).isFalse();
    assertThat(deepStore.asked).containsExactly(key(0), key(1));
  }

  @Test
  void listingsAreLetGoOfWhenTheyAreOld() throws Exception {
    deepStore.sizes.put(key(0), SIZE);
    assertThat(stored.has(TABLE_ID, segment(0))).isTrue();
    stored.forgetOld();
    assertThat(stored.has(TABLE_ID, segment(0))).isTrue();
    assertThat(deepStore.asked).hasSize(1);
    assertThat(stored.listingCount()).isEqualTo(1);
    now = now.plus(Duration.ofMinutes(1));
    stored.forgetOld();
    assertThat(stored.listingCount()).isZero();
  }

  private static String key(int sequence) {
    return TABLE_ID + "/" + name(sequence) + "/1";
  }

  private static SegmentName name(int sequence) {
    return SegmentName.create("t", 0, sequence, Instant.EPOCH);
  }

  private static SegmentMetadata segment(int sequence) {
    return SegmentMetadata.consuming(
            name(sequence), 0, 1, 1, EncodingDecisions.DEFAULT, Instant.EPOCH)
        .committing(1, new CommitAttempt(1, "Server_1", Instant.EPOCH))
        .online(
            new StoredCopy(
                key(sequence), 0, SIZE, 1, new LedgerCounts(1, 0, 0, 0, 0), List.of(), Map.of()));
  }

  /** Says what it has, and nothing else. */
  private static final class Listed implements DeepStore {

    private final TreeMap<String, Long> sizes = new TreeMap<>();
    private final List<String> asked = new ArrayList<>();
    private boolean isAway;
    private boolean isTooLarge;

    @Override
    public List<ObjectInfo> list(String prefix) throws IOException {
      if (isAway) {
        throw new IOException("deep store is away");
      }
      if (isTooLarge && prefix.endsWith("/")) {
        throw new IOException("listing takes too long");
      }
      asked.add(prefix);
      return sizes.entrySet().stream()
          .filter(object -> object.getKey().startsWith(prefix))
          .map(object -> new ObjectInfo(object.getKey(), object.getValue(), 0, 0))
          .toList();
    }

    @Override
    public void put(String key, Path file) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void fetch(String key, Path target) {
      throw new UnsupportedOperationException();
    }

    @Override
    public Optional<ObjectInfo> info(String key) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void delete(String key) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void close() {}
  }
}
