package io.gamay.segment.immutable;

import io.gamay.segment.dictionary.SortedDictionary;
import io.gamay.segment.forward.DictIdReader;
import io.gamay.segment.forward.ZoneMap;
import io.gamay.segment.read.BytesBlock;
import io.gamay.segment.read.DictionaryReader;
import io.gamay.segment.read.DocIdBlock;
import io.gamay.segment.read.InvertedIndexReader;
import io.gamay.segment.read.RunTest;
import io.gamay.segment.read.ZoneMapReader;
import io.gamay.segment.schema.StoredType;
import java.util.Optional;

/** A single-value column of dictIds. */
final class DictionaryColumn extends ImmutableColumn {

  private final OnFirstUse<SortedDictionary> dictionary;
  private final OnFirstUse<DictIdReader> dictIds;
  private final Optional<OnFirstUse<InvertedIndexReader>> inverted;
  private final Optional<OnFirstUse<ZoneMapReader>> zoneMap;

  DictionaryColumn(ColumnBlocks blocks) {
    super(blocks);
    this.dictionary = SealedDictionaries.dictionary(blocks);
    this.dictIds = new OnFirstUse<>(blocks.dictIds());
    this.inverted = SealedDictionaries.inverted(blocks);
    this.zoneMap =
        blocks
            .zoneMap(StoredType.INT)
            .map(block -> new OnFirstUse<>(() -> ZoneMap.ofDictIds(block)));
  }

  @Override
  public Optional<DictionaryReader> dictionary() {
    ensureOpen();
    return Optional.of(dictionary.get());
  }

  @Override
  public Optional<InvertedIndexReader> inverted() {
    ensureOpen();
    return inverted.map(OnFirstUse::get);
  }

  @Override
  public Optional<ZoneMapReader> zoneMap() {
    ensureOpen();
    return zoneMap.map(OnFirstUse::get);
  }

  @Override
  public void readDictIds(DocIdBlock docs, int[] out) {
    ensureOpen();
    dictIds.get().readInts(docs, out);
  }

  @Override
  public boolean selectsDictIds() {
    return true;
  }

  @Override
  public void readSelectedDictIds(int first, int length, long[] mask, int count, int[] out) {
    ensureOpen();
    dictIds.get().readSelected(first, length, mask, count, out);
  }

  @Override
  public void matchDictIds(int firstDocId, int count, int lowId, int highId, long[] mask) {
    ensureOpen();
    dictIds.get().matchRange(firstDocId, count, lowId, highId, mask);
  }

  @Override
  public void matchDictIds(int firstDocId, int count, long[] members, long[] mask) {
    ensureOpen();
    dictIds.get().matchSet(firstDocId, count, members, mask);
  }

  @Override
  public RunTest dictIdTest(int lowId, int highId) {
    ensureOpen();
    return whileOpen(dictIds.get().rangeTest(lowId, highId));
  }

  @Override
  public RunTest dictIdTest(long[] members) {
    ensureOpen();
    return whileOpen(dictIds.get().setTest(members));
  }

  private RunTest whileOpen(RunTest test) {
    return (first, count, mask) -> {
      ensureOpen();
      test.match(first, count, mask);
    };
  }

  @Override
  public void readInts(DocIdBlock docs, int[] out) {
    requireType(spec().storedType() == StoredType.INT, "ints");
    readDictIds(docs, out);
    SortedDictionary values = dictionary.get();
    for (int index = 0; index < docs.count(); index++) {
      out[index] = values.intAt(out[index]);
    }
  }

  @Override
  public void readLongs(DocIdBlock docs, long[] out) {
    StoredType type = spec().storedType();
    requireType(type == StoredType.INT || type == StoredType.LONG, "longs");
    int[] ids = idsOf(docs);
    SortedDictionary values = dictionary.get();
    for (int index = 0; index < ids.length; index++) {
      out[index] = values.longAt(ids[index]);
    }
  }

  @Override
  public void readFloats(DocIdBlock docs, float[] out) {
    requireType(spec().storedType() == StoredType.FLOAT, "floats");
    int[] ids = idsOf(docs);
    SortedDictionary values = dictionary.get();
    for (int index = 0; index < ids.length; index++) {
      out[index] = values.floatAt(ids[index]);
    }
  }

  @Override
  public void readDoubles(DocIdBlock docs, double[] out) {
    requireType(spec().storedType().isFixedWidth(), "doubles");
    int[] ids = idsOf(docs);
    SortedDictionary values = dictionary.get();
    for (int index = 0; index < ids.length; index++) {
      out[index] = values.doubleAt(ids[index]);
    }
  }

  @Override
  public void readBytes(DocIdBlock docs, BytesBlock out) {
    requireType(!spec().storedType().isFixedWidth(), "bytes");
    int[] ids = idsOf(docs);
    out.clear();
    dictionary.get().appendBytes(ids, ids.length, out);
  }

  private int[] idsOf(DocIdBlock docs) {
    int[] ids = new int[docs.count()];
    readDictIds(docs, ids);
    return ids;
  }

  private void requireType(boolean fits, String as) {
    if (!fits) {
      throw unsupported(as);
    }
  }
}
