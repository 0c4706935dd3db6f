package io.gamay.segment.dictionary;

import io.gamay.segment.memory.FixedWidthView;
import io.gamay.segment.read.BytesBlock;
import io.gamay.segment.row.ColumnBuffer;
import io.gamay.segment.schema.StoredType;
import io.gamay.segment.schema.Value;
import java.lang.foreign.MemorySegment;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The first entries of a {@link MutableFixedDictionary}. */
final class MutableFixedDictionaryView implements MutableDictionaryView {

  private final StoredType type;
  private final boolean wide;
  private final FixedWidthView keys;
  private final int cardinality;
  private final OffHeapHashSlots slots;
  private final long hashSeed;

  /** Found when first asked for; two threads may find the same. */
  private volatile @Nullable Bounds bounds;

  /** The least and the greatest entry, -1 where there are none. */
  record Bounds(int minId, int maxId) {}

  /**
   * @param bounds null: not known yet
   */
  MutableFixedDictionaryView(
      StoredType type,
      FixedWidthView keys,
      int cardinality,
      OffHeapHashSlots slots,
      long hashSeed,
      @Nullable Bounds bounds) {
    this.type = type;
    this.wide = type.widthBytes() == Long.BYTES;
    this.keys = keys;
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
    if (type != StoredType.INT) {
      throw unsupported("int");
    }
    return (int) key(dictId);
  }

  @Override
  public long longAt(int dictId) {
    if (type != StoredType.INT && type != StoredType.LONG) {
      throw unsupported("long");
    }
    return key(dictId);
  }

  @Override
  public float floatAt(int dictId) {
    if (type != StoredType.FLOAT) {
      throw unsupported("float");
    }
    return CanonicalFloats.ofSortableBits((int) key(dictId));
  }

  @Override
  public double doubleAt(int dictId) {
    return switch (type) {
      case INT, LONG -> key(dictId);
      case FLOAT -> CanonicalFloats.ofSortableBits((int) key(dictId));
      case DOUBLE -> CanonicalFloats.ofSortableBits(key(dictId));
      case STRING, BYTES, BIG_DECIMAL -> throw unsupported("double");
    };
  }

  @Override
  public void appendBytes(int dictId, BytesBlock out) {
    throw unsupported("bytes");
  }

  @Override
  public Value valueAt(int dictId) {
    return switch (type) {
      case INT -> new Value.IntValue(intAt(dictId));
      case LONG -> new Value.LongValue(longAt(dictId));
      case FLOAT -> new Value.FloatValue(floatAt(dictId));
      case DOUBLE -> new Value.DoubleValue(doubleAt(dictId));
      case STRING, BYTES, BIG_DECIMAL -> throw unsupported("value");
    };
  }

  @Override
  public void appendTo(int dictId, ColumnBuffer out) {
    switch (type) {
      case INT -> out.appendInt(intAt(dictId));
      case LONG -> out.appendLong(longAt(dictId));
      case FLOAT -> out.appendFloat(floatAt(dictId));
      case DOUBLE -> out.appendDouble(doubleAt(dictId));
      case STRING, BYTES, BIG_DECIMAL -> throw unsupported("value");
    }
  }

  @Override
  public int indexOf(Value value) {
    if (value.storedType() != type) {
      throw new IllegalArgumentException(
          "dictionary holds %s, not %s".formatted(type, value.storedType()));
    }
    long key = keyOf(value);
    int hash = ValueHash.hash(key, hashSeed);
    OffHeapHashSlots.Table table = slots.enter();
    try {
      return find(table, hash, key);
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
    throw unsupported("byte length");
  }

  @Override
  public int shortestBytes() {
    throw unsupported("byte length");
  }

  @Override
  public int longestBytes() {
    throw unsupported("byte length");
  }

  @Override
  public MutableFixedDictionaryView upTo(int shorter) {
    Objects.checkIndex(shorter, cardinality + 1);
    if (shorter == cardinality) {
      return this;
    }
    return new MutableFixedDictionaryView(type, keys, shorter, slots, hashSeed, null);
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
      return new Bounds(-1, -1);
    }
    int min = 0;
    int max = 0;
    for (int dictId = 1; dictId < cardinality; dictId++) {
      min = key(dictId) < key(min) ? dictId : min;
      max = key(dictId) > key(max) ? dictId : max;
    }
    return new Bounds(min, max);
  }

  /** Entries behind this view cannot be equal to one in it: they are passed over unread. */
  private int find(OffHeapHashSlots.Table table, int hash, long key) {
    MemorySegment page = table.page(hash);
    int slot = table.firstSlot(hash);
    for (long entry = OffHeapHashSlots.Table.entry(page, slot);
        entry != 0;
        entry = OffHeapHashSlots.Table.entry(page, slot)) {
      int dictId = OffHeapHashSlots.Table.payload(entry);
      if (OffHeapHashSlots.Table.hash(entry) == hash
          && dictId < cardinality
          && key(dictId) == key) {
        return dictId;
      }
      slot = table.next(slot);
    }
    return -1;
  }

  private long key(int dictId) {
    Objects.checkIndex(dictId, cardinality);
    return MutableFixedDictionary.keyAt(keys, wide, dictId);
  }

  private static long keyOf(Value value) {
    return switch (value) {
      case Value.IntValue(int v) -> v;
      case Value.LongValue(long v) -> v;
      case Value.FloatValue(float v) -> CanonicalFloats.sortableBits(CanonicalFloats.canonical(v));
      case Value.DoubleValue(double v) ->
          CanonicalFloats.sortableBits(CanonicalFloats.canonical(v));
      case Value.StringValue _, Value.BytesValue _, Value.BigDecimalValue _ ->
          throw new IllegalArgumentException("not a value of fixed width: " + value);
    };
  }

  private UnsupportedOperationException unsupported(String what) {
    return new UnsupportedOperationException("a %s dictionary has no %s".formatted(type, what));
  }
}
