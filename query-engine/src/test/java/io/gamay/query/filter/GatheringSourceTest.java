package io.gamay.query.filter;

import static org.assertj.core.api.Assertions.assertThat;

import io.gamay.query.evaluate.Block;
import io.gamay.testkit.random.SeededRandom;
import io.gamay.testkit.random.Seeds;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import org.junit.jupiter.api.Test;

class GatheringSourceTest {

  private static final int CASES = 500;

  @Test
  void theRowsAreThoseOfTheSourceInItsOrder() {
    Seeds.forEach(
        CASES,
        random -> {
          ArrayDeque<Block> blocks = new ArrayDeque<>();
          List<Integer> expected = new ArrayList<>();
          int first = 0;
          for (int count = random.between(0, 60); count > 0; count--) {
            Block block = anyBlock(first, random);
            blocks.add(block);
            docIds(block, expected);
            first += Block.MAX_ROWS;
          }
          List<Integer> found = new ArrayList<>();
          for (Block block : gathered(blocks)) {
            docIds(block, found);
          }
          assertThat(found).isEqualTo(expected);
        });
  }

  @Test
  void blocksOfFewRowsBecomeFewLongLists() {
    ArrayDeque<Block> blocks = new ArrayDeque<>();
    for (int block = 0; block < 100; block++) {
      int first = block * Block.MAX_ROWS;
      blocks.add(mask(first, Block.MAX_FEW_ROWS - 10));
      blocks.add(new Block());
      blocks.getLast().setRange(first + Block.MAX_ROWS - 2, 2);
      blocks.add(new Block());
      blocks.getLast().setList(0);
    }
    List<Block> lists = gathered(blocks);
    assertThat(lists).hasSizeLessThan(100 / 10);
    assertThat(lists.subList(0, lists.size() - 1))
        .allSatisfy(list -> assertThat(list.count()).isGreaterThan(Block.MAX_ROWS * 3 / 4));
  }

  @Test
  void denseMasksAndRunsStayWhatTheyAre() {
    Block run = new Block();
    run.setRange(2 * Block.MAX_ROWS, 50);
    List<Block> found =
        gathered(new ArrayDeque<>(List.of(mask(0, 3), mask(Block.MAX_ROWS, 2_000), run)));
    assertThat(found).extracting(Block::isMask).containsExactly(true, true, false);
    assertThat(found).extracting(Block::isRun).containsExactly(false, false, true);
    assertThat(found).extracting(Block::count).containsExactly(3, 2_000, 50);
  }

  private static Block anyBlock(int first, SeededRandom random) {
    if (random.chance(0.2)) {
      Block block = new Block();
      if (random.chance(0.5)) {
        block.setRange(first, random.between(0, random.chance(0.5) ? 20 : Block.MAX_ROWS));
      } else {
        int count = random.between(0, 300);
        for (int row = 0; row < count; row++) {
          block.list()[row] = first + 7 * row;
        }
        block.setList(count);
      }
      return block;
    }
    return mask(first, random.chance(0.7) ? random.between(1, 340) : random.between(1, 4_000));
  }

  /** So many rows of a run, spread over it. */
  private static Block mask(int first, int count) {
    BitSet rows = new BitSet();
    for (long row = 0; row < count; row++) {
      rows.set((int) (row * Block.MAX_ROWS / count));
    }
    Block block = new Block();
    block.setMask(
        first,
        Block.MAX_ROWS,
        Arrays.copyOf(rows.toLongArray(), Block.MAX_ROWS / Long.SIZE),
        rows.cardinality());
    return block;
  }

  /** Copies, as the source fills one block again and again. */
  private static List<Block> gathered(ArrayDeque<Block> blocks) {
    DocIdSource source =
        new GatheringSource(
            out -> {
              if (blocks.isEmpty()) {
                return false;
              }
              out.copyFrom(blocks.remove());
              return true;
            });
    List<Block> found = new ArrayList<>();
    for (Block out = new Block(); source.next(out); ) {
      Block copy = new Block();
      copy.copyFrom(out);
      found.add(copy);
    }
    return found;
  }

  private static void docIds(Block block, List<Integer> out) {
    int[] docIds = block.docIds(new int[Block.MAX_ROWS]);
    for (int row = 0; row < block.count(); row++) {
      out.add(docIds[row]);
    }
  }
}
