package io.gamay.segment.dictionary;

import io.gamay.segment.memory.BytesVector;
import io.gamay.segment.memory.BytesView;
import io.gamay.segment.memory.MemoryAccount;
import io.gamay.segment.row.ColumnBuffer;
import io.gamay.segment.schema.StoredType;

/** STRING, BYTES and BIG_DECIMAL values, equal if their bytes are. */
final class MutableBytesDictionary implements MutableDictionary {

  private final StoredType type;
  private final long hashSeed;
  private final BytesVector values;
  private final OffHeapHashSlots slots;
  private int minId = -1;
  private int maxId = -1;

  MutableBytesDictionary(StoredType type, MemoryAccount memory, long hashSeed) {
    this.type = type;
    this.hashSeed = hashSeed;
    this.values = new BytesVector(memory);
    this.slots = new OffHeapHashSlots(memory);
  }

  @Override
  public void encode(ColumnBuffer buffer, int fromValue, int toValue, int[] out) {
    byte[] bytes = buffer.bytes();
    int start = buffer.byteStart(fromValue);
    for (int i = fromValue; i < toValue; i++) {
      int end = buffer.byteEnd(i);
      out[i - fromValue] = idOf(bytes, start, end - start);
      start = end;
    }
  }

  @Override
  public int cardinality() {
    return values.size();
  }

  @Override
  public int compare(int leftId, int rightId) {
    return OffHeapValueOrder.compare(type, values.live(), leftId, rightId);
  }

  @Override
  public MutableBytesDictionaryView view() {
    return new MutableBytesDictionaryView(
        type, values.view(), values.size(), slots, hashSeed, minId, maxId);
  }

  private int idOf(byte[] bytes, int from, int length) {
    int hash = ValueHash.hash(bytes, from, length, hashSeed);
    BytesView live = values.live();
    OffHeapHashSlots.Table table = slots.writerTable();
    int slot = table.firstSlot(hash);
    for (long entry = table.entry(slot); entry != 0; entry = table.entry(slot)) {
      if (OffHeapHashSlots.Table.hash(entry) == hash) {
        int dictId = OffHeapHashSlots.Table.dictId(entry);
        if (live.isEqual(dictId, bytes, from, length)) {
          return dictId;
        }
      }
      slot = table.next(slot);
    }
    return add(bytes, from, length, hash, slot);
  }

  private int add(byte[] bytes, int from, int length, int hash, int emptySlot) {
    int dictId = values.size();
    values.append(bytes, from, length);
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
