package io.gamay.segment.dictionary;

import io.gamay.segment.memory.BytesView;
import io.gamay.segment.read.BytesBlock;
import io.gamay.segment.row.ColumnBuffer;
import io.gamay.segment.schema.BigDecimalCodec;
import io.gamay.segment.schema.StoredType;
import io.gamay.segment.schema.Value;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The first entries of a {@link MutableBytesDictionary}. */
final class MutableBytesDictionaryView implements MutableDictionaryView {

  private final StoredType type;
  private final BytesView values;
  private final int cardinality;
  private final OffHeapHashSlots slots;
  private final long hashSeed;

  /** Found when first asked for; two threads may find the same. */
  private volatile @Nullable Bounds bounds;

  /**
   * The least and the greatest entry, -1 where there are none, and the fewest and the most bytes.
   */
  record Bounds(int minId, int maxId, int shortest, int longest) {}

  /**
   * @param bounds null: not known yet
   */
  MutableBytesDictionaryView(
      StoredType type,
      BytesView values,
      int cardinality,
      OffHeapHashSlots slots,
      long hashSeed,
      @Nullable Bounds bounds) {
    this.type = type;
    this.values = values;
    this.cardinality = cardinality;
    this.slots = slots;
    this.hashSeed = hashSeed;
    this.bounds = bounds;
  }

  @Override
  public StoredType storedType() {
    return type;
  }

  @Override
  public Object lineage() {
    return slots;
  }

  @Override
  public int cardinality() {
    return cardinality;
  }

  @Override
  public int intAt(int dictId) {
    throw unsupported("int");
  }

  @Override
  public long longAt(int dictId) {
    throw unsupported("long");
  }

  @Override
  public float floatAt(int dictId) {
    throw unsupported("float");
  }

  @Override
  public double doubleAt(int dictId) {
    throw unsupported("double");
  }

  @Override
  public void appendBytes(int dictId, BytesBlock out) {
    Objects.checkIndex(dictId, cardinality);
    int length = values.length(dictId);
    int at = out.append(length);
    values.copyTo(dictId, length, out.bytes(), at);
  }

  @Override
  public Value valueAt(int dictId) {
    Objects.checkIndex(dictId, cardinality);
    return OffHeapValueOrder.valueAt(type, values, dictId);
  }

  @Override
  public void appendTo(int dictId, ColumnBuffer out) {
    Objects.checkIndex(dictId, cardinality);
    byte[] bytes = values.bytesAt(dictId);
    out.appendBytes(bytes, 0, bytes.length);
  }

  @Override
  public int indexOf(Value value) {
    if (value.storedType() != type) {
      throw new IllegalArgumentException(
          "dictionary holds %s, not %s".formatted(type, value.storedType()));
    }
    byte[] bytes = bytesOf(value);
    int hash = ValueHash.hash(bytes, 0, bytes.length, hashSeed);
    OffHeapHashSlots.Table table = slots.enter();
    try {
      return find(table, hash, bytes);
    } finally {
      slots.exit();
    }
  }

  @Override
  public int minId() {
    return bounds().minId();
  }

  @Override
  public int maxId() {
    return bounds().maxId();
  }

  @Override
  public int byteLength(int dictId) {
    Objects.checkIndex(dictId, cardinality);
    return values.length(dictId);
  }

  @Override
  public int shortestBytes() {
    return bounds().shortest();
  }

  @Override
  public int longestBytes() {
    return bounds().longest();
  }

  @Override
  public MutableBytesDictionaryView upTo(int shorter) {
    Objects.checkIndex(shorter, cardinality + 1);
    if (shorter == cardinality) {
      return this;
    }
    return new MutableBytesDictionaryView(type, values, shorter, slots, hashSeed, null);
  }

  private Bounds bounds() {
    Bounds known = bounds;
    if (known == null) {
      known = find();
      bounds = known;
    }
    return known;
  }

  private Bounds find() {
    if (cardinality == 0) {
      return new Bounds(-1, -1, 0, 0);
    }
    int min = 0;
    int max = 0;
    int shortest = values.length(0);
    int longest = shortest;
    for (int dictId = 1; dictId < cardinality; dictId++) {
      min = OffHeapValueOrder.compare(type, values, dictId, min) < 0 ? dictId : min;
      max = OffHeapValueOrder.compare(type, values, dictId, max) > 0 ? dictId : max;
      int length = values.length(dictId);
      shortest = Math.min(shortest, length);
      longest = Math.max(longest, length);
    }
    return new Bounds(min, max, shortest, longest);
  }

  /** Values behind this view cannot be equal to one in it: they are passed over. */
  private int find(OffHeapHashSlots.Table table, int hash, byte[] bytes) {
    MemorySegment page = table.page(hash);
    int slot = table.firstSlot(hash);
    for (long entry = OffHeapHashSlots.Table.entry(page, slot);
        entry != 0;
        entry = OffHeapHashSlots.Table.entry(page, slot)) {
      int position = OffHeapHashSlots.Table.payload(entry);
      if (OffHeapHashSlots.Table.hash(entry) == hash && values.knows(position)) {
        int dictId = BytesView.index(values.headAt(position));
        if (dictId < cardinality && values.isEqualAt(position, bytes, 0, bytes.length)) {
          return dictId;
        }
      }
      slot = table.next(slot);
    }
    return -1;
  }

  private static byte[] bytesOf(Value value) {
    return switch (value) {
      case Value.StringValue(String v) -> v.getBytes(StandardCharsets.UTF_8);
      case Value.BytesValue(byte[] v) -> v;
      case Value.BigDecimalValue(var v) -> BigDecimalCodec.encode(v);
      case Value.IntValue _, Value.LongValue _, Value.FloatValue _, Value.DoubleValue _ ->
          throw new IllegalArgumentException("not a value of bytes: " + value);
    };
  }

  private UnsupportedOperationException unsupported(String what) {
    return new UnsupportedOperationException("a %s dictionary has no %s".formatted(type, what));
  }
}
