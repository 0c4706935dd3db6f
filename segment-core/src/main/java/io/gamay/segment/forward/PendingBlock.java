package io.gamay.segment.forward;

import io.gamay.segment.format.BlockOutput;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/** The bytes of a block that is written while another one still is: held, and copied later. */
final class PendingBlock implements BlockOutput {

  private static final int CHUNK_BYTES = 1 << 16;

  /** The buffer writes into the bytes. */
  private record Chunk(byte[] bytes, ByteBuffer buffer) {

    static Chunk empty() {
      byte[] bytes = new byte[CHUNK_BYTES];
      return new Chunk(bytes, ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN));
    }

    void copyTo(BlockOutput out) throws IOException {
      out.putBytes(bytes, 0, buffer.position());
    }
  }

  private final List<Chunk> full = new ArrayList<>();
  private Chunk chunk = Chunk.empty();

  @Override
  public void putInt(int value) {
    ensure(Integer.BYTES).putInt(value);
  }

  @Override
  public void putLong(long value) {
    ensure(Long.BYTES).putLong(value);
  }

  @Override
  public void putBytes(byte[] source, int from, int length) {
    for (int done = 0; done < length; ) {
      ByteBuffer target = ensure(1);
      int step = Math.min(length - done, target.remaining());
      target.put(source, from + done, step);
      done += step;
    }
  }

  @Override
  public void close() {}

  void copyTo(BlockOutput out) throws IOException {
    for (Chunk before : full) {
      before.copyTo(out);
    }
    chunk.copyTo(out);
  }

  private ByteBuffer ensure(int length) {
    if (chunk.buffer().remaining() < length) {
      full.add(chunk);
      chunk = Chunk.empty();
    }
    return chunk.buffer();
  }
}
