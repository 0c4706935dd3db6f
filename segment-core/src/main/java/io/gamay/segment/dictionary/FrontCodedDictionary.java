package io.gamay.segment.dictionary;

import io.gamay.segment.format.FrontCodedLayout;
import io.gamay.segment.format.MappedBlock;
import io.gamay.segment.format.SegmentCorruptException;
import io.gamay.segment.forward.IntegersReader;
import io.gamay.segment.read.BytesBlock;
import io.gamay.segment.schema.StoredType;
import io.gamay.segment.schema.Value;
import io.gamay.segment.symbol.SymbolDecoder;
import io.gamay.segment.symbol.SymbolTable;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Objects;

/**
 * Distinct STRING, BYTES or BIG_DECIMAL values in the form of {@link FrontCodedLayout}. To read one
 * decodes its run up to it; neighbours are read faster together.
 */
public final class FrontCodedDictionary implements SortedDictionary {

  private static final ValueLayout.OfInt INT =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfLong LONG =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private static final int RUN_MASK = FrontCodedLayout.RUN_VALUES - 1;

  private final StoredType type;
  private final MappedBlock block;
  private final int cardinality;
  private final byte[] prefix;
  private final int leastLength;
  private final int leastShare;
  private final int lengthBits;
  private final int shareBits;
  private final SymbolDecoder decoder;
  private final long runsStart;
  private final MemorySegment runs;
  private final IntegersReader ends;

  /**
   * Checks the blocks' sums if this is their first read, and all that values are found by.
   *
   * @param endsBlock for each run the byte behind it
   * @throws SegmentCorruptException if the block is not of its form
   */
  public FrontCodedDictionary(StoredType type, MappedBlock block, MappedBlock endsBlock) {
    this.type = type;
    this.block = block;
    this.cardinality = Math.toIntExact(block.entry().count());
    MemorySegment bytes = block.bytes();
    int prefixLength = bytes.get(INT, 0);
    long limit = bytes.byteSize() - FrontCodedLayout.SLACK_BYTES;
    if (prefixLength < 0 || prefixLength > limit - 14 - Integer.BYTES) {
      throw block.malformed(0, "prefix of %d bytes".formatted(prefixLength));
    }
    this.prefix = bytes.asSlice(Integer.BYTES, prefixLength).toArray(ValueLayout.JAVA_BYTE);
    long fields = Integer.BYTES + (long) prefixLength;
    this.leastLength = bytes.get(INT, fields);
    this.leastShare = bytes.get(INT, fields + 4);
    this.lengthBits = bytes.get(ValueLayout.JAVA_BYTE, fields + 8);
    this.shareBits = bytes.get(ValueLayout.JAVA_BYTE, fields + 9);
    if (leastLength < 0
        || leastShare < 0
        || Integer.compareUnsigned(lengthBits, FrontCodedLayout.MAX_FIELD_BITS) > 0
        || Integer.compareUnsigned(shareBits, FrontCodedLayout.MAX_FIELD_BITS) > 0) {
      throw block.malformed(fields, "fields of the header");
    }
    SymbolTable table;
    try {
      table = SymbolTable.read(bytes, fields + 10);
    } catch (IllegalArgumentException e) {
      throw block.malformed(fields + 10, e.toString());
    }
    this.decoder = new SymbolDecoder(table);
    this.runsStart = fields + 10 + table.lengthBytes();
    this.runs = bytes.asSlice(runsStart);
    this.ends = IntegersReader.of(endsBlock);
    checkEnds(endsBlock);
  }

  private void checkEnds(MappedBlock endsBlock) {
    long last = 0;
    for (long run = 0; run < ends.count(); run++) {
      long end = ends.longAt(run);
      if (end < last || end > runBytes()) {
        throw endsBlock.malformed(0, "run %d ends at byte %d behind %d".formatted(run, end, last));
      }
      last = end;
    }
    if (last != runBytes()) {
      throw endsBlock.malformed(0, "runs end at byte %d of %d".formatted(last, runBytes()));
    }
  }

  private long runBytes() {
    return runs.byteSize() - FrontCodedLayout.SLACK_BYTES;
  }

  @Override
  public StoredType storedType() {
    return type;
  }

  @Override
  public int cardinality() {
    return cardinality;
  }

  @Override
  public int intAt(int dictId) {
    throw notNumeric();
  }

  @Override
  public long longAt(int dictId) {
    throw notNumeric();
  }

  @Override
  public float floatAt(int dictId) {
    throw notNumeric();
  }

  @Override
  public double doubleAt(int dictId) {
    throw notNumeric();
  }

  @Override
  public void appendBytes(int dictId, BytesBlock out) {
    new Cursor().moveTo(dictId).appendTo(out);
  }

  @Override
  public void appendBytes(int firstDictId, int count, BytesBlock out) {
    Cursor cursor = new Cursor();
    for (int dictId = firstDictId; dictId < firstDictId + count; dictId++) {
      cursor.moveTo(dictId).appendTo(out);
    }
  }

  @Override
  public void appendBytes(int[] dictIds, int count, BytesBlock out) {
    Cursor cursor = new Cursor();
    for (int index = 0; index < count; index++) {
      cursor.moveTo(dictIds[index]).appendTo(out);
    }
  }

  @Override
  public Value valueAt(int dictId) {
    Cursor cursor = new Cursor().moveTo(dictId);
    return StoredBytes.toValue(type, Arrays.copyOf(cursor.value, cursor.length));
  }

  @Override
  public int indexOf(Value value) {
    if (value.storedType() != type) {
      throw new IllegalArgumentException(
          "cannot look up %s among %s".formatted(value.storedType(), type));
    }
    byte[] sought = StoredBytes.ofValue(value);
    Cursor cursor = new Cursor();
    // The last run whose first value is not above the one sought; -1 if there is none.
    int low = 0;
    int high = FrontCodedLayout.runs(cardinality) - 1;
    while (low <= high) {
      int middle = (low + high) >>> 1;
      int order = cursor.moveTo(middle << FrontCodedLayout.RUN_SHIFT).compareTo(sought);
      if (order == 0) {
        return middle << FrontCodedLayout.RUN_SHIFT;
      }
      if (order < 0) {
        low = middle + 1;
      } else {
        high = middle - 1;
      }
    }
    if (high < 0) {
      return -1;
    }
    int dictId = high << FrontCodedLayout.RUN_SHIFT;
    int end = Math.min(cardinality, dictId + FrontCodedLayout.RUN_VALUES);
    while (++dictId < end) {
      int order = cursor.moveTo(dictId).compareTo(sought);
      if (order == 0) {
        return dictId;
      }
      if (order > 0) {
        break;
      }
    }
    return -dictId - 1;
  }

  private UnsupportedOperationException notNumeric() {
    return new UnsupportedOperationException("%s does not read as a number".formatted(type));
  }

  /** A place in the dictionary and the value there. One thread, one call. */
  private final class Cursor {

    private byte[] value = Arrays.copyOf(prefix, prefix.length + 64);
    private int length;
    private int dictId = -1;
    private long bit;

    Cursor moveTo(int target) {
      Objects.checkIndex(target, cardinality);
      boolean isAhead = dictId >= 0 && target >= dictId && target >> 4 == dictId >> 4;
      try {
        if (!isAhead) {
          enterRun(target >> FrontCodedLayout.RUN_SHIFT);
        }
        while (dictId < target) {
          decodeNext();
        }
      } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
        throw block.malformed(
            runsStart + bit / Byte.SIZE, "value %d: %s".formatted(dictId + 1, e.getMessage()));
      }
      return this;
    }

    void appendTo(BytesBlock out) {
      int at = out.append(length);
      System.arraycopy(value, 0, out.bytes(), at, length);
    }

    int compareTo(byte[] sought) {
      return StoredBytes.compare(type, value, 0, length, sought, 0, sought.length);
    }

    private void enterRun(int run) {
      bit = run == 0 ? 0 : ends.longAt(run - 1) * Byte.SIZE;
      dictId = (run << FrontCodedLayout.RUN_SHIFT) - 1;
      length = prefix.length;
      decodeNext();
    }

    private void decodeNext() {
      boolean isFirst = (dictId + 1 & RUN_MASK) == 0;
      int shared = isFirst ? 0 : Math.addExact(leastShare, field(shareBits));
      int total = Math.addExact(leastLength, field(lengthBits));
      int before = length - prefix.length;
      long mostBytes = (runBytes() * Byte.SIZE - bit) * Long.BYTES;
      if (shared > before || shared > total || total - shared > mostBytes) {
        throw new IllegalArgumentException(
            "%d bytes, %d of them from one of %d".formatted(total, shared, before));
      }
      length = Math.addExact(prefix.length, total);
      if (length + Long.BYTES > value.length) {
        value = Arrays.copyOf(value, Math.max(length + Long.BYTES, 2 * value.length));
      }
      bit = decoder.decode(runs, bit, value, prefix.length + shared, total - shared);
      dictId++;
    }

    private int field(int bits) {
      long word = runs.get(LONG, bit >>> 3) >>> (int) (bit & 7);
      bit += bits;
      return (int) (word & ~(-1L << bits));
    }
  }
}
