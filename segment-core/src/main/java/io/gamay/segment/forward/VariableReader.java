package io.gamay.segment.forward;

import io.gamay.segment.format.MappedBlock;
import io.gamay.segment.read.BytesBlock;
import io.gamay.segment.read.DocIdBlock;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Values of varying width: bytes one behind the other, and where each ends. Immutable and
 * thread-safe; valid while the segment is open.
 */
public final class VariableReader implements BytesReader {

  private final MappedBlock block;
  private final MemorySegment bytes;
  private final IndexedLongs ends;

  private VariableReader(MappedBlock block, IndexedLongs ends) {
    this.block = block;
    this.bytes = block.bytes();
    this.ends = ends;
  }

  /** Checks the blocks' sums if this is their first read. */
  public static VariableReader of(MappedBlock bytes, IndexedLongs ends) {
    return new VariableReader(bytes, ends);
  }

  public void append(int index, BytesBlock out) {
    long start = start(index);
    int length = length(index, start);
    int to = out.append(length);
    MemorySegment.copy(bytes, ValueLayout.JAVA_BYTE, start, out.bytes(), to, length);
  }

  public byte[] get(int index) {
    long start = start(index);
    byte[] value = new byte[length(index, start)];
    MemorySegment.copy(bytes, ValueLayout.JAVA_BYTE, start, value, 0, value.length);
    return value;
  }

  /** The value's bytes where they lie. */
  public MemorySegment slice(int index) {
    long start = start(index);
    return bytes.asSlice(start, length(index, start));
  }

  @Override
  public void read(DocIdBlock docs, BytesBlock out) {
    out.clear();
    for (int index = 0; index < docs.count(); index++) {
      append(docs.docId(index), out);
    }
  }

  private long start(int index) {
    return index == 0 ? 0 : ends.longAt(index - 1);
  }

  private int length(int index, long start) {
    long length = ends.longAt(index) - start;
    if (start < 0 || length < 0 || length > Math.min(Integer.MAX_VALUE, bytes.byteSize() - start)) {
      throw block.malformed(
          0, "value %d lies in bytes [%d, %d)".formatted(index, start, start + length));
    }
    return (int) length;
  }
}
