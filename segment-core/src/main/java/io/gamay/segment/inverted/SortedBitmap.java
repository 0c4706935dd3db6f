package io.gamay.segment.inverted;

import io.gamay.segment.format.BlockOutput;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.roaringbitmap.RoaringBitmap;
import org.roaringbitmap.RoaringBitmapWriter;

/**
 * A bitmap built from docIds in ascending order and written run-optimised in Roaring's portable
 * form: equal sets give equal bytes. One thread.
 */
public final class SortedBitmap {

  private final RoaringBitmapWriter<RoaringBitmap> writer = RoaringBitmapWriter.writer().get();

  public void add(int docId) {
    writer.add(docId);
  }

  /** Writes the bitmap and leaves this empty, ready for the next one. */
  public long writeTo(BlockOutput out) throws IOException {
    RoaringBitmap bitmap = writer.get();
    bitmap.runOptimize();
    ByteBuffer bytes =
        ByteBuffer.allocate(bitmap.serializedSizeInBytes()).order(ByteOrder.LITTLE_ENDIAN);
    bitmap.serialize(bytes);
    out.putBytes(bytes.array(), 0, bytes.position());
    writer.reset();
    return bytes.position();
  }
}
