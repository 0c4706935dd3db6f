package io.gamay.segment.forward;

import io.gamay.segment.format.MappedBlock;
import io.gamay.segment.format.SegmentCorruptException;
import io.gamay.segment.format.SymbolLayout;
import io.gamay.segment.read.BytesBlock;
import io.gamay.segment.read.DocIdBlock;
import io.gamay.segment.symbol.SymbolDecoder;
import io.gamay.segment.symbol.SymbolTable;
import java.lang.foreign.MemorySegment;

/** Values as codes of symbols, in the form of {@link SymbolLayout}. */
public final class SymbolReader implements BytesReader {

  private final MappedBlock block;
  private final MemorySegment codes;
  private final long codesStart;
  private final SymbolDecoder decoder;
  private final IntegersReader ends;

  private SymbolReader(
      MappedBlock block, long codesStart, SymbolDecoder decoder, IntegersReader ends) {
    this.block = block;
    this.codesStart = codesStart;
    this.codes = block.bytes().asSlice(codesStart);
    this.decoder = decoder;
    this.ends = ends;
  }

  /**
   * Checks the blocks' sums if this is their first read.
   *
   * @param ends for each value the bit behind its last code
   * @throws SegmentCorruptException if there is no table of symbols
   */
  public static SymbolReader of(MappedBlock block, MappedBlock ends) {
    SymbolTable table;
    try {
      table = SymbolTable.read(block.bytes(), 0);
    } catch (IllegalArgumentException e) {
      throw block.malformed(0, e.toString());
    }
    return new SymbolReader(
        block, table.lengthBytes(), new SymbolDecoder(table), IntegersReader.of(ends));
  }

  @Override
  public void read(DocIdBlock docs, BytesBlock out) {
    out.clear();
    SymbolDecoder.Decoded decoded = new SymbolDecoder.Decoded();
    for (int index = 0; index < docs.count(); index++) {
      decode(docs.docId(index), decoded);
      int at = out.append(decoded.length());
      System.arraycopy(decoded.bytes(), 0, out.bytes(), at, decoded.length());
    }
  }

  private void decode(int index, SymbolDecoder.Decoded decoded) {
    long end = ends.longAt(index);
    long start = index == 0 ? 0 : ends.longAt(index - 1);
    long codeBits = (codes.byteSize() - SymbolLayout.SLACK_BYTES) * Byte.SIZE;
    if (start < 0 || end < start || end > codeBits) {
      throw block.malformed(
          codesStart, "value %d lies in bits [%d, %d)".formatted(index, start, end));
    }
    try {
      decoder.decode(codes, start, end, decoded);
    } catch (IllegalArgumentException e) {
      throw block.malformed(codesStart + start / Byte.SIZE, e.toString());
    }
  }
}
