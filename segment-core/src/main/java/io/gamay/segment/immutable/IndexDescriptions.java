package io.gamay.segment.immutable;

import io.gamay.segment.format.BlockEntry;
import io.gamay.segment.format.BlockKind;
import io.gamay.segment.format.MappedBlock;
import io.gamay.segment.format.SegmentFile;
import io.gamay.segment.schema.ColumnSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Tells from the directories alone what stands for each index of a segment. */
final class IndexDescriptions {

  private IndexDescriptions() {}

  static List<IndexDescription> of(
      SegmentFile file, List<ColumnSpec> columns, SegmentIndexes indexes) {
    List<IndexDescription> all = new ArrayList<>();
    for (int column = 0; column < columns.size(); column++) {
      ColumnSpec spec = columns.get(column);
      indexes
          .inverted(column, spec.name())
          .ifPresent(blocks -> all.add(inverted(file, spec, blocks)));
      if (indexes.isRangeWanted(spec.name())) {
        all.add(range(file, column, spec));
      }
      indexes.bloom(column, spec.name()).ifPresent(blocks -> all.add(bloom(file, spec, blocks)));
    }
    return all;
  }

  private static IndexDescription inverted(SegmentFile file, ColumnSpec spec, IndexBlocks blocks) {
    boolean hasLists = blocks.find(BlockKind.INVERTED).isPresent();
    boolean hasCounts = blocks.find(BlockKind.INVERTED_COUNTS).isPresent();
    String form;
    if (!hasCounts) {
      form = "a Roaring bitmap for every value";
    } else if (hasLists) {
      form = "a count for every value, Roaring bitmaps for rare ones; the others are scanned";
    } else {
      form = "a count for every value; none is rare, they are scanned";
    }
    long size =
        size(blocks.find(BlockKind.INVERTED))
            + size(blocks.find(BlockKind.INVERTED_ENDS))
            + size(blocks.find(BlockKind.INVERTED_COUNTS));
    return describe(file, spec, "inverted", form, size, blocks);
  }

  private static IndexDescription range(SegmentFile file, int column, ColumnSpec spec) {
    Optional<BlockEntry> zones = file.block(column, BlockKind.ZONE_MAP).map(MappedBlock::entry);
    String form =
        zones.isPresent()
            ? "least and greatest value of each 1,024 rows; rows between are scanned as packed"
            : "least and greatest value of the segment; rows are scanned";
    long size = zones.map(BlockEntry::lengthBytes).orElse(0L);
    return new IndexDescription(spec.name(), "range", form, size, false);
  }

  private static IndexDescription bloom(SegmentFile file, ColumnSpec spec, IndexBlocks blocks) {
    long size = size(blocks.find(BlockKind.BLOOM));
    return describe(
        file,
        spec,
        "bloom",
        "split-block bloom filter of %d bits".formatted(size * 8),
        size,
        blocks);
  }

  private static IndexDescription describe(
      SegmentFile file, ColumnSpec spec, String index, String form, long size, IndexBlocks blocks) {
    return new IndexDescription(spec.name(), index, form, size, !blocks.file().equals(file.path()));
  }

  private static long size(Optional<MappedBlock> block) {
    return block.map(found -> found.entry().lengthBytes()).orElse(0L);
  }
}
