package io.gamay.segment.forward;

import io.gamay.segment.format.BlockEntry;
import io.gamay.segment.format.MappedBlock;
import io.gamay.segment.format.MappedLayout;
import io.gamay.segment.format.SegmentCorruptException;
import io.gamay.segment.read.RunTest;
import java.util.function.IntPredicate;
import java.util.function.Supplier;

/** dictIds that follow from those of another column. */
public final class MappedReader implements DictIdReader {

  private final DictIdReader parent;
  private final int[] dictIdByParent;

  private MappedReader(DictIdReader parent, int[] dictIdByParent) {
    this.parent = parent;
    this.dictIdByParent = dictIdByParent;
  }

  /** Position in the schema of the column that another one follows from. */
  public static long parentColumn(MappedBlock block) {
    return block.bytes().get(FixedReader.LONG, 0);
  }

  /**
   * Decodes the map.
   *
   * @param block in the form of {@link MappedLayout}
   * @throws SegmentCorruptException if the map leads out of the dictionary
   */
  public static MappedReader of(
      MappedBlock block, int cardinality, Supplier<DictIdReader> parentIds) {
    BlockEntry entry = block.entry();
    PackedReader packed =
        PackedReader.of(
            block.bytes().asSlice(MappedLayout.HEADER_BYTES), entry.bitsPerValue(), entry.count());
    int[] map = new int[Math.toIntExact(entry.count())];
    packed.readInts(0, map.length, map, 0);
    for (int parentId = 0; parentId < map.length; parentId++) {
      if (map[parentId] >= cardinality) {
        throw block.malformed(
            MappedLayout.HEADER_BYTES,
            "dictId %d follows from %d, of %d".formatted(map[parentId], parentId, cardinality));
      }
    }
    return new MappedReader(parentIds.get(), map);
  }

  @Override
  public int intAt(long docId) {
    return dictIdByParent[parent.intAt(docId)];
  }

  @Override
  public void readInts(long first, int length, int[] out, int outFrom) {
    parent.readInts(first, length, out, outFrom);
    for (int index = outFrom; index < outFrom + length; index++) {
      out[index] = dictIdByParent[out[index]];
    }
  }

  /** Tests the map once, and then the other column's dictIds. */
  @Override
  public RunTest rangeTest(int low, int high) {
    int width = Math.max(0, high - low);
    return parentTest(dictId -> Integer.compareUnsigned(dictId - low, width) < 0);
  }

  @Override
  public RunTest setTest(long[] members) {
    return parentTest(dictId -> (members[dictId >>> 6] >>> dictId & 1) != 0);
  }

  private RunTest parentTest(IntPredicate test) {
    long[] parents = new long[(dictIdByParent.length + Long.SIZE - 1) / Long.SIZE];
    for (int parentId = 0; parentId < dictIdByParent.length; parentId++) {
      parents[parentId >>> 6] |= (test.test(dictIdByParent[parentId]) ? 1L : 0L) << parentId;
    }
    return parent.setTest(parents);
  }
}
