package io.gamay.query.evaluate;

import static org.assertj.core.api.Assertions.assertThat;

import io.gamay.segment.read.DocIdBlock;
import io.gamay.testkit.random.SeededRandom;
import java.util.Arrays;
import java.util.BitSet;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BlockTest {

  @ParameterizedTest
  @ValueSource(doubles = {0.001, 0.02, 0.05, 0.3, 0.95, 0.9999})
  void aMaskListsItsRowsHoweverManyTheyAre(double share) {
    SeededRandom random = new SeededRandom(7);
    for (int length : new int[] {1, 63, 64, 65, 4_000, DocIdBlock.MAX_DOCS}) {
      BitSet wanted = new BitSet();
      for (int row = 0; row < length; row++) {
        wanted.set(row, random.chance(share));
      }
      // The last words full, where the array of docIds has no room for more.
      wanted.set(Math.max(0, length - 70), length);
      Block block = new Block();
      long[] rows = Arrays.copyOf(wanted.toLongArray(), DocIdBlock.MAX_DOCS / Long.SIZE);
      block.setMask(10_240, length, rows, wanted.cardinality());
      assertThat(block.docs().count()).isEqualTo(wanted.cardinality());
      assertThat(Arrays.copyOf(block.docs().docIds(), block.count()))
          .containsExactly(wanted.stream().map(row -> 10_240 + row).toArray());
    }
  }
}
