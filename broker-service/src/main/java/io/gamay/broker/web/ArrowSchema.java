package io.gamay.broker.web;

import com.google.flatbuffers.FlatBufferBuilder;
import io.gamay.query.merge.ResultTable;
import io.gamay.query.plan.ResultType;
import io.gamay.segment.schema.DataType;
import org.apache.arrow.flatbuf.Binary;
import org.apache.arrow.flatbuf.Bool;
import org.apache.arrow.flatbuf.Endianness;
import org.apache.arrow.flatbuf.Field;
import org.apache.arrow.flatbuf.FloatingPoint;
import org.apache.arrow.flatbuf.Int;
import org.apache.arrow.flatbuf.Precision;
import org.apache.arrow.flatbuf.Schema;
import org.apache.arrow.flatbuf.TimeUnit;
import org.apache.arrow.flatbuf.Timestamp;
import org.apache.arrow.flatbuf.Type;
import org.apache.arrow.flatbuf.Utf8;

/**
 * An answer's columns as an Arrow schema. TIMESTAMP is in milliseconds, UTC; BIG_DECIMAL, whose
 * digits have no bound, is text without an exponent, as in JSON.
 */
final class ArrowSchema {

  private ArrowSchema() {}

  /** Writes the schema and gives its offset. */
  static int write(FlatBufferBuilder out, ResultTable table) {
    int[] fields = new int[table.columns().size()];
    for (int column = 0; column < fields.length; column++) {
      fields[column] = field(out, table.columnNames().get(column), table.columnTypes().get(column));
    }
    return Schema.createSchema(
        out, Endianness.Little, Schema.createFieldsVector(out, fields), 0, 0);
  }

  private static int field(FlatBufferBuilder out, String name, ResultType type) {
    if (!type.isArray()) {
      return simpleField(out, name, type.element());
    }
    int children =
        Field.createChildrenVector(out, new int[] {simpleField(out, "item", type.element())});
    org.apache.arrow.flatbuf.List.startList(out);
    int list = org.apache.arrow.flatbuf.List.endList(out);
    return Field.createField(out, out.createString(name), true, Type.List, list, 0, children, 0);
  }

  private static int simpleField(FlatBufferBuilder out, String name, DataType type) {
    int text = out.createString(name);
    int children = Field.createChildrenVector(out, new int[0]);
    return Field.createField(out, text, true, kind(type), type(out, type), 0, children, 0);
  }

  private static byte kind(DataType type) {
    return switch (type) {
      case INT, LONG -> Type.Int;
      case FLOAT, DOUBLE -> Type.FloatingPoint;
      case BOOLEAN -> Type.Bool;
      case TIMESTAMP -> Type.Timestamp;
      case STRING, JSON, BIG_DECIMAL -> Type.Utf8;
      case BYTES -> Type.Binary;
    };
  }

  private static int type(FlatBufferBuilder out, DataType type) {
    return switch (type) {
      case INT -> Int.createInt(out, Integer.SIZE, true);
      case LONG -> Int.createInt(out, Long.SIZE, true);
      case FLOAT -> FloatingPoint.createFloatingPoint(out, Precision.SINGLE);
      case DOUBLE -> FloatingPoint.createFloatingPoint(out, Precision.DOUBLE);
      case TIMESTAMP ->
          Timestamp.createTimestamp(out, TimeUnit.MILLISECOND, out.createString("UTC"));
      case BOOLEAN -> {
        Bool.startBool(out);
        yield Bool.endBool(out);
      }
      case STRING, JSON, BIG_DECIMAL -> {
        Utf8.startUtf8(out);
        yield Utf8.endUtf8(out);
      }
      case BYTES -> {
        Binary.startBinary(out);
        yield Binary.endBinary(out);
      }
    };
  }
}
