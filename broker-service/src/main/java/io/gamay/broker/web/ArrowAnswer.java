package io.gamay.broker.web;

import com.google.flatbuffers.FlatBufferBuilder;
import io.gamay.broker.gather.QueryAnswer;
import io.gamay.query.merge.ResultTable;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.apache.arrow.flatbuf.Message;
import org.apache.arrow.flatbuf.MessageHeader;
import org.apache.arrow.flatbuf.MetadataVersion;

/**
 * An answer's rows as an Arrow IPC stream: the schema, record batches, the end.
 *
 * <p>Each message, little-endian: ff ff ff ff | length of its description 4 B | description (a
 * flatbuffer), padded to eight bytes | body. A length of 0 ends the stream.
 */
final class ArrowAnswer implements AnswerForm {

  private static final int BATCH_ROWS = 4096;
  private static final int CONTINUATION = -1;
  private static final int PREFIX_BYTES = 2 * Integer.BYTES;

  private final ByteArrayOutputStream out;
  private final ResultTable table;
  private int batchFirst;
  private int batchEnd;

  /**
   * @throws java.util.NoSuchElementException if the answer has no table
   */
  ArrowAnswer(ByteArrayOutputStream out, QueryAnswer answer) {
    this.out = out;
    this.table = answer.table().orElseThrow();
  }

  @Override
  public void begin() {
    FlatBufferBuilder builder = new FlatBufferBuilder();
    message(builder, MessageHeader.Schema, ArrowSchema.write(builder, table), new byte[0]);
  }

  /** Rows are collected until they make a batch. */
  @Override
  public void rows(int first, int end) {
    batchEnd = end;
    if (batchEnd - batchFirst >= BATCH_ROWS) {
      endBatch();
    }
  }

  @Override
  public void end() {
    if (batchEnd > batchFirst) {
      endBatch();
    }
    prefix(0);
  }

  private void endBatch() {
    ArrowBatch batch = new ArrowBatch(batchEnd - batchFirst);
    for (int column = 0; column < table.columns().size(); column++) {
      batch.add(table.columns().get(column), table.columnTypes().get(column).element(), batchFirst);
    }
    FlatBufferBuilder builder = new FlatBufferBuilder();
    message(builder, MessageHeader.RecordBatch, batch.write(builder), batch.body());
    batchFirst = batchEnd;
  }

  private void message(FlatBufferBuilder builder, byte kind, int header, byte[] body) {
    builder.finish(
        Message.createMessage(builder, MetadataVersion.V5, kind, header, body.length, 0));
    byte[] description = builder.sizedByteArray();
    int length = ArrowBatch.padded(description.length + PREFIX_BYTES) - PREFIX_BYTES;
    prefix(length);
    out.writeBytes(description);
    out.writeBytes(new byte[length - description.length]);
    out.writeBytes(body);
  }

  private void prefix(int length) {
    out.writeBytes(
        ByteBuffer.allocate(PREFIX_BYTES)
            .order(ByteOrder.LITTLE_ENDIAN)
            .putInt(CONTINUATION)
            .putInt(length)
            .array());
  }
}
