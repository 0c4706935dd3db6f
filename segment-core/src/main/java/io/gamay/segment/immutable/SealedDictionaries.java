package io.gamay.segment.immutable;

import io.gamay.segment.dictionary.SortedDictionary;
import io.gamay.segment.format.BlockEncoding;
import io.gamay.segment.format.BlockKind;
import io.gamay.segment.format.MappedBlock;
import io.gamay.segment.inverted.RoaringInvertedIndex;
import io.gamay.segment.read.InvertedIndexReader;
import java.util.Optional;
import java.util.function.Supplier;

/** Dictionary and inverted index of a column, each read when first used. */
final class SealedDictionaries {

  private SealedDictionaries() {}

  static OnFirstUse<SortedDictionary> dictionary(ColumnBlocks blocks) {
    return new OnFirstUse<>(blocks.dictionary());
  }

  static Optional<OnFirstUse<InvertedIndexReader>> inverted(ColumnBlocks blocks) {
    int cardinality = blocks.statistics().cardinality();
    return blocks.inverted().map(index -> new OnFirstUse<>(inverted(index, cardinality)));
  }

  private static Supplier<InvertedIndexReader> inverted(IndexBlocks index, int cardinality) {
    Optional<MappedBlock> counts =
        index
            .find(BlockKind.INVERTED_COUNTS)
            .map(_ -> index.require(BlockKind.INVERTED_COUNTS, BlockEncoding.PACKED, cardinality));
    if (counts.isPresent() && index.find(BlockKind.INVERTED).isEmpty()) {
      return () -> RoaringInvertedIndex.ofCounts(counts.get());
    }
    MappedBlock lists = index.require(BlockKind.INVERTED, BlockEncoding.ROARING, cardinality);
    MappedBlock ends = index.require(BlockKind.INVERTED_ENDS, BlockEncoding.PACKED, cardinality);
    return counts.isEmpty()
        ? () -> RoaringInvertedIndex.ofAllValues(lists, ends)
        : () -> RoaringInvertedIndex.ofRareValues(lists, ends, counts.get());
  }
}
