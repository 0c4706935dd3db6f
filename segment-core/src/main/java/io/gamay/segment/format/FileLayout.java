package io.gamay.segment.format;

import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32C;

/**
 * Where things lie in a sealed file, all numbers little-endian.
 *
 * <pre>
 * header, 64 bytes:   magic 8 | format version 4 | zeros
 * blocks:             each from the next multiple of 64 on, zeros between
 * footer:             from the next multiple of 64 on
 * trailer, 32 bytes:  footer offset 8 | footer length 8 | format version 4 | CRC-32C 4 | magic 8
 * </pre>
 *
 * <p>The trailer's CRC covers the footer and the trailer up to the CRC.
 */
final class FileLayout {

  static final int OLDEST_VERSION = 1;
  static final int NEWEST_VERSION = 2;

  /** "GAMAYSEG" as bytes in the file. */
  static final long MAGIC = 0x4745_5359_414d_4147L;

  static final int HEADER_BYTES = 64;
  static final int TRAILER_BYTES = 32;

  /** Bytes of the trailer that its CRC covers. */
  static final int TRAILER_CHECKED_BYTES = 20;

  private static final int ALIGNMENT = 64;
  private static final int CRC_STEP_BYTES = 1 << 24;

  private FileLayout() {}

  static long aligned(long byteOffset) {
    return (byteOffset + ALIGNMENT - 1) & -ALIGNMENT;
  }

  static boolean isKnown(int version) {
    return version >= OLDEST_VERSION && version <= NEWEST_VERSION;
  }

  static String magicText(long magic) {
    byte[] bytes = new byte[Long.BYTES];
    for (int index = 0; index < bytes.length; index++) {
      bytes[index] = (byte) (magic >>> (index * Byte.SIZE));
    }
    return new String(bytes, StandardCharsets.ISO_8859_1);
  }

  static void update(CRC32C crc, MemorySegment bytes) {
    for (long from = 0; from < bytes.byteSize(); from += CRC_STEP_BYTES) {
      long length = Math.min(CRC_STEP_BYTES, bytes.byteSize() - from);
      crc.update(bytes.asSlice(from, length).asByteBuffer());
    }
  }

  static int crcOf(MemorySegment bytes) {
    CRC32C crc = new CRC32C();
    update(crc, bytes);
    return (int) crc.getValue();
  }
}
