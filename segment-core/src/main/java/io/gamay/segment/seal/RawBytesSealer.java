package io.gamay.segment.seal;

import io.gamay.segment.dictionary.StoredBytes;
import io.gamay.segment.format.BlockEncoding;
import io.gamay.segment.format.BlockKind;
import io.gamay.segment.format.BlockOutput;
import io.gamay.segment.format.PackedLayout;
import io.gamay.segment.format.SymbolLayout;
import io.gamay.segment.forward.IntegersWriter;
import io.gamay.segment.forward.PackedWriter;
import io.gamay.segment.forward.PendingIntegers;
import io.gamay.segment.read.ByteLengths;
import io.gamay.segment.read.BytesBlock;
import io.gamay.segment.read.ColumnStatistics;
import io.gamay.segment.schema.StoredType;
import io.gamay.segment.schema.Value;
import io.gamay.segment.symbol.BitOutput;
import io.gamay.segment.symbol.SymbolEncoder;
import io.gamay.segment.symbol.SymbolTable;
import io.gamay.segment.symbol.SymbolTableBuilder;
import java.io.IOException;
import java.util.Arrays;
import java.util.Optional;

/** A STRING, BYTES or BIG_DECIMAL column without a dictionary. Used once. */
final class RawBytesSealer {

  private static final int UNKNOWN_CARDINALITY = -1;

  /** Rows read at a time: few, because each may be megabytes long. */
  private static final int BLOCK_DOCS = 32;

  private static final int SAMPLE_VALUES = 256;
  private static final int SAMPLE_PIECE_BYTES = 128;

  /** Below this plain values are small enough, and faster. */
  private static final long LEAST_CODED_BYTES = 4096;

  /** Coded, a sample takes at most this share of its bytes, or values are plain. */
  private static final double MOST_CODED_SHARE = 0.8;

  private final SealedColumn source;
  private final StoredType type;
  private final BytesBlock values = new BytesBlock();
  private final Bound min = new Bound();
  private final Bound max = new Bound();
  private final SymbolTableBuilder symbols = new SymbolTableBuilder();
  private boolean isSorted = true;
  private int shortest = Integer.MAX_VALUE;
  private int longest;
  private long totalBytes;

  RawBytesSealer(SealedColumn source) {
    this.source = source;
    this.type = source.storedType();
  }

  ColumnStatistics seal() throws IOException {
    look();
    Optional<SymbolTable> table = source.formatVersion() == 1 ? Optional.empty() : symbols();
    if (table.isPresent()) {
      writeCodes(table.get());
    } else {
      writeValues();
      if (totalBytes > 0) {
        writeEnds();
      }
    }
    long nullCount = source.writeNulls();
    return new ColumnStatistics(
        valueOf(min),
        valueOf(max),
        UNKNOWN_CARDINALITY,
        isSorted,
        nullCount,
        source.docCount(),
        source.formatVersion() == 1 || source.docCount() == 0
            ? Optional.empty()
            : Optional.of(new ByteLengths(shortest, longest, totalBytes)));
  }

  /** Bounds, order and lengths, and a sample for symbols: a piece of every so manieth value. */
  private void look() throws IOException {
    int step = Math.max(1, source.docCount() / SAMPLE_VALUES);
    source.forEachBlock(
        BLOCK_DOCS,
        docs -> {
          source.reader().readBytes(docs, values);
          for (int index = 0; index < docs.count(); index++) {
            int start = values.start(index);
            int end = values.end(index);
            shortest = Math.min(shortest, end - start);
            longest = Math.max(longest, end - start);
            updateBounds(start, end);
            int docId = docs.docId(index);
            if (docId % step == 0 && symbols.hasRoom()) {
              int length = Math.min(end - start, SAMPLE_PIECE_BYTES);
              int from = start + (int) (docId * 31L % (end - start - length + 1));
              symbols.addSample(values.bytes(), from, from + length);
            }
          }
          int bytes = values.end(docs.count() - 1);
          symbols.addBytes(values.bytes(), 0, bytes);
          totalBytes += bytes;
          min.keep();
          max.keep();
        });
  }

  /** A table of symbols, if values become much smaller with it. */
  private Optional<SymbolTable> symbols() {
    if (totalBytes < LEAST_CODED_BYTES) {
      return Optional.empty();
    }
    SymbolTable table = symbols.build();
    long sampleBytes = symbols.sampleBits(table) / Byte.SIZE;
    return sampleBytes <= MOST_CODED_SHARE * symbols.sampleBytes()
        ? Optional.of(table)
        : Optional.empty();
  }

  private void writeCodes(SymbolTable table) throws IOException {
    SymbolEncoder encoder = new SymbolEncoder(table);
    PendingIntegers ends = new PendingIntegers(source.docCount());
    try (BlockOutput out =
        source.startBlock(BlockKind.VALUES, BlockEncoding.SYMBOLS, 0, source.docCount())) {
      table.write(out);
      BitOutput codes = new BitOutput(out);
      source.forEachBlock(
          BLOCK_DOCS,
          docs -> {
            source.reader().readBytes(docs, values);
            for (int index = 0; index < docs.count(); index++) {
              encoder.encode(values.bytes(), values.start(index), values.end(index), codes);
              ends.add(codes.position());
            }
          });
      codes.align();
      out.putBytes(new byte[SymbolLayout.SLACK_BYTES], 0, SymbolLayout.SLACK_BYTES);
    }
    ends.write(source.file(), source.column(), BlockKind.VALUE_ENDS);
  }

  private void writeValues() throws IOException {
    try (BlockOutput out =
        source.startBlock(BlockKind.VALUES, BlockEncoding.BYTES, 0, source.docCount())) {
      source.forEachBlock(
          BLOCK_DOCS,
          docs -> {
            source.reader().readBytes(docs, values);
            out.putBytes(values.bytes(), 0, values.end(docs.count() - 1));
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
    if (source.formatVersion() == 1) {
      try (PackedWriter ends =
          PackedWriter.start(
              source.file(),
              source.column(),
              BlockKind.VALUE_ENDS,
              PackedLayout.bitsFor(totalBytes),
              source.docCount())) {
        forEachEnd(ends::add);
      }
      return;
    }
    try (IntegersWriter ends =
        IntegersWriter.start(
            source.file(), source.column(), BlockKind.VALUE_ENDS, source.docCount())) {
      forEachEnd(ends::add);
    }
  }

  /** Takes where a value ends among those of all rows. */
  @FunctionalInterface
  private interface EndAction {
    void accept(long end) throws IOException;
  }

  private void forEachEnd(EndAction action) throws IOException {
    long[] bytesBefore = {0};
    source.forEachBlock(
        BLOCK_DOCS,
        docs -> {
          source.reader().readBytes(docs, values);
          for (int index = 0; index < docs.count(); index++) {
            action.accept(bytesBefore[0] + values.end(index));
          }
          bytesBefore[0] += values.end(docs.count() - 1);
        });
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
