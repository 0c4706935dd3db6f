package io.gamay.segment.dictionary;

import static org.assertj.core.api.Assertions.assertThat;

import io.gamay.segment.memory.BytesVector;
import io.gamay.segment.memory.MemoryAccount;
import io.gamay.segment.memory.OffHeapMemory;
import io.gamay.segment.row.ColumnBuffer;
import io.gamay.segment.schema.BigDecimalCodec;
import io.gamay.segment.schema.ColumnSpec;
import io.gamay.segment.schema.DataType;
import io.gamay.segment.schema.StoredType;
import io.gamay.segment.schema.Value;
import io.gamay.testkit.random.SeededRandom;
import io.gamay.testkit.random.Seeds;
import java.lang.foreign.MemorySegment;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class MutableDictionaryTest {

  private final OffHeapMemory memory = new OffHeapMemory();
  private final MemoryAccount account = memory.openAccount();

  @AfterEach
  void release() {
    memory.close();
  }

  @Test
  void dictIdsAreGivenInOrderOfArrivalThroughAllGrowth() {
    MutableDictionary dictionary = MutableDictionary.of(StoredType.LONG, account, 1);
    ColumnBuffer buffer = new ColumnBuffer(ColumnSpec.dimension("c", DataType.LONG));
    int count = 100_000;
    for (int i = 0; i < count; i++) {
      buffer.appendLong(i * 0x10001L);
    }
    int[] ids = new int[count];
    dictionary.encode(buffer, 0, count, ids);
    int[] again = new int[count];
    dictionary.encode(buffer, 0, count, again);

    for (int i = 0; i < count; i++) {
      if (ids[i] != i || again[i] != i) {
        throw new AssertionError("value %d is %d, then %d".formatted(i, ids[i], again[i]));
      }
    }
    assertThat(dictionary.cardinality()).isEqualTo(count);
    assertThat(dictionary.view().upTo(10).maxId()).isEqualTo(9);
    assertThat(dictionary.view().upTo(0).minId()).isEqualTo(-1);
  }

  @Test
  void viewTakenBeforeTheGrowthStillFindsItsValuesAndOnlyThem() {
    MutableDictionary dictionary = MutableDictionary.of(StoredType.STRING, account, 1);
    encodeStrings(dictionary, 0, 30);
    MutableDictionaryView early = dictionary.view();
    encodeStrings(dictionary, 30, 5000);

    for (int i = 0; i < 5000; i++) {
      assertThat(early.indexOf(new Value.StringValue("value " + i))).isEqualTo(i < 30 ? i : -1);
    }
  }

  @Test
  void replacedPagesStayWhileAReaderIsInsideAndAreUsedAgainAfterwards() {
    OffHeapHashSlots slots = new OffHeapHashSlots(account);
    int count = 60_000;
    for (int i = 0; i < 10_000; i++) {
      slots.add(spread(i), i);
    }
    OffHeapHashSlots.Table held = slots.enter();
    for (int i = 10_000; i < count; i++) {
      slots.add(spread(i), i);
    }
    for (int i = 0; i < 10_000; i++) {
      assertThat(find(held, spread(i))).isEqualTo(i);
    }
    long whileInside = account.bytes();

    slots.exit();
    for (int i = count; i < 2 * count; i++) {
      slots.add(spread(i), i);
    }
    OffHeapHashSlots.Table table = slots.writerTable();
    for (int i = 0; i < 2 * count; i++) {
      assertThat(find(table, spread(i))).isEqualTo(i);
    }
    assertThat(whileInside).isLessThan(3L * 8 * 16_384 * 8);
    assertThat(account.bytes()).isBetween(16L * 16_384 * 8, 18L * 16_384 * 8);
  }

  @Test
  void allEqualHashesStillFindEachValueUntilThePageIsFull() {
    OffHeapHashSlots slots = new OffHeapHashSlots(account);
    int count = 0;
    IllegalStateException refused = null;
    while (refused == null) {
      try {
        slots.add(-1, count);
        count++;
      } catch (IllegalStateException thrown) {
        refused = thrown;
      }
    }
    assertThat(count).isEqualTo((1 << 14) - 1);
    assertThat(refused).hasMessageContaining("one hash");
    Set<Integer> found = new HashSet<>();
    OffHeapHashSlots.Table table = slots.writerTable();
    MemorySegment page = table.page(-1);
    int slot = table.firstSlot(-1);
    for (long entry = OffHeapHashSlots.Table.entry(page, slot);
        entry != 0;
        entry = OffHeapHashSlots.Table.entry(page, slot)) {
      assertThat(OffHeapHashSlots.Table.hash(entry)).isEqualTo(-1);
      found.add(OffHeapHashSlots.Table.payload(entry));
      slot = table.next(slot);
    }
    assertThat(found).hasSize(count);
  }

  @Test
  void noAddMovesMoreThanOnePage() {
    OffHeapHashSlots slots = new OffHeapHashSlots(account);
    long before = account.bytes();
    long largestStep = 0;
    for (int i = 0; i < 300_000; i++) {
      slots.add(spread(i), i);
      largestStep = Math.max(largestStep, account.bytes() - before);
      before = account.bytes();
    }
    assertThat(largestStep).isEqualTo(2 * 16_384 * 8);
    assertThat(account.bytes() / 300_000d).isLessThan(30);
  }

  @Test
  void everyLengthIsOneValueWhateverItsBytesAndItsPlaceInTheBuffer() {
    int cases =
        Seeds.forEach(
            30,
            random -> {
              MutableDictionary dictionary =
                  MutableDictionary.of(StoredType.BYTES, account, random.nextLong());
              Map<BigInteger, Integer> expected = new HashMap<>();
              for (int batch = 0; batch < 20; batch++) {
                checkBytesBatch(dictionary, expected, random);
              }
              assertThat(dictionary.cardinality()).isEqualTo(expected.size());
            });
    assertThat(cases).isPositive();
  }

  /** Few distinct bytes, so that values share prefixes, ends and lengths; some very long ones. */
  private static void checkBytesBatch(
      MutableDictionary dictionary, Map<BigInteger, Integer> expected, SeededRandom random) {
    ColumnBuffer buffer = new ColumnBuffer(ColumnSpec.dimension("c", DataType.BYTES));
    List<byte[]> values = new ArrayList<>();
    int count = random.between(1, 700);
    for (int i = 0; i < count; i++) {
      byte[] value =
          new byte[random.chance(0.003) ? random.between(65_530, 66_000) : random.nextInt(40)];
      for (int at = 0; at < value.length && random.chance(0.95); at++) {
        value[at] = (byte) random.nextInt(2);
      }
      values.add(value);
      buffer.appendBytes(value, 0, value.length);
    }
    int[] ids = new int[count];
    dictionary.encode(buffer, 0, count, ids);
    MutableDictionaryView view = dictionary.view();
    for (int i = 0; i < count; i++) {
      byte[] value = values.get(i);
      byte[] key = new byte[value.length + 1];
      key[0] = 1;
      System.arraycopy(value, 0, key, 1, value.length);
      Integer known = expected.putIfAbsent(new BigInteger(key), ids[i]);
      assertThat(ids[i]).isEqualTo(known == null ? expected.size() - 1 : known);
      assertThat(view.indexOf(new Value.BytesValue(value))).isEqualTo(ids[i]);
      assertThat(view.byteLength(ids[i])).isEqualTo(value.length);
    }
  }

  @Test
  void hashesOfCloseKeysSpreadOverTheirLowBits() {
    for (int length = 1; length <= 40; length++) {
      Set<Integer> slots = new HashSet<>();
      Set<Integer> pages = new HashSet<>();
      byte[] key = new byte[length];
      for (int i = 0; i < 256; i++) {
        key[length / 2] = (byte) i;
        slots.add(ValueHash.hash(key, 0, length, 99) & 0xFFFF);
        pages.add(ValueHash.hash(key, 0, length, 99) >>> 16);
      }
      assertThat(slots).as("length " + length).hasSizeGreaterThan(248);
      assertThat(pages).as("length " + length).hasSizeGreaterThan(248);
    }
    Set<Integer> slots = new HashSet<>();
    for (long i = 0; i < 10_000; i++) {
      slots.add(ValueHash.hash(i << 32, 5) & 0xFFFFF);
    }
    assertThat(slots).hasSizeGreaterThan(9_900);
  }

  @Test
  void decimalsAreOrderedAsNumbersWhateverTheirDigitsAndScales() {
    Seeds.forEach(
        50,
        random -> {
          BytesVector values = new BytesVector(account);
          List<BigDecimal> decimals = new ArrayList<>();
          for (int i = 0; i < 60; i++) {
            BigDecimal decimal =
                random.chance(0.2)
                    ? BigDecimal.valueOf(random.anyLong(), random.between(-20, 20))
                    : random.anyDecimal(random.chance(0.5) ? 6 : 30);
            byte[] encoded = BigDecimalCodec.encode(decimal);
            values.append(encoded, 0, encoded.length);
            decimals.add(decimal);
          }
          for (int a = 0; a < decimals.size(); a++) {
            for (int b = 0; b < decimals.size(); b++) {
              int order = OffHeapValueOrder.compare(StoredType.BIG_DECIMAL, values.view(), a, b);
              assertThat(Integer.signum(order))
                  .as("%s and %s", decimals.get(a), decimals.get(b))
                  .isEqualTo(decimals.get(a).compareTo(decimals.get(b)));
            }
          }
        });
  }

  private static void encodeStrings(MutableDictionary dictionary, int from, int to) {
    ColumnBuffer buffer = new ColumnBuffer(ColumnSpec.dimension("c", DataType.STRING));
    for (int i = from; i < to; i++) {
      buffer.append(new Value.StringValue("value " + i));
    }
    dictionary.encode(buffer, 0, to - from, new int[to - from]);
  }

  /** Another hash for each number. */
  private static int spread(int i) {
    return i * 0x9E3779B1;
  }

  private static int find(OffHeapHashSlots.Table table, int hash) {
    MemorySegment page = table.page(hash);
    int slot = table.firstSlot(hash);
    long entry = OffHeapHashSlots.Table.entry(page, slot);
    while (entry != 0 && OffHeapHashSlots.Table.hash(entry) != hash) {
      slot = table.next(slot);
      entry = OffHeapHashSlots.Table.entry(page, slot);
    }
    return OffHeapHashSlots.Table.payload(entry);
  }
}
