package io.gamay.segment.seal;

import io.gamay.segment.dictionary.StoredBytes;
import io.gamay.segment.format.BlockEncoding;
import io.gamay.segment.format.BlockKind;
import io.gamay.segment.format.BlockOutput;
import io.gamay.segment.format.PackedLayout;
import io.gamay.segment.forward.PackedWriter;
import io.gamay.segment.read.BytesBlock;
import io.gamay.segment.read.ColumnStatistics;
import io.gamay.segment.schema.StoredType;
import io.gamay.segment.schema.Value;
import java.io.IOException;
import java.util.Arrays;
import java.util.Optional;

/** A STRING, BYTES or BIG_DECIMAL column without a dictionary. Used once. */
final class RawBytesSealer {

  private static final int UNKNOWN_CARDINALITY = -1;

  /** Rows read at a time: few, because each may be megabytes long. */
  private static final int BLOCK_DOCS = 32;

  private final SealedColumn source;
  private final StoredType type;
  private final BytesBlock values = new BytesBlock();
  private final Bound min = new Bound();
  private final Bound max = new Bound();
  private boolean isSorted = true;
  private long totalBytes;

  RawBytesSealer(SealedColumn source) {
    this.source = source;
    this.type = source.storedType();
  }

  ColumnStatistics seal() throws IOException {
    writeValues();
    writeEnds();
    long nullCount = source.writeNulls();
    return new ColumnStatistics(
        valueOf(min), valueOf(max), UNKNOWN_CARDINALITY, isSorted, nullCount, source.docCount());
  }

  private void writeValues() throws IOException {
    try (BlockOutput out =
        source.startBlock(BlockKind.VALUES, BlockEncoding.BYTES, 0, source.docCount())) {
      source.forEachBlock(
          BLOCK_DOCS,
          docs -> {
            source.reader().readBytes(docs, values);
            out.putBytes(values.bytes(), 0, values.end(docs.count() - 1));
            totalBytes += values.end(docs.count() - 1);
            for (int index = 0; index < docs.count(); index++) {
              updateBounds(values.start(index), values.end(index));
            }
            min.keep();
            max.keep();
          });
    }
  }

  private void updateBounds(int from, int to) {
    if (!min.isSet) {
      min.set(values.bytes(), from, to);
      max.set(values.bytes(), from, to);
      return;
    }
    // While rows are sorted, the last value is the greatest.
    int order = max.compareTo(type, values.bytes(), from, to);
    if (order > 0) {
      isSorted = false;
    }
    if (order < 0) {
      max.set(values.bytes(), from, to);
    }
    if (min.compareTo(type, values.bytes(), from, to) > 0) {
      min.set(values.bytes(), from, to);
    }
  }

  private void writeEnds() throws IOException {
    int bits = PackedLayout.bitsFor(totalBytes);
    if (bits == 0) {
      return;
    }
    try (PackedWriter ends =
        PackedWriter.start(
            source.file(), source.column(), BlockKind.VALUE_ENDS, bits, source.docCount())) {
      long[] bytesBefore = {0};
      source.forEachBlock(
          BLOCK_DOCS,
          docs -> {
            source.reader().readBytes(docs, values);
            for (int index = 0; index < docs.count(); index++) {
              ends.add(bytesBefore[0] + values.end(index));
            }
            bytesBefore[0] += values.end(docs.count() - 1);
          });
    }
  }

  private Optional<Value> valueOf(Bound bound) {
    return bound.isSet
        ? Optional.of(
            StoredBytes.toValue(type, Arrays.copyOfRange(bound.bytes, bound.from, bound.to)))
        : Optional.empty();
  }

  /** A value: in the block just read, and copied out of it before the next. */
  private static final class Bound {

    private boolean isSet;
    private boolean isOwn;
    private byte[] bytes = new byte[0];
    private int from;
    private int to;

    void set(byte[] source, int start, int end) {
      isSet = true;
      isOwn = false;
      bytes = source;
      from = start;
      to = end;
    }

    void keep() {
      if (!isOwn) {
        bytes = Arrays.copyOfRange(bytes, from, to);
        to -= from;
        from = 0;
        isOwn = true;
      }
    }

    int compareTo(StoredType type, byte[] other, int start, int end) {
      return StoredBytes.compare(type, bytes, from, to, other, start, end);
    }
  }
}
