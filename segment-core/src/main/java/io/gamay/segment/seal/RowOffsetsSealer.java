package io.gamay.segment.seal;

import io.gamay.segment.format.BlockEntry;
import io.gamay.segment.format.BlockKind;
import io.gamay.segment.format.PackedLayout;
import io.gamay.segment.format.SegmentFileWriter;
import io.gamay.segment.forward.DecimalsWriter.KeyAction;
import io.gamay.segment.forward.IntegersWriter;
import io.gamay.segment.forward.PackedWriter;
import io.gamay.segment.read.DocIdBlock;
import io.gamay.segment.read.SegmentReader;
import java.io.IOException;

/**
 * Writes each row's Kafka offset as its distance from the line {@code start offset + docId}. The
 * distances never descend, and are all 0, and left out, where no offset is missing.
 */
final class RowOffsetsSealer {

  private RowOffsetsSealer() {}

  static void seal(SegmentReader view, SegmentFileWriter file) throws IOException {
    int bits = PackedLayout.bitsFor(lastDistance(view));
    if (bits == 0) {
      return;
    }
    if (file.version() == 1) {
      try (PackedWriter distances =
          PackedWriter.start(
              file, BlockEntry.WHOLE_SEGMENT, BlockKind.ROW_OFFSETS, bits, view.docCount())) {
        forEachBlock(
            view,
            (values, length) -> {
              for (int index = 0; index < length; index++) {
                distances.add(values[index]);
              }
            });
      }
      return;
    }
    try (IntegersWriter distances =
        IntegersWriter.start(
            file, BlockEntry.WHOLE_SEGMENT, BlockKind.ROW_OFFSETS, view.docCount())) {
      forEachBlock(view, distances::addAll);
    }
  }

  private static void forEachBlock(SegmentReader view, KeyAction action) throws IOException {
    long start = view.offsets().start();
    long[] distances = new long[DocIdBlock.MAX_DOCS];
    SealedColumn.forEachBlock(
        view.docCount(),
        DocIdBlock.MAX_DOCS,
        docs -> {
          view.readOffsets(docs, distances);
          for (int index = 0; index < docs.count(); index++) {
            distances[index] -= start + docs.docId(index);
          }
          action.accept(distances, docs.count());
        });
  }

  /** The last row's distance, which is the greatest; 0 without rows. */
  private static long lastDistance(SegmentReader view) throws IOException {
    long start = view.offsets().start();
    long[] offsets = new long[DocIdBlock.MAX_DOCS];
    long[] last = {start - 1};
    SealedColumn.forEachBlock(
        view.docCount(),
        DocIdBlock.MAX_DOCS,
        docs -> {
          view.readOffsets(docs, offsets);
          for (int index = 0; index < docs.count(); index++) {
            if (offsets[index] <= last[0] || offsets[index] >= view.offsets().end()) {
              throw new IllegalStateException(
                  "row %d has offset %d, expected one behind %d within %s"
                      .formatted(docs.docId(index), offsets[index], last[0], view.offsets()));
            }
            last[0] = offsets[index];
          }
        });
    return view.docCount() == 0 ? 0 : last[0] - start - (view.docCount() - 1);
  }
}
