package io.gamay.segment.format;

import io.gamay.segment.ledger.OffsetRange;
import io.gamay.segment.read.ColumnStatistics;
import io.gamay.segment.schema.EncodingDecisions;
import io.gamay.segment.schema.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** The footer's fields, without the trailer that follows them. */
final class FooterCodec {

  private FooterCodec() {}

  static void write(SegmentFooter footer, RecordOutput out) {
    SegmentIdentity identity = footer.identity();
    out.putString(identity.tableName());
    out.putString(identity.segmentName());
    out.putInt(identity.partition());
    out.putLong(identity.offsets().start());
    out.putLong(identity.offsets().end());
    out.putInt(identity.docCount());
    EncodingDecisions encodings = identity.encodings();
    out.putInt(encodings.formatVersion());
    write(encodings.rawColumns(), out);
    write(encodings.invertedColumns(), out);
    out.putInt(footer.dataCrc());
    out.putInt(footer.statistics().size());
    for (ColumnStatistics statistics : footer.statistics()) {
      write(statistics, out);
    }
    out.putInt(footer.blocks().size());
    for (BlockEntry block : footer.blocks()) {
      write(block, out);
    }
  }

  static SegmentFooter read(RecordInput in) {
    SegmentIdentity identity =
        new SegmentIdentity(
            in.getString(),
            in.getString(),
            in.getInt(),
            new OffsetRange(in.getLong(), in.getLong()),
            in.getInt(),
            new EncodingDecisions(in.getInt(), readNames(in), readNames(in)));
    int dataCrc = in.getInt();
    int columnCount = in.getCount();
    List<ColumnStatistics> statistics = new ArrayList<>(columnCount);
    for (int index = 0; index < columnCount; index++) {
      statistics.add(readStatistics(in));
    }
    int blockCount = in.getCount();
    List<BlockEntry> blocks = new ArrayList<>(blockCount);
    for (int index = 0; index < blockCount; index++) {
      blocks.add(readBlock(in));
    }
    return new SegmentFooter(identity, dataCrc, statistics, blocks);
  }

  private static void write(Set<String> names, RecordOutput out) {
    out.putInt(names.size());
    for (String name : new TreeSet<>(names)) {
      out.putString(name);
    }
  }

  private static Set<String> readNames(RecordInput in) {
    Set<String> names = new TreeSet<>();
    for (int left = in.getCount(); left > 0; left--) {
      names.add(in.getString());
    }
    return names;
  }

  private static void write(ColumnStatistics statistics, RecordOutput out) {
    write(statistics.min(), out);
    write(statistics.max(), out);
    out.putInt(statistics.cardinality());
    out.putBoolean(statistics.sorted());
    out.putLong(statistics.nullCount());
    out.putLong(statistics.valueCount());
  }

  private static ColumnStatistics readStatistics(RecordInput in) {
    return new ColumnStatistics(
        readOptional(in),
        readOptional(in),
        in.getInt(),
        in.getBoolean(),
        in.getLong(),
        in.getLong());
  }

  private static void write(Optional<Value> value, RecordOutput out) {
    out.putBoolean(value.isPresent());
    value.ifPresent(present -> ValueCodec.write(present, out));
  }

  private static Optional<Value> readOptional(RecordInput in) {
    return in.getBoolean() ? Optional.of(ValueCodec.read(in)) : Optional.empty();
  }

  private static void write(BlockEntry block, RecordOutput out) {
    writeFrame(
        block.column(),
        block.kind(),
        block.encoding(),
        block.bitsPerValue(),
        block.count(),
        block.lengthBytes(),
        out);
    out.putLong(block.byteOffset());
    out.putInt(block.crc());
  }

  /** The part of a directory line that enters the data CRC. */
  static void writeFrame(
      int column,
      BlockKind kind,
      BlockEncoding encoding,
      int bitsPerValue,
      long count,
      long lengthBytes,
      RecordOutput out) {
    out.putInt(column);
    out.putInt(kind.number());
    out.putInt(encoding.number());
    out.putInt(bitsPerValue);
    out.putLong(count);
    out.putLong(lengthBytes);
  }

  private static BlockEntry readBlock(RecordInput in) {
    int column = in.getInt();
    BlockKind kind = BlockKind.ofNumber(in.getInt());
    BlockEncoding encoding = BlockEncoding.ofNumber(in.getInt());
    int bitsPerValue = in.getInt();
    long count = in.getLong();
    long lengthBytes = in.getLong();
    return new BlockEntry(
        column, kind, encoding, bitsPerValue, count, in.getLong(), lengthBytes, in.getInt());
  }
}
