package io.gamay.query.aggregate;

import io.gamay.query.evaluate.Block;
import io.gamay.query.evaluate.DictionaryValues;
import io.gamay.query.merge.AggregateStates;
import io.gamay.query.merge.DistinctStates;
import io.gamay.query.vector.Vector;
import io.gamay.segment.read.DictionaryReader;
import java.util.Arrays;
import org.roaringbitmap.RoaringBitmap;

/** Collects distinct values as dictIds; they become values once, at the end of the segment. */
final class DictionaryDistinctAggregator implements Aggregator {

  private static final int SET_BYTES = 96;

  private final DictIds column;
  private final DictionaryReader dictionary;
  private RoaringBitmap[] sets = new RoaringBitmap[0];
  private long members;

  DictionaryDistinctAggregator(DictIds column, DictionaryReader dictionary) {
    this.column = column;
    this.dictionary = dictionary;
  }

  @Override
  public void add(Block block, RowGroups rowGroups, int groupCount) {
    ensureGroups(groupCount);
    column.read(block);
    int[] ids = column.ids();
    int[] groups = rowGroups.groups();
    for (int entry = 0; entry < rowGroups.count(); entry++) {
      int row = rowGroups.row(entry);
      for (int value = column.start(row); value < column.end(row); value++) {
        if (ids[value] != DictIds.NULL && sets[groups[entry]].checkedAdd(ids[value])) {
          members++;
        }
      }
    }
  }

  @Override
  public AggregateStates finish(int groupCount) {
    ensureGroups(groupCount);
    RoaringBitmap used = RoaringBitmap.or(Arrays.copyOf(sets, groupCount));
    int[] usedIds = used.toArray();
    Vector values = DictionaryValues.read(dictionary, usedIds, usedIds.length);
    int[] numberHere = new int[usedIds.length];
    Arrays.fill(numberHere, -1);
    DistinctStates states = new DistinctStates(dictionary.storedType());
    states.ensureGroups(groupCount);
    for (int group = 0; group < groupCount; group++) {
      states.addAll(group, ranks(sets[group], used), values, numberHere);
    }
    return states;
  }

  /** The positions of a set's dictIds among those used. */
  private static RoaringBitmap ranks(RoaringBitmap set, RoaringBitmap used) {
    RoaringBitmap ranks = new RoaringBitmap();
    set.forEach((int dictId) -> ranks.add(used.rank(dictId) - 1));
    return ranks;
  }

  private void ensureGroups(int groupCount) {
    int old = sets.length;
    if (groupCount > old) {
      sets = Arrays.copyOf(sets, Math.max(groupCount, old + (old >> 1)));
      for (int group = old; group < sets.length; group++) {
        sets[group] = new RoaringBitmap();
      }
    }
  }

  @Override
  public long sizeBytes() {
    return 64 + (long) SET_BYTES * sets.length + 4 * members;
  }
}
