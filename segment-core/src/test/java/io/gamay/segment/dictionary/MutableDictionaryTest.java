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
import io.gamay.testkit.random.Seeds;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
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
  void replacedTableStaysWhileAReaderIsInsideAndGoesAfterwards() {
    OffHeapHashSlots slots = new OffHeapHashSlots(account);
    long before = account.bytes();
    OffHeapHashSlots.Table held = slots.enter();
    for (int id = 0; id < 33; id++) {
      fill(slots, id);
    }
    assertThat(account.bytes()).isEqualTo(before + 2 * before);
    assertThat(held.entry(held.firstSlot(5))).isNotZero();

    slots.exit();
    fill(slots, 33);
    assertThat(account.bytes()).isEqualTo(2 * before);
    assertThat(slots.writerTable()).isNotSameAs(held);
  }

  @Test
  void allEqualHashesStillFindEachValue() {
    OffHeapHashSlots slots = new OffHeapHashSlots(account);
    for (int id = 0; id < 200; id++) {
      OffHeapHashSlots.Table table = slots.writerTable();
      int slot = table.firstSlot(-1);
      while (table.entry(slot) != 0) {
        slot = table.next(slot);
      }
      slots.fill(slot, -1, id);
    }
    Set<Integer> found = new HashSet<>();
    OffHeapHashSlots.Table table = slots.writerTable();
    int slot = table.firstSlot(-1);
    for (long entry = table.entry(slot); entry != 0; entry = table.entry(slot)) {
      assertThat(OffHeapHashSlots.Table.hash(entry)).isEqualTo(-1);
      found.add(OffHeapHashSlots.Table.dictId(entry));
      slot = table.next(slot);
    }
    assertThat(found).hasSize(200);
  }

  @Test
  void hashesOfCloseKeysSpreadOverTheirLowBits() {
    for (int length = 1; length <= 40; length++) {
      Set<Integer> slots = new HashSet<>();
      byte[] key = new byte[length];
      for (int i = 0; i < 256; i++) {
        key[length / 2] = (byte) i;
        slots.add(ValueHash.hash(key, 0, length, 99) & 0xFFFF);
      }
      assertThat(slots).as("length " + length).hasSizeGreaterThan(248);
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

  private static void fill(OffHeapHashSlots slots, int id) {
    OffHeapHashSlots.Table table = slots.writerTable();
    int slot = table.firstSlot(id);
    while (table.entry(slot) != 0) {
      slot = table.next(slot);
    }
    slots.fill(slot, id, id);
  }
}
