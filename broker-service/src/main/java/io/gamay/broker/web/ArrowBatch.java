package io.gamay.broker.web;

import com.google.flatbuffers.FlatBufferBuilder;
import io.gamay.query.vector.Vector;
import io.gamay.segment.schema.DataType;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.flatbuf.Buffer;
import org.apache.arrow.flatbuf.FieldNode;
import org.apache.arrow.flatbuf.RecordBatch;

/**
 * Some rows of an answer as one Arrow record batch: for each column a node, and its buffers behind
 * each other in the body, each on a multiple of eight bytes.
 */
final class ArrowBatch {

  private static final int ALIGNMENT = 8;

  private final ByteArrayOutputStream body = new ByteArrayOutputStream();
  private final List<Node> nodes = new ArrayList<>();
  private final List<Extent> buffers = new ArrayList<>();
  private final int rowCount;

  private record Node(long length, long nullCount) {}

  private record Extent(long offset, long length) {}

  ArrowBatch(int rowCount) {
    this.rowCount = rowCount;
  }

  /** Adds the rows [first, first + rowCount) of a column. */
  void add(Vector column, DataType type, int first) {
    int end = first + rowCount;
    validity(column, first, end);
    if (!column.isList()) {
      values(column, type, first, end);
      return;
    }
    int from = column.listStart(first);
    ByteBuffer ends = little((rowCount + 1) * Integer.BYTES);
    ends.putInt(0);
    for (int row = first; row < end; row++) {
      ends.putInt(column.listEnds()[row] - from);
    }
    buffer(ends);
    int to = column.listEnds()[end - 1];
    nodes.add(new Node(to - from, 0));
    buffer(little(0));
    values(column, type, from, to);
  }

  byte[] body() {
    return body.toByteArray();
  }

  /** Writes the batch's description and gives its offset. */
  int write(FlatBufferBuilder out) {
    RecordBatch.startBuffersVector(out, buffers.size());
    for (Extent buffer : buffers.reversed()) {
      Buffer.createBuffer(out, buffer.offset(), buffer.length());
    }
    int bufferVector = out.endVector();
    RecordBatch.startNodesVector(out, nodes.size());
    for (Node node : nodes.reversed()) {
      FieldNode.createFieldNode(out, node.length(), node.nullCount());
    }
    int nodeVector = out.endVector();
    return RecordBatch.createRecordBatch(out, rowCount, nodeVector, bufferVector, 0, 0);
  }

  /** A bit per row, set where it is not NULL; none at all where nothing is NULL. */
  private void validity(Vector column, int first, int end) {
    int nulls = 0;
    byte[] bits = new byte[bytesOfBits(end - first)];
    for (int row = first; row < end; row++) {
      if (column.isNull(row)) {
        nulls++;
      } else {
        setBit(bits, row - first);
      }
    }
    nodes.add(new Node(end - first, nulls));
    buffer(nulls == 0 ? little(0) : ByteBuffer.wrap(bits).position(bits.length));
  }

  /** The values at the value indexes [from, to). */
  private void values(Vector column, DataType type, int from, int to) {
    int count = to - from;
    switch (type) {
      case INT -> {
        ByteBuffer out = little(count * Integer.BYTES);
        out.asIntBuffer().put(column.ints(), from, count);
        buffer(out.position(out.limit()));
      }
      case LONG, TIMESTAMP -> {
        ByteBuffer out = little(count * Long.BYTES);
        out.asLongBuffer().put(column.longs(), from, count);
        buffer(out.position(out.limit()));
      }
      case FLOAT -> {
        ByteBuffer out = little(count * Float.BYTES);
        out.asFloatBuffer().put(column.floats(), from, count);
        buffer(out.position(out.limit()));
      }
      case DOUBLE -> {
        ByteBuffer out = little(count * Double.BYTES);
        out.asDoubleBuffer().put(column.doubles(), from, count);
        buffer(out.position(out.limit()));
      }
      case BOOLEAN -> {
        byte[] bits = new byte[bytesOfBits(count)];
        for (int value = from; value < to; value++) {
          if (column.ints()[value] != 0) {
            setBit(bits, value - from);
          }
        }
        buffer(ByteBuffer.wrap(bits).position(bits.length));
      }
      case STRING, JSON, BYTES -> strings(column, from, to);
      case BIG_DECIMAL -> decimals(column, from, to);
    }
  }

  private void strings(Vector column, int from, int to) {
    int start = from < to ? column.bytes().start(from) : 0;
    int end = from < to ? column.bytes().end(to - 1) : 0;
    ByteBuffer offsets = little((to - from + 1) * Integer.BYTES);
    offsets.putInt(0);
    for (int value = from; value < to; value++) {
      offsets.putInt(column.bytes().end(value) - start);
    }
    buffer(offsets);
    ByteBuffer all = ByteBuffer.wrap(column.bytes().bytes(), start, end - start).slice();
    buffer(all.position(all.limit()));
  }

  /** What stands where a value is NULL is no number. */
  private void decimals(Vector column, int from, int to) {
    ByteArrayOutputStream texts = new ByteArrayOutputStream();
    ByteBuffer offsets = little((to - from + 1) * Integer.BYTES);
    offsets.putInt(0);
    for (int value = from; value < to; value++) {
      if (column.isList() || !column.isNull(value)) {
        texts.writeBytes(
            ValueTexts.text(column, value, DataType.BIG_DECIMAL)
                .getBytes(StandardCharsets.US_ASCII));
      }
      offsets.putInt(texts.size());
    }
    buffer(offsets);
    ByteBuffer all = ByteBuffer.wrap(texts.toByteArray());
    buffer(all.position(all.limit()));
  }

  /** Adds what lies before a buffer's position. */
  private void buffer(ByteBuffer filled) {
    ByteBuffer bytes = filled.flip();
    buffers.add(new Extent(body.size(), bytes.remaining()));
    byte[] copy = new byte[padded(bytes.remaining())];
    bytes.get(copy, 0, bytes.remaining());
    body.writeBytes(copy);
  }

  private static ByteBuffer little(int size) {
    return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
  }

  static int padded(int length) {
    return (length + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
  }

  private static int bytesOfBits(int count) {
    return (count + Byte.SIZE - 1) / Byte.SIZE;
  }

  private static void setBit(byte[] bits, int index) {
    bits[index >> 3] |= (byte) (1 << (index & 7));
  }
}
