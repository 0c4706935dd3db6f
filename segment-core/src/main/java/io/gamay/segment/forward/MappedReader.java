package io.gamay.segment.forward;

import io.gamay.segment.format.BlockEntry;
import io.gamay.segment.format.MappedBlock;
import io.gamay.segment.format.MappedLayout;
import io.gamay.segment.format.SegmentCorruptException;
import io.gamay.segment.read.DocIdBlock;
import io.gamay.segment.read.RunTest;
import java.util.function.Supplier;

/** dictIds that follow from those of another column. */
public final class MappedReader implements DictIdReader {

  private final DictIdReader parent;
  private final PackedReader packedMap;
  private final int[] dictIdByParent;

  private MappedReader(DictIdReader parent, PackedReader packedMap, int[] dictIdByParent) {
    this.parent = parent;
    this.packedMap = packedMap;
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
    return new MappedReader(parentIds.get(), packed, map);
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

  @Override
  public void readInts(DocIdBlock docs, int[] out) {
    parent.readInts(docs, out);
    for (int index = 0; index < docs.count(); index++) {
      out[index] = dictIdByParent[out[index]];
    }
  }

  @Override
  public void readSelected(long first, int length, long[] mask, int count, int[] out) {
    parent.readSelected(first, length, mask, count, out);
    for (int index = 0; index < count; index++) {
      out[index] = dictIdByParent[out[index]];
    }
  }

  /** Tests the map once, and then the other column's dictIds. */
  @Override
  public RunTest rangeTest(int low, int high) {
    long[] parents = RowBits.of(dictIdByParent.length);
    packedMap.matchRange(0, dictIdByParent.length, low, high, parents);
    return parent.setTest(parents);
  }

  @Override
  public RunTest setTest(long[] members) {
    long[] parents = RowBits.of(dictIdByParent.length);
    packedMap.matchSet(0, dictIdByParent.length, members, parents);
    return parent.setTest(parents);
  }
}
