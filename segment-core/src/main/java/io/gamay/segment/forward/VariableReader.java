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

  private final MemorySegment bytes;
  private final IndexedLongs ends;

  private VariableReader(MemorySegment bytes, IndexedLongs ends) {
    this.bytes = bytes;
    this.ends = ends;
  }

  /** Checks the blocks' sums if this is their first read. */
  public static VariableReader of(MappedBlock bytes, IndexedLongs ends) {
    return new VariableReader(bytes.bytes(), ends);
  }

  public void append(int index, BytesBlock out) {
    long start = start(index);
    int length = (int) (ends.longAt(index) - start);
    int to = out.append(length);
    MemorySegment.copy(bytes, ValueLayout.JAVA_BYTE, start, out.bytes(), to, length);
  }

  public byte[] get(int index) {
    long start = start(index);
    byte[] value = new byte[(int) (ends.longAt(index) - start)];
    MemorySegment.copy(bytes, ValueLayout.JAVA_BYTE, start, value, 0, value.length);
    return value;
  }

  /** The value's bytes where they lie. */
  public MemorySegment slice(int index) {
    long start = start(index);
    return bytes.asSlice(start, ends.longAt(index) - start);
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
}
