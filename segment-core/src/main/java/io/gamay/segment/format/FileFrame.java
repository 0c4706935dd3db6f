package io.gamay.segment.format;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * What files of blocks have in common: header, trailer, and where the footer lies between blocks
 * and trailer. Made from a file whose header, trailer and footer checksum are right.
 */
record FileFrame(Path path, MemorySegment file, int version, long footerOffset) {

  private static final ValueLayout.OfInt INT =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfLong LONG =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  /**
   * @throws SegmentCorruptException if the file is not a whole one of this magic and a known
   *     version
   */
  static FileFrame of(
      Path path, MemorySegment file, long magic, int oldestVersion, int newestVersion) {
    long size = file.byteSize();
    if (size < FileLayout.HEADER_BYTES + FileLayout.TRAILER_BYTES) {
      throw SegmentCorruptException.unequal(
          path,
          "size",
          0,
          "at least " + (FileLayout.HEADER_BYTES + FileLayout.TRAILER_BYTES),
          size);
    }
    long trailer = size - FileLayout.TRAILER_BYTES;
    expectMagic(path, file, 0, magic);
    expectMagic(path, file, size - Long.BYTES, magic);
    int version = file.get(INT, Long.BYTES);
    if (version < oldestVersion || version > newestVersion) {
      throw SegmentCorruptException.unequal(
          path,
          "format version",
          Long.BYTES,
          "%d to %d".formatted(oldestVersion, newestVersion),
          version);
    }
    int repeated = file.get(INT, trailer + 2 * Long.BYTES);
    if (repeated != version) {
      throw SegmentCorruptException.unequal(
          path, "format version in the trailer", trailer + 2 * Long.BYTES, version, repeated);
    }
    checkZeros(path, file, Long.BYTES + Integer.BYTES, FileLayout.HEADER_BYTES);
    return new FileFrame(path, file, version, checkedFooterOffset(path, file, trailer));
  }

  private static long checkedFooterOffset(Path path, MemorySegment file, long trailer) {
    long footerOffset = file.get(LONG, trailer);
    long footerLength = file.get(LONG, trailer + Long.BYTES);
    if (footerOffset < FileLayout.HEADER_BYTES
        || footerOffset > trailer
        || footerLength != trailer - footerOffset) {
      throw SegmentCorruptException.unequal(
          path,
          "footer bounds",
          trailer,
          "the end at " + trailer,
          "%d bytes from %d".formatted(footerLength, footerOffset));
    }
    int expected = file.get(INT, trailer + FileLayout.TRAILER_CHECKED_BYTES);
    int found =
        FileLayout.crcOf(
            file.asSlice(footerOffset, footerLength + FileLayout.TRAILER_CHECKED_BYTES));
    if (found != expected) {
      throw SegmentCorruptException.checksum(path, "footer", footerOffset, expected, found);
    }
    return footerOffset;
  }

  <T> T footer(Function<RecordInput, T> codec) {
    long end = file.byteSize() - FileLayout.TRAILER_BYTES;
    return decode(
        path, "footer", footerOffset, file.asSlice(footerOffset, end - footerOffset), codec);
  }

  /** The blocks of a directory, each of which must lie where the one before ends. */
  List<MappedBlock> map(List<BlockEntry> directory) {
    List<MappedBlock> blocks = new ArrayList<>(directory.size());
    long end = FileLayout.HEADER_BYTES;
    for (BlockEntry entry : directory) {
      if (entry.byteOffset() != FileLayout.aligned(end)
          || entry.lengthBytes() < 0
          || entry.lengthBytes() > footerOffset - entry.byteOffset()
          || entry.count() < 0
          || !entry.encoding().accepts(entry.bitsPerValue(), entry.count(), entry.lengthBytes())) {
        throw SegmentCorruptException.unequal(
            path,
            "directory entry of block " + entry.title(),
            footerOffset,
            "a block from %d on, before %d".formatted(FileLayout.aligned(end), footerOffset),
            entry);
      }
      end = entry.byteOffset() + entry.lengthBytes();
      blocks.add(
          new MappedBlock(path, entry, file.asSlice(entry.byteOffset(), entry.lengthBytes())));
    }
    if (FileLayout.aligned(end) != footerOffset) {
      throw SegmentCorruptException.unequal(
          path, "end of blocks", footerOffset, footerOffset, FileLayout.aligned(end));
    }
    return blocks;
  }

  /** Checks every byte of the blocks, and that there are but zeros between them. */
  void check(List<MappedBlock> blocks) {
    long end = FileLayout.HEADER_BYTES;
    for (MappedBlock block : blocks) {
      BlockEntry entry = block.entry();
      checkZeros(path, file, end, entry.byteOffset());
      block.check();
      end = entry.byteOffset() + entry.lengthBytes();
    }
    checkZeros(path, file, end, FileLayout.aligned(end));
  }

  static <T> T decode(
      Path path,
      String block,
      long byteOffset,
      MemorySegment bytes,
      Function<RecordInput, T> codec) {
    RecordInput in = new RecordInput(bytes);
    try {
      T value = codec.apply(in);
      in.expectEnd();
      return value;
    } catch (RuntimeException e) {
      throw SegmentCorruptException.malformed(path, block, byteOffset, e);
    }
  }

  private static void expectMagic(Path path, MemorySegment file, long byteOffset, long magic) {
    long found = file.get(LONG, byteOffset);
    if (found != magic) {
      throw SegmentCorruptException.unequal(
          path,
          "magic",
          byteOffset,
          FileLayout.magicText(magic),
          "%016x".formatted(Long.reverseBytes(found)));
    }
  }

  private static void checkZeros(Path path, MemorySegment file, long from, long to) {
    for (long byteOffset = from; byteOffset < to; byteOffset++) {
      byte found = file.get(ValueLayout.JAVA_BYTE, byteOffset);
      if (found != 0) {
        throw SegmentCorruptException.unequal(path, "padding", byteOffset, 0, found & 0xff);
      }
    }
  }
}
