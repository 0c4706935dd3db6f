package io.gamay.segment.forward;

import static org.assertj.core.api.Assertions.assertThat;

import io.gamay.segment.memory.MemoryAccount;
import io.gamay.segment.memory.OffHeapMemory;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class MutableDictIdIndexTest {

  private final OffHeapMemory memory = new OffHeapMemory();
  private final MemoryAccount account = memory.openAccount();
  private final MutableDictIdIndex index = new MutableDictIdIndex(account);

  @AfterEach
  void release() {
    memory.close();
  }

  @Test
  void dictIdsAroundEachWideningComeBack() {
    int[] dictIds = {0, 255, 7, 256, 3, 65_535, 255, 65_536, 1, Integer.MAX_VALUE - 1, 0};
    for (int count = 0; count <= dictIds.length; count++) {
      MutableDictIdIndex prefix = new MutableDictIdIndex(account);
      prefix.append(dictIds, count);
      int[] out = new int[count];
      prefix.view().read(0, count, out, 0);
      assertThat(out).isEqualTo(Arrays.copyOf(dictIds, count));
    }
  }

  @Test
  void widthFollowsTheLargestDictIdAndNothingIsRewritten() {
    int[] ids = new int[70_000];
    Arrays.setAll(ids, i -> i % 256);
    index.append(ids, ids.length);
    MutableDictIdView narrow = index.view();
    long bytesWhenNarrow = account.bytes();
    assertThat(bytesWhenNarrow).isEqualTo(2 * 65_536);

    index.append(new int[] {256}, 1);
    assertThat(account.bytes() - bytesWhenNarrow).isEqualTo(1024 * Short.BYTES);
    index.append(new int[] {65_535}, 1);
    assertThat(account.bytes() - bytesWhenNarrow).isEqualTo(1024 * Short.BYTES);
    index.append(new int[] {65_536}, 1);
    assertThat(account.bytes() - bytesWhenNarrow)
        .isEqualTo(1024 * Short.BYTES + 1024 * Integer.BYTES);

    assertThat(narrow.size()).isEqualTo(70_000);
    assertThat(narrow.maxBelow(70_000)).isEqualTo(255);
    assertThat(index.view().maxBelow(70_001)).isEqualTo(256);
    assertThat(index.view().maxBelow(70_003)).isEqualTo(65_536);
    assertThat(index.view().maxBelow(0)).isEqualTo(-1);
  }

  @Test
  void runsAcrossWidthsAndChunksReadLikeSingleDictIds() {
    int[] ids = new int[200_000];
    Arrays.setAll(ids, i -> i < 3000 ? i % 256 : i < 90_000 ? i % 60_000 : i * 7);
    index.append(ids, ids.length);
    MutableDictIdView view = index.view();
    for (int from : new int[] {0, 255, 1023, 2999, 3000, 59_000, 65_535, 89_999, 190_000}) {
      int[] out = new int[9001];
      view.read(from, 9000, out, 1);
      for (int i = 0; i < 9000; i++) {
        assertThat(out[i + 1]).isEqualTo(ids[from + i]);
        assertThat(view.dictIdAt(from + i)).isEqualTo(ids[from + i]);
      }
    }
  }
}
