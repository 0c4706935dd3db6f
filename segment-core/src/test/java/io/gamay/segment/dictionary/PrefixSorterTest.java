package io.gamay.segment.dictionary;

import static org.assertj.core.api.Assertions.assertThat;

import io.gamay.segment.memory.OffHeapMemory;
import io.gamay.segment.row.ColumnBuffer;
import io.gamay.segment.schema.ColumnSpec;
import io.gamay.segment.schema.DataType;
import io.gamay.segment.schema.StoredType;
import io.gamay.segment.schema.Value;
import io.gamay.testkit.random.SeededRandom;
import io.gamay.testkit.random.Seeds;
import java.lang.foreign.Arena;
import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** Any strings come in the order of their bytes, and the hardest cost n log n. */
class PrefixSorterTest {

  private static final int MANY = 100_000;
  private static final int LOG_MANY = 17;

  /** Counts what the sorter asks for. */
  private abstract static class CountingStrings implements PrefixSorter.Strings {

    private long words;
    private long mismatches;
    long mismatchBytes;
    private long comparisons;

    abstract int byteAt(int index, int position);

    @Override
    public final long word(int index, int from) {
      words++;
      long word = 0;
      for (int position = from; position < from + Long.BYTES; position++) {
        word = word << Byte.SIZE | (position < length(index) ? byteAt(index, position) : 0);
      }
      return word;
    }

    @Override
    public final int mismatch(int left, int right, int from, int to) {
      mismatches++;
      int position = firstDifference(left, right, from, to);
      mismatchBytes += position - from;
      return position;
    }

    @Override
    public final int compare(int left, int right, int from) {
      comparisons++;
      int end = Math.min(length(left), length(right));
      int position = firstDifference(left, right, from, end);
      return position == end
          ? Integer.compare(length(left), length(right))
          : Integer.compare(byteAt(left, position), byteAt(right, position));
    }

    int firstDifference(int left, int right, int from, int to) {
      for (int position = from; position < to; position++) {
        if (byteAt(left, position) != byteAt(right, position)) {
          return position;
        }
      }
      return to;
    }

    final void expectAtMostNLogN() {
      assertThat(words).isLessThanOrEqualTo((long) PrefixSorter.MAX_ROUNDS * MANY);
      assertThat(mismatches).isLessThanOrEqualTo((long) PrefixSorter.MAX_ROUNDS * MANY);
      assertThat(comparisons).isLessThanOrEqualTo((long) LOG_MANY * MANY);
    }
  }

  /** "a", "aa", "aaa" and so on. */
  private static final class Chain extends CountingStrings {

    @Override
    public int length(int index) {
      return index + 1;
    }

    @Override
    int byteAt(int index, int position) {
      return 'a';
    }

    @Override
    int firstDifference(int left, int right, int from, int to) {
      return to;
    }
  }

  /** A long prefix that all share, then the index in 20 bytes of two kinds. */
  private static final class LongPrefix extends CountingStrings {

    private static final int SHARED = 3_000;
    private static final int OWN = 20;

    @Override
    public int length(int index) {
      return SHARED + OWN;
    }

    @Override
    int byteAt(int index, int position) {
      return position < SHARED ? 'x' : 'a' + (index >>> SHARED + OWN - 1 - position & 1);
    }

    @Override
    int firstDifference(int left, int right, int from, int to) {
      return super.firstDifference(left, right, Math.max(from, Math.min(to, SHARED)), to);
    }
  }

  @Test
  void manyPrefixesOfEachOtherCostNLogN() {
    Chain chain = new Chain();
    int[] indexes = shuffled(new SeededRandom(1));
    PrefixSorter.sort(indexes, chain);
    assertThat(indexes).isEqualTo(ascending());
    chain.expectAtMostNLogN();
  }

  @Test
  void aLongCommonPrefixIsLookedAtOnce() {
    LongPrefix strings = new LongPrefix();
    int[] indexes = shuffled(new SeededRandom(2));
    PrefixSorter.sort(indexes, strings);
    assertThat(indexes).isEqualTo(ascending());
    strings.expectAtMostNLogN();
    assertThat(strings.mismatchBytes)
        .isLessThanOrEqualTo((long) MANY * (LongPrefix.SHARED + LongPrefix.OWN));
  }

  @Test
  void collectedValuesComeInTheOrderOfTheirBytes() {
    Seeds.forEach(150, PrefixSorterTest::checkCollected);
  }

  private static void checkCollected(SeededRandom random) {
    ColumnBuffer buffer = new ColumnBuffer(ColumnSpec.dimension("c", DataType.BYTES));
    Set<Value> distinct = new TreeSet<>();
    byte[] shared = random.anyBytes(random.chance(0.5) ? 0 : 300);
    byte[] alphabet = {0, 'a', (byte) 0x80, (byte) 0xff};
    int kinds = random.between(1, alphabet.length);
    int maxOwn = random.between(1, 120);
    for (int left = random.between(1, 600); left > 0; left--) {
      int cut = random.chance(0.1) ? random.between(0, shared.length) : shared.length;
      byte[] value = Arrays.copyOf(shared, cut + random.nextInt(maxOwn));
      for (int position = cut; position < value.length; position++) {
        value[position] = alphabet[random.nextInt(kinds)];
      }
      if (distinct.add(new Value.BytesValue(value))) {
        buffer.append(new Value.BytesValue(value));
      }
    }
    try (OffHeapMemory memory = new OffHeapMemory();
        Arena arena = Arena.ofConfined()) {
      MutableDictionary dictionary =
          MutableDictionary.of(StoredType.BYTES, memory.openAccount(), 1);
      int[] ids = new int[distinct.size()];
      dictionary.encode(buffer, 0, ids.length, ids);
      MutableDictionaryView values = dictionary.view();
      int[] order = CollectedBytes.of(values, ids, arena).sortedOrder();
      assertThat(Arrays.stream(order).mapToObj(index -> values.valueAt(ids[index])))
          .containsExactlyElementsOf(distinct);
    }
  }

  private static int[] ascending() {
    int[] indexes = new int[MANY];
    Arrays.setAll(indexes, index -> index);
    return indexes;
  }

  private static int[] shuffled(SeededRandom random) {
    int[] indexes = ascending();
    for (int left = indexes.length; left > 1; left--) {
      int chosen = random.nextInt(left);
      int moved = indexes[chosen];
      indexes[chosen] = indexes[left - 1];
      indexes[left - 1] = moved;
    }
    return indexes;
  }
}
