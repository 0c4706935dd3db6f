package io.gamay.segment.dictionary;

import io.gamay.segment.memory.FixedWidthVector;
import io.gamay.segment.memory.FixedWidthView;
import io.gamay.segment.memory.MemoryAccount;
import io.gamay.segment.row.ColumnBuffer;
import io.gamay.segment.schema.StoredType;
import java.lang.foreign.MemorySegment;

/**
 * INT, LONG, FLOAT and DOUBLE values. A value is kept as its <em>key</em>: the number itself, or
 * the sortable bits of its canonical form, so that keys are equal and ordered as values are; 4 or 8
 * bytes by the stored type.
 */
final class MutableFixedDictionary implements MutableDictionary {

  private final StoredType type;
  private final boolean wide;
  private final long hashSeed;
  private final FixedWidthVector keys;
  private final OffHeapHashSlots slots;
  private int minId = -1;
  private int maxId = -1;
  private long minKey;
  private long maxKey;

  private final long[] batchKeys;

  /** The view taken last. */
  private MutableFixedDictionaryView viewed;

  private final int[] hashes;
  private final long[] entries;
  private final long[] storedKeys;

  MutableFixedDictionary(
      StoredType type, MemoryAccount memory, long hashSeed, EncodeScratch scratch) {
    this.type = type;
    this.wide = type.widthBytes() == Long.BYTES;
    this.hashSeed = ValueHash.seed(hashSeed);
    this.keys = new FixedWidthVector(memory, type.widthBytes());
    this.slots = new OffHeapHashSlots(memory);
    this.batchKeys = scratch.words;
    this.hashes = scratch.hashes;
    this.entries = scratch.entries;
    this.storedKeys = scratch.storedWords;
    this.viewed = openView();
  }

  @Override
  public void encode(ColumnBuffer values, int fromValue, int toValue, int[] out) {
    for (int from = fromValue; from < toValue; from += BATCH) {
      int count = Math.min(BATCH, toValue - from);
      readKeys(values, from, count);
      encodeBatch(count, out, from - fromValue);
    }
  }

  @Override
  public int cardinality() {
    return keys.size();
  }

  @Override
  public int compare(int leftId, int rightId) {
    FixedWidthView live = keys.live();
    return Long.compare(keyAt(live, wide, leftId), keyAt(live, wide, rightId));
  }

  @Override
  public MutableFixedDictionaryView view() {
    if (viewed.cardinality() != keys.size()) {
      viewed = openView();
    }
    return viewed;
  }

  static long keyAt(FixedWidthView keys, boolean wide, int dictId) {
    return wide ? keys.longAt(dictId) : keys.intAt(dictId);
  }

  private MutableFixedDictionaryView openView() {
    return new MutableFixedDictionaryView(
        type,
        keys.view(),
        keys.size(),
        slots,
        hashSeed,
        new MutableFixedDictionaryView.Bounds(minId, maxId));
  }

  private void readKeys(ColumnBuffer values, int from, int count) {
    switch (type) {
      case INT -> {
        int[] ints = values.ints();
        for (int i = 0; i < count; i++) {
          batchKeys[i] = ints[from + i];
        }
      }
      case LONG -> System.arraycopy(values.longs(), from, batchKeys, 0, count);
      case FLOAT -> {
        float[] floats = values.floats();
        for (int i = 0; i < count; i++) {
          batchKeys[i] = CanonicalFloats.sortableBits(CanonicalFloats.canonical(floats[from + i]));
        }
      }
      case DOUBLE -> {
        double[] doubles = values.doubles();
        for (int i = 0; i < count; i++) {
          batchKeys[i] = CanonicalFloats.sortableBits(CanonicalFloats.canonical(doubles[from + i]));
        }
      }
      case STRING, BYTES, BIG_DECIMAL ->
          throw new IllegalStateException("not a type of fixed width: " + type);
    }
  }

  /**
   * Hashes all, then looks at the slots of all, then compares: misses of the cache overlap. No
   * branch for what seldom happens, as in {@link MutableBytesDictionary}.
   */
  private void encodeBatch(int count, int[] out, int outFrom) {
    for (int i = 0; i < count; i++) {
      hashes[i] = ValueHash.hash(batchKeys[i], hashSeed);
    }
    slots.writerTable().candidates(hashes, count, entries);
    FixedWidthView live = keys.live();
    int loaded = Math.min(1, keys.size()) * count;
    for (int i = 0; i < loaded; i++) {
      storedKeys[i] = keyAt(live, wide, OffHeapHashSlots.Table.payloadOrZero(entries[i]));
    }
    for (int i = 0; i < count; i++) {
      long entry = entries[i];
      out[outFrom + i] =
          (storedKeys[i] ^ batchKeys[i] | OffHeapHashSlots.Table.absent(entry)) == 0
              ? OffHeapHashSlots.Table.payload(entry)
              : idOf(batchKeys[i], hashes[i]);
    }
  }

  private int idOf(long key, int hash) {
    FixedWidthView live = keys.live();
    OffHeapHashSlots.Table table = slots.writerTable();
    MemorySegment page = table.page(hash);
    int slot = table.firstSlot(hash);
    for (long entry = OffHeapHashSlots.Table.entry(page, slot);
        entry != 0;
        entry = OffHeapHashSlots.Table.entry(page, slot)) {
      if (OffHeapHashSlots.Table.hash(entry) == hash) {
        int dictId = OffHeapHashSlots.Table.payload(entry);
        if (keyAt(live, wide, dictId) == key) {
          return dictId;
        }
      }
      slot = table.next(slot);
    }
    return add(key, hash);
  }

  private int add(long key, int hash) {
    int dictId = keys.size();
    if (wide) {
      keys.appendLong(key);
    } else {
      keys.appendInt((int) key);
    }
    slots.add(hash, dictId);
    if (dictId == 0 || key < minKey) {
      minId = dictId;
      minKey = key;
    }
    if (dictId == 0 || key > maxKey) {
      maxId = dictId;
      maxKey = key;
    }
    return dictId;
  }
}
