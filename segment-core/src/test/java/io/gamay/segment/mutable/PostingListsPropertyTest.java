package io.gamay.segment.mutable;

import static org.assertj.core.api.Assertions.assertThat;

import io.gamay.segment.memory.MemoryAccount;
import io.gamay.segment.memory.OffHeapMemory;
import io.gamay.testkit.random.SeededRandom;
import io.gamay.testkit.random.Seeds;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.roaringbitmap.RoaringBitmap;

class PostingListsPropertyTest {

  /** What was to be seen when a view was taken. */
  private record Taken(PostingListsView view, int docCount, List<RoaringBitmap> docIds) {}

  @Test
  void everyViewListsTheRowsBelowItsBoundWhateverCameAfterwards() {
    int cases = Seeds.forEach(Duration.ofSeconds(3), this::checkCase);

    assertThat(cases).isGreaterThan(2);
  }

  private void checkCase(SeededRandom random) {
    try (OffHeapMemory memory = new OffHeapMemory()) {
      PostingLists lists = new PostingLists(memory.openAccount());
      List<RoaringBitmap> expected = new ArrayList<>();
      List<Taken> taken = new ArrayList<>();
      int distinct = random.oneOf(List.of(1, 3, 60, 5000));
      int gap = random.oneOf(List.of(0, 1, 100, 40_000, 1_000_000));
      int docId = 0;
      int rows = random.between(1, 40_000);
      for (int row = 0; row < rows && docId < Integer.MAX_VALUE - gap - 1; row++) {
        int values = random.chance(0.3) ? 3 : 1;
        for (int i = 0; i < values; i++) {
          int dictId = Math.min(expected.size(), skewed(distinct, random));
          if (dictId == expected.size()) {
            expected.add(new RoaringBitmap());
          }
          lists.add(dictId, docId);
          expected.get(dictId).add(docId);
        }
        docId += 1 + random.nextInt(gap + 1);
        if (random.chance(0.0005)) {
          taken.add(take(lists, docId, expected));
        }
      }
      taken.add(take(lists, docId, expected));
      for (Taken view : taken) {
        check(view.view(), view.docCount(), view.docIds(), random);
        cut(view, random);
      }
    }
  }

  private static Taken take(PostingLists lists, int docCount, List<RoaringBitmap> expected) {
    List<RoaringBitmap> copies = new ArrayList<>();
    expected.forEach(docIds -> copies.add(docIds.clone()));
    return new Taken(lists.view(docCount), docCount, copies);
  }

  /** A shorter view knows the dictIds whose first row is in it. */
  private static void cut(Taken taken, SeededRandom random) {
    int docCount = random.between(0, taken.docCount());
    List<RoaringBitmap> below = new ArrayList<>();
    for (RoaringBitmap docIds : taken.docIds()) {
      if (docIds.first() < docCount) {
        RoaringBitmap shorter = docIds.clone();
        shorter.remove((long) docCount, 1L << 32);
        below.add(shorter);
      }
    }
    check(taken.view().upTo(docCount, below.size()), docCount, below, random);
  }

  private static void check(
      PostingListsView view, int docCount, List<RoaringBitmap> expected, SeededRandom random) {
    for (int i = 0; i < Math.min(200, expected.size()); i++) {
      int dictId = expected.size() <= 200 ? i : random.nextInt(expected.size());
      int count = expected.get(dictId).getCardinality();
      assertThat(view.docCount(dictId)).isEqualTo(count);
      boolean isListed = count <= 1024 || count <= docCount / 16;
      assertThat(view.docIds(dictId).stream().toList())
          .isEqualTo(isListed ? List.of(expected.get(dictId)) : List.of());
    }
  }

  @Test
  void frequentValuesTakeLittleMoreThanAByteARow() {
    try (OffHeapMemory memory = new OffHeapMemory()) {
      MemoryAccount account = memory.openAccount();
      PostingLists lists = new PostingLists(account);
      int rows = 1_000_000;
      for (int row = 0; row < rows; row++) {
        lists.add(Math.min(row, (row * 0x9E3779B1 >>> 8) % 60), row);
      }
      assertThat(account.bytes() / (double) rows).isLessThan(1.3);
    }
  }

  private static int skewed(int distinct, SeededRandom random) {
    return (int) (distinct * Math.pow(random.nextDouble(), 3));
  }
}
