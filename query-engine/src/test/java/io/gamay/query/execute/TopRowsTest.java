package io.gamay.query.execute;

import static org.assertj.core.api.Assertions.assertThat;

import io.gamay.testkit.random.SeededRandom;
import io.gamay.testkit.random.Seeds;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class TopRowsTest {

  private record Row(byte[] key, int docId) {
    static final Comparator<Row> ORDER =
        Comparator.comparing(Row::key, Arrays::compareUnsigned).thenComparingInt(Row::docId);
  }

  @Test
  void rowsWithTheSmallestKeysAreKeptInOrder() {
    Seeds.forEach(400, TopRowsTest::check);
  }

  private static void check(SeededRandom random) {
    int limit = random.between(0, 200);
    int longest = random.chance(0.1) ? 3000 : random.between(0, 20);
    TopRows top = new TopRows(limit);
    List<Row> rows = new ArrayList<>();
    for (int docId = 0; docId < 1000; docId++) {
      byte[] key = key(random, longest);
      rows.add(new Row(key, docId));
      top.offer(Arrays.copyOf(key, key.length + 5), key.length, docId);
    }
    rows.sort(Row.ORDER);
    List<Row> kept = new ArrayList<>();
    for (int row : top.sorted(() -> {})) {
      byte[] key = new byte[top.keyLength(row) + 2];
      top.copyKey(row, key, 1);
      kept.add(new Row(Arrays.copyOfRange(key, 1, key.length - 1), top.docId(row)));
    }
    assertThat(kept)
        .usingRecursiveFieldByFieldElementComparator()
        .isEqualTo(rows.subList(0, Math.min(limit, rows.size())));
  }

  /** Few different bytes, zeros among them: many keys agree in how they begin. */
  private static byte[] key(SeededRandom random, int longest) {
    byte[] key = new byte[random.between(0, longest)];
    for (int index = 0; index < key.length; index++) {
      key[index] = (byte) (random.chance(0.7) ? 0 : random.between(-2, 2));
    }
    return key;
  }

  @Test
  void keysThatAreReplacedByLongerOnesTakeNoMemoryForLong() {
    TopRows top = new TopRows(100);
    byte[] key = new byte[2000];
    Arrays.fill(key, (byte) 9);
    for (int docId = 0; docId < 200_000; docId++) {
      int length = 1 + docId / 101;
      key[0] = (byte) (255 - docId / 800);
      top.offer(key, length, docId);
    }
    assertThat(top.count()).isEqualTo(100);
    assertThat(top.sizeBytes()).isLessThan(2_000_000);
  }

  @Test
  void sortingIsCheckedNowAndThen() {
    TopRows top = new TopRows(Integer.MAX_VALUE - 8);
    for (int docId = 0; docId < 100_000; docId++) {
      top.offer(new byte[] {(byte) (docId * 31)}, 1, docId);
    }
    AtomicInteger checks = new AtomicInteger();
    int[] rows = top.sorted(checks::incrementAndGet);
    assertThat(rows).hasSize(100_000);
    assertThat(checks.get()).isGreaterThan(100);
  }
}
