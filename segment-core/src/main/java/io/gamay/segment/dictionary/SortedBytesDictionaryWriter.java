package io.gamay.segment.dictionary;

import io.gamay.segment.format.BlockEncoding;
import io.gamay.segment.format.BlockKind;
import io.gamay.segment.format.BlockOutput;
import io.gamay.segment.format.PackedLayout;
import io.gamay.segment.format.SegmentFileWriter;
import io.gamay.segment.forward.IntegersSizer;
import io.gamay.segment.forward.IntegersWriter;
import io.gamay.segment.forward.PackedWriter;
import io.gamay.segment.read.BytesBlock;
import io.gamay.segment.read.DictionaryReader;
import io.gamay.segment.schema.StoredType;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.util.Arrays;
import java.util.Optional;

/** STRING, BYTES and BIG_DECIMAL values. */
final class SortedBytesDictionaryWriter extends SortedDictionaryWriter {

  /** Below this a plain dictionary is small enough, and faster. */
  private static final long LEAST_CODED_BYTES = 4096;

  /** Coded, a dictionary takes at most this share of a plain one, or is plain. */
  private static final double MOST_CODED_SHARE = 0.8;

  private final DictionaryReader values;

  /** Old dictIds in the order of their values. */
  private final int[] order;

  private final int[] lengths;
  private final long totalBytes;

  private SortedBytesDictionaryWriter(
      DictionaryReader values, int[] order, int[] lengths, long totalBytes, Remap remap) {
    super(remap);
    this.values = values;
    this.order = order;
    this.lengths = lengths;
    this.totalBytes = totalBytes;
  }

  static SortedBytesDictionaryWriter sorted(DictionaryReader values, int[] usedIds) {
    if (usedIds.length == 0) {
      return new SortedBytesDictionaryWriter(values, usedIds, new int[0], 0, Remap.EMPTY);
    }
    StoredType type = values.storedType();
    try (Arena arena = Arena.ofConfined()) {
      CollectedBytes collected = CollectedBytes.of(values, usedIds, arena);
      int[] order = collected.sortedOrder();
      int[] newIds = new int[usedIds[usedIds.length - 1] + 1];
      int[] lengths = new int[order.length];
      for (int newId = 0; newId < order.length; newId++) {
        lengths[newId] = collected.length(order[newId]);
        order[newId] = usedIds[order[newId]];
        newIds[order[newId]] = newId;
      }
      return new SortedBytesDictionaryWriter(
          values,
          order,
          lengths,
          collected.totalBytes(),
          new Remap(
              order.length,
              newIds,
              Optional.of(StoredBytes.toValue(type, bytesOf(values, order[0]))),
              Optional.of(StoredBytes.toValue(type, bytesOf(values, order[order.length - 1])))));
    }
  }

  @Override
  public void write(SegmentFileWriter file, int column, int formatVersion) throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      // In this order each read of a large dictionary misses the processor's caches: once is
      // enough.
      CollectedBytes sorted = CollectedBytes.of(values, order, totalBytes, arena);
      if (formatVersion > 1 && plainBytes() >= LEAST_CODED_BYTES) {
        FrontCodedWriter coded = new FrontCodedWriter(sorted::forEach, order.length);
        if (coded.lengthBytes() <= MOST_CODED_SHARE * plainBytes()) {
          coded.write(file, column);
          return;
        }
      }
      writePlain(sorted, file, column);
    }
    if (totalBytes > 0) {
      writeEnds(file, column, formatVersion);
    }
  }

  @Override
  public Optional<int[]> lengths() {
    return Optional.of(lengths);
  }

  @Override
  public long sizeBytes() {
    return plainBytes();
  }

  private long plainBytes() {
    IntegersSizer ends = new IntegersSizer();
    long end = 0;
    for (int length : lengths) {
      end += length;
      ends.add(end);
    }
    return totalBytes + (totalBytes == 0 ? 0 : ends.lengthBytes());
  }

  private void writePlain(CollectedBytes sorted, SegmentFileWriter file, int column)
      throws IOException {
    try (BlockOutput out =
        file.startBlock(
            column, BlockKind.DICTIONARY_VALUES, BlockEncoding.BYTES, 0, order.length)) {
      sorted.forEach((bytes, from, to) -> out.putBytes(bytes, from, to - from));
    }
  }

  private void writeEnds(SegmentFileWriter file, int column, int formatVersion) throws IOException {
    long end = 0;
    if (formatVersion == 1) {
      try (PackedWriter ends =
          PackedWriter.start(
              file,
              column,
              BlockKind.DICTIONARY_ENDS,
              PackedLayout.bitsFor(totalBytes),
              order.length)) {
        for (int length : lengths) {
          end += length;
          ends.add(end);
        }
      }
      return;
    }
    try (IntegersWriter ends =
        IntegersWriter.start(file, column, BlockKind.DICTIONARY_ENDS, order.length)) {
      for (int length : lengths) {
        end += length;
        ends.add(end);
      }
    }
  }

  private static byte[] bytesOf(DictionaryReader values, int dictId) {
    BytesBlock block = new BytesBlock();
    values.appendBytes(dictId, block);
    return Arrays.copyOf(block.bytes(), block.end(0));
  }
}
