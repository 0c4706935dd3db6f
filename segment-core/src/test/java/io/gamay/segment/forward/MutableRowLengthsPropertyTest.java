package io.gamay.segment.forward;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gamay.segment.memory.MemoryAccount;
import io.gamay.segment.memory.OffHeapMemory;
import io.gamay.testkit.random.SeededRandom;
import io.gamay.testkit.random.Seeds;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class MutableRowLengthsPropertyTest {

  /** Starts by docId; one more entry than rows. */
  private record Taken(MutableRowLengthsView view, int[] starts) {}

  @Test
  void everyViewFindsTheRowsThatANaiveListHas() {
    Seeds.forEach(60, this::checkCase);
  }

  private void checkCase(SeededRandom random) {
    try (OffHeapMemory memory = new OffHeapMemory()) {
      MutableRowLengths lengths = new MutableRowLengths(memory.openAccount());
      List<Taken> taken = new ArrayList<>();
      int[] starts = {0};
      int batches = random.between(1, 60);
      for (int batch = 0; batch < batches; batch++) {
        int[] added = anyLengths(random, batch);
        lengths.append(added, added.length);
        starts = extended(starts, added);
        if (random.chance(0.2)) {
          taken.add(new Taken(lengths.view(), starts));
        }
      }
      taken.add(new Taken(lengths.view(), starts));
      for (Taken view : taken) {
        check(view.view(), view.starts(), random);
      }
    }
  }

  /** Less 1; widths come late or at once, so that they begin anywhere in a run. */
  private static int[] anyLengths(SeededRandom random, int batch) {
    int[] lengths = new int[random.between(1, 512)];
    for (int i = 0; i < lengths.length; i++) {
      lengths[i] = random.nextInt(random.chance(0.9) ? 4 : 256);
    }
    if (random.chance(0.05)) {
      lengths[random.nextInt(lengths.length)] = random.oneOf(List.of(255, 256, 65_535));
    }
    if (batch > 20 && random.chance(0.02)) {
      lengths[random.nextInt(lengths.length)] = random.between(65_536, 1_000_000);
    }
    return lengths;
  }

  private static int[] extended(int[] starts, int[] added) {
    int[] all = Arrays.copyOf(starts, starts.length + added.length);
    for (int i = 0; i < added.length; i++) {
      all[starts.length + i] = all[starts.length + i - 1] + added[i] + 1;
    }
    return all;
  }

  private static void check(MutableRowLengthsView view, int[] starts, SeededRandom random) {
    int rows = starts.length - 1;
    assertThat(view.size()).isEqualTo(rows);
    for (int docId = 0; docId <= rows; docId += docId < 300 ? 1 : random.between(1, 30)) {
      expect(view.start(docId), starts[docId]);
      int known = Math.max(0, docId - random.between(0, 100));
      expect(view.start(docId, known, starts[known]), starts[docId]);
      if (docId < rows) {
        expect(view.length(docId), starts[docId + 1] - starts[docId]);
      }
    }
    checkEnds(view, starts, random);
    assertThatThrownBy(() -> view.start(rows + 1)).isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> view.start(-1)).isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> view.length(rows)).isInstanceOf(IndexOutOfBoundsException.class);
  }

  private static void checkEnds(MutableRowLengthsView view, int[] starts, SeededRandom random) {
    for (int run = 0; run < 20; run++) {
      int from = random.nextInt(starts.length);
      int count = random.between(0, Math.min(4096, starts.length - 1 - from));
      int[] ends = new int[count];
      view.readEnds(from, count, ends);
      for (int i = 0; i < count; i++) {
        expect(ends[i], starts[from + i + 1] - starts[from]);
      }
    }
  }

  @Test
  void aRowOfAShortListTakesLittleMoreThanAByte() {
    try (OffHeapMemory memory = new OffHeapMemory()) {
      MemoryAccount account = memory.openAccount();
      MutableRowLengths lengths = new MutableRowLengths(account);
      int[] step = new int[512];
      Arrays.setAll(step, i -> i % 256);
      int rows = 1 << 20;
      for (int row = 0; row < rows; row += step.length) {
        lengths.append(step, step.length);
      }
      assertThat(lengths.size()).isEqualTo(rows);
      assertThat(account.bytes() / (double) rows).isLessThanOrEqualTo(1.2);
    }
  }

  @Test
  void moreValuesThanAnIntCountsAreRefused() {
    try (OffHeapMemory memory = new OffHeapMemory()) {
      MutableRowLengths lengths = new MutableRowLengths(memory.openAccount());
      lengths.append(new int[] {Integer.MAX_VALUE - 2}, 1);
      lengths.append(new int[] {0}, 1);
      assertThat(lengths.view().start(2)).isEqualTo(Integer.MAX_VALUE);
      assertThatThrownBy(() -> lengths.append(new int[] {0}, 1))
          .isInstanceOf(ArithmeticException.class);
    }
  }

  private static void expect(int found, int expected) {
    if (found != expected) {
      throw new AssertionError("found %d, expected %d".formatted(found, expected));
    }
  }
}
