package io.gamay.segment.dictionary;

import io.gamay.segment.memory.FixedWidthVector;
import io.gamay.segment.memory.FixedWidthView;
import io.gamay.segment.memory.MemoryAccount;
import io.gamay.segment.row.ColumnBuffer;
import io.gamay.segment.schema.StoredType;

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

  MutableFixedDictionary(StoredType type, MemoryAccount memory, long hashSeed) {
    this.type = type;
    this.wide = type.widthBytes() == Long.BYTES;
    this.hashSeed = hashSeed;
    this.keys = new FixedWidthVector(memory, type.widthBytes());
    this.slots = new OffHeapHashSlots(memory);
  }

  @Override
  public void encode(ColumnBuffer values, int fromValue, int toValue, int[] out) {
    switch (type) {
      case INT -> {
        int[] ints = values.ints();
        for (int i = fromValue; i < toValue; i++) {
          out[i - fromValue] = idOf(ints[i]);
        }
      }
      case LONG -> {
        long[] longs = values.longs();
        for (int i = fromValue; i < toValue; i++) {
          out[i - fromValue] = idOf(longs[i]);
        }
      }
      case FLOAT -> {
        float[] floats = values.floats();
        for (int i = fromValue; i < toValue; i++) {
          out[i - fromValue] =
              idOf(CanonicalFloats.sortableBits(CanonicalFloats.canonical(floats[i])));
        }
      }
      case DOUBLE -> {
        double[] doubles = values.doubles();
        for (int i = fromValue; i < toValue; i++) {
          out[i - fromValue] =
              idOf(CanonicalFloats.sortableBits(CanonicalFloats.canonical(doubles[i])));
        }
      }
      case STRING, BYTES, BIG_DECIMAL ->
          throw new IllegalStateException("not a type of fixed width: " + type);
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
    return new MutableFixedDictionaryView(
        type, keys.view(), keys.size(), slots, hashSeed, minId, maxId);
  }

  static long keyAt(FixedWidthView keys, boolean wide, int dictId) {
    return wide ? keys.longAt(dictId) : keys.intAt(dictId);
  }

  private int idOf(long key) {
    int hash = ValueHash.hash(key, hashSeed);
    FixedWidthView live = keys.live();
    OffHeapHashSlots.Table table = slots.writerTable();
    int slot = table.firstSlot(hash);
    for (long entry = table.entry(slot); entry != 0; entry = table.entry(slot)) {
      if (OffHeapHashSlots.Table.hash(entry) == hash) {
        int dictId = OffHeapHashSlots.Table.dictId(entry);
        if (keyAt(live, wide, dictId) == key) {
          return dictId;
        }
      }
      slot = table.next(slot);
    }
    return add(key, hash, slot);
  }

  private int add(long key, int hash, int emptySlot) {
    int dictId = keys.size();
    if (wide) {
      keys.appendLong(key);
    } else {
      keys.appendInt((int) key);
    }
    slots.fill(emptySlot, hash, dictId);
    if (minId < 0 || compare(dictId, minId) < 0) {
      minId = dictId;
    }
    if (maxId < 0 || compare(dictId, maxId) > 0) {
      maxId = dictId;
    }
    return dictId;
  }
}
