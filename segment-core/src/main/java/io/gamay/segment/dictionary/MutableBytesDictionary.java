package io.gamay.segment.dictionary;

import io.gamay.segment.memory.BytesVector;
import io.gamay.segment.memory.BytesView;
import io.gamay.segment.memory.MemoryAccount;
import io.gamay.segment.row.ColumnBuffer;
import io.gamay.segment.schema.StoredType;
import java.lang.foreign.MemorySegment;

/** STRING, BYTES and BIG_DECIMAL values, equal if their bytes are. */
final class MutableBytesDictionary implements MutableDictionary {

  private final StoredType type;
  private final long hashSeed;
  private final BytesVector values;
  private final OffHeapHashSlots slots;
  private int minId = -1;
  private int maxId = -1;
  private int shortest;
  private int longest;

  /** The first bytes of the least and of the greatest value as unsigned big-endian numbers. */
  private long minPrefix;

  private long maxPrefix;

  /** The view taken last. */
  private MutableBytesDictionaryView viewed;

  private final int[] hashes;
  private final long[] words;
  private final long[] entries;
  private final long[] heads;
  private final long[] storedWords;

  MutableBytesDictionary(
      StoredType type, MemoryAccount memory, long hashSeed, EncodeScratch scratch) {
    this.type = type;
    this.hashSeed = ValueHash.seed(hashSeed);
    this.values = BytesVector.indexed(memory);
    this.slots = new OffHeapHashSlots(memory);
    this.hashes = scratch.hashes;
    this.words = scratch.words;
    this.entries = scratch.entries;
    this.heads = scratch.heads;
    this.storedWords = scratch.storedWords;
    this.viewed = openView();
  }

  @Override
  public void encode(ColumnBuffer buffer, int fromValue, int toValue, int[] out) {
    for (int from = fromValue; from < toValue; from += BATCH) {
      encodeBatch(buffer, from, Math.min(BATCH, toValue - from), out, from - fromValue);
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
    if (viewed.cardinality() != values.size()) {
      viewed = openView();
    }
    return viewed;
  }

  private MutableBytesDictionaryView openView() {
    return new MutableBytesDictionaryView(
        type,
        values.view(),
        values.size(),
        slots,
        hashSeed,
        new MutableBytesDictionaryView.Bounds(minId, maxId, shortest, longest));
  }

  /**
   * Hashes all, then looks at the slots of all, then loads what they lead to, then compares: misses
   * of the cache overlap. What seldom happens is told by arithmetic, not by a branch: the compiler
   * leaves out a branch that was not taken yet, and compiles all of this again when it is.
   */
  private void encodeBatch(ColumnBuffer buffer, int from, int count, int[] out, int outFrom) {
    byte[] bytes = buffer.bytes();
    int firstStart = buffer.byteStart(from);
    int start = firstStart;
    for (int i = 0; i < count; i++) {
      int end = buffer.byteEnd(from + i);
      long word = ValueHash.firstWord(bytes, start, end - start);
      words[i] = word;
      hashes[i] = ValueHash.hash(bytes, start, end - start, word, hashSeed);
      start = end;
    }
    slots.writerTable().candidates(hashes, count, entries);
    loadCandidates(count);
    start = firstStart;
    for (int i = 0; i < count; i++) {
      int end = buffer.byteEnd(from + i);
      out[outFrom + i] =
          isCandidate(i, bytes, start, end - start)
              ? BytesView.index(heads[i])
              : idOf(bytes, start, end - start, i);
      start = end;
    }
  }

  private void loadCandidates(int count) {
    BytesView live = values.live();
    int loaded = Math.min(1, values.size()) * count;
    for (int i = 0; i < loaded; i++) {
      int position = OffHeapHashSlots.Table.payloadOrZero(entries[i]);
      heads[i] = live.headAt(position);
      storedWords[i] = live.firstWordAt(position);
    }
  }

  /** Whether the candidate's value is the one looked for. */
  private boolean isCandidate(int i, byte[] bytes, int from, int length) {
    long word = length < Long.BYTES ? storedWords[i] & (1L << (length << 3)) - 1 : storedWords[i];
    long differences =
        word ^ words[i]
            | BytesView.lengthDifference(heads[i], length)
            | OffHeapHashSlots.Table.absent(entries[i]);
    return differences == 0
        && (length <= Long.BYTES
            || values
                .live()
                .isRestEqual(OffHeapHashSlots.Table.payload(entries[i]), bytes, from, length));
  }

  private int idOf(byte[] bytes, int from, int length, int i) {
    int hash = hashes[i];
    BytesView live = values.live();
    OffHeapHashSlots.Table table = slots.writerTable();
    MemorySegment page = table.page(hash);
    int slot = table.firstSlot(hash);
    for (long entry = OffHeapHashSlots.Table.entry(page, slot);
        entry != 0;
        entry = OffHeapHashSlots.Table.entry(page, slot)) {
      int position = OffHeapHashSlots.Table.payload(entry);
      if (OffHeapHashSlots.Table.hash(entry) == hash
          && live.isEqualAt(position, bytes, from, length)) {
        return BytesView.index(live.headAt(position));
      }
      slot = table.next(slot);
    }
    return add(bytes, from, length, i);
  }

  private int add(byte[] bytes, int from, int length, int i) {
    int dictId = values.size();
    slots.add(hashes[i], values.append(bytes, from, length));
    trackBounds(dictId, length, Long.reverseBytes(words[i]));
    return dictId;
  }

  private void trackBounds(int dictId, int length, long prefix) {
    if (dictId == 0) {
      shortest = length;
    }
    shortest = Math.min(shortest, length);
    longest = Math.max(longest, length);
    if (minId < 0 || isBelow(dictId, prefix, minId, minPrefix)) {
      minId = dictId;
      minPrefix = prefix;
    }
    if (maxId < 0 || isBelow(maxId, maxPrefix, dictId, prefix)) {
      maxId = dictId;
      maxPrefix = prefix;
    }
  }

  private boolean isBelow(int leftId, long leftPrefix, int rightId, long rightPrefix) {
    if (type != StoredType.BIG_DECIMAL && leftPrefix != rightPrefix) {
      return Long.compareUnsigned(leftPrefix, rightPrefix) < 0;
    }
    return compare(leftId, rightId) < 0;
  }
}
