package io.gamay.segment.format;

import io.gamay.segment.ledger.OffsetRange;
import io.gamay.segment.read.ByteLengths;
import io.gamay.segment.read.ColumnStatistics;
import io.gamay.segment.schema.EncodingDecisions;
import io.gamay.segment.schema.IndexDecisions;
import io.gamay.segment.schema.Value;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
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
    boolean isFirstVersion = encodings.formatVersion() == 1;
    if (!isFirstVersion) {
      write(encodings.rangeColumns(), out);
      write(encodings.bloomColumns(), out);
    }
    out.putInt(footer.dataCrc());
    out.putInt(footer.statistics().size());
    for (ColumnStatistics statistics : footer.statistics()) {
      write(statistics, out);
      if (!isFirstVersion) {
        writeLengths(statistics.lengths(), out);
      }
    }
    out.putInt(footer.blocks().size());
    for (BlockEntry block : footer.blocks()) {
      write(block, out);
    }
  }

  static SegmentFooter read(RecordInput in, int version) {
    SegmentIdentity identity =
        new SegmentIdentity(
            in.getString(),
            in.getString(),
            in.getInt(),
            new OffsetRange(in.getLong(), in.getLong()),
            in.getInt(),
            readEncodings(in, version));
    int dataCrc = in.getInt();
    int columnCount = in.getCount();
    List<ColumnStatistics> statistics = new ArrayList<>(columnCount);
    for (int index = 0; index < columnCount; index++) {
      statistics.add(readStatistics(in, version));
    }
    return new SegmentFooter(identity, dataCrc, statistics, readBlocks(in));
  }

  static void write(SidecarIdentity identity, List<BlockEntry> blocks, RecordOutput out) {
    out.putString(identity.segmentName());
    out.putInt(identity.dataCrc());
    out.putInt(identity.docCount());
    write(identity.indexes().invertedColumns(), out);
    write(identity.indexes().rangeColumns(), out);
    write(identity.indexes().bloomColumns(), out);
    out.putInt(blocks.size());
    for (BlockEntry block : blocks) {
      write(block, out);
    }
  }

  static SidecarFile.Footer readSidecar(RecordInput in) {
    SidecarIdentity identity =
        new SidecarIdentity(
            in.getString(),
            in.getInt(),
            in.getInt(),
            new IndexDecisions(readNames(in), readNames(in), readFractions(in)));
    return new SidecarFile.Footer(identity, readBlocks(in));
  }

  private static List<BlockEntry> readBlocks(RecordInput in) {
    int blockCount = in.getCount();
    List<BlockEntry> blocks = new ArrayList<>(blockCount);
    for (int index = 0; index < blockCount; index++) {
      blocks.add(readBlock(in));
    }
    return blocks;
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

  private static EncodingDecisions readEncodings(RecordInput in, int version) {
    int named = in.getInt();
    Set<String> raw = readNames(in);
    Set<String> inverted = readNames(in);
    return version == 1
        ? new EncodingDecisions(named, raw, inverted)
        : new EncodingDecisions(named, raw, inverted, readNames(in), readFractions(in));
  }

  private static void write(Map<String, Double> fractions, RecordOutput out) {
    out.putInt(fractions.size());
    new TreeMap<>(fractions)
        .forEach(
            (name, fraction) -> {
              out.putString(name);
              out.putLong(Double.doubleToLongBits(fraction));
            });
  }

  private static Map<String, Double> readFractions(RecordInput in) {
    Map<String, Double> fractions = new HashMap<>();
    for (int left = in.getCount(); left > 0; left--) {
      fractions.put(in.getString(), Double.longBitsToDouble(in.getLong()));
    }
    return fractions;
  }

  private static void writeLengths(Optional<ByteLengths> lengths, RecordOutput out) {
    out.putBoolean(lengths.isPresent());
    lengths.ifPresent(
        present -> {
          out.putInt(present.shortest());
          out.putInt(present.longest());
          out.putLong(present.total());
        });
  }

  private static Optional<ByteLengths> readLengths(RecordInput in) {
    return in.getBoolean()
        ? Optional.of(new ByteLengths(in.getInt(), in.getInt(), in.getLong()))
        : Optional.empty();
  }

  private static void write(ColumnStatistics statistics, RecordOutput out) {
    write(statistics.min(), out);
    write(statistics.max(), out);
    out.putInt(statistics.cardinality());
    out.putBoolean(statistics.sorted());
    out.putLong(statistics.nullCount());
    out.putLong(statistics.valueCount());
  }

  private static ColumnStatistics readStatistics(RecordInput in, int version) {
    return new ColumnStatistics(
        readOptional(in),
        readOptional(in),
        in.getInt(),
        in.getBoolean(),
        in.getLong(),
        in.getLong(),
        version == 1 ? Optional.empty() : readLengths(in));
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
