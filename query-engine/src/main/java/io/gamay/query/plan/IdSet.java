package io.gamay.query.plan;

import io.gamay.segment.schema.StoredType;
import io.gamay.segment.schema.Value;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.roaringbitmap.RoaringBitmap;
import org.roaringbitmap.longlong.Roaring64NavigableMap;

/**
 * Distinct values as one text, by which one query hands them to another: base 64 of a byte that
 * names the form, then the form. INT (1) is a Roaring bitmap and LONG (2) a 64-bit one, as in
 * Pinot; other types are a count, then each value: FLOAT (18) in 4 and DOUBLE (19) in 8 bytes, the
 * others as a length and bytes: decimals (20) as text, STRING (21), BYTES (22). Exact for every
 * type.
 *
 * @param values without duplicates, all of the type
 */
public record IdSet(StoredType type, List<Value> values) {

  /** More members are not taken from a text: some bytes may stand for billions. */
  private static final int MAX_MEMBERS = 1_000_000;

  private static final int EMPTY = 0;
  private static final int INTS = 1;
  private static final int LONGS = 2;

  private static final Map<StoredType, Integer> OTHERS =
      Map.of(
          StoredType.FLOAT, 18,
          StoredType.DOUBLE, 19,
          StoredType.BIG_DECIMAL, 20,
          StoredType.STRING, 21,
          StoredType.BYTES, 22);

  public IdSet {
    values = List.copyOf(values);
  }

  public String text() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try {
      write(new DataOutputStream(bytes));
    } catch (IOException e) {
      throw new UncheckedIOException("writing to memory", e);
    }
    return Base64.getEncoder().encodeToString(bytes.toByteArray());
  }

  private void write(DataOutputStream out) throws IOException {
    if (values.isEmpty()) {
      out.writeByte(EMPTY);
      return;
    }
    switch (type) {
      case INT -> {
        out.writeByte(INTS);
        RoaringBitmap ints = new RoaringBitmap();
        values.forEach(value -> ints.add(((Value.IntValue) value).value()));
        ints.serialize(out);
      }
      case LONG -> {
        out.writeByte(LONGS);
        Roaring64NavigableMap longs = new Roaring64NavigableMap();
        values.forEach(value -> longs.addLong(((Value.LongValue) value).value()));
        longs.serialize(out);
      }
      case FLOAT, DOUBLE, STRING, BYTES, BIG_DECIMAL -> {
        out.writeByte(Objects.requireNonNull(OTHERS.get(type)));
        out.writeInt(values.size());
        for (Value value : values) {
          write(out, value);
        }
      }
    }
  }

  private static void write(DataOutputStream out, Value value) throws IOException {
    switch (value) {
      case Value.FloatValue(float number) -> out.writeFloat(number);
      case Value.DoubleValue(double number) -> out.writeDouble(number);
      case Value.StringValue(String text) -> write(out, text.getBytes(StandardCharsets.UTF_8));
      case Value.BytesValue(byte[] bytes) -> write(out, bytes);
      case Value.BigDecimalValue(BigDecimal number) ->
          write(out, number.toString().getBytes(StandardCharsets.UTF_8));
      case Value.IntValue _, Value.LongValue _ ->
          throw new IllegalStateException("whole numbers have a form of their own");
    }
  }

  private static void write(DataOutputStream out, byte[] bytes) throws IOException {
    out.writeInt(bytes.length);
    out.write(bytes);
  }

  /**
   * @throws IllegalArgumentException if the text is no such set
   */
  public static IdSet parse(String text) {
    byte[] bytes = Base64.getDecoder().decode(text);
    try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes))) {
      IdSet set = read(in);
      if (in.read() >= 0) {
        throw new IllegalArgumentException("bytes behind an id set");
      }
      return set;
    } catch (IOException | RuntimeException e) {
      throw new IllegalArgumentException("no id set: " + e.getMessage(), e);
    }
  }

  private static IdSet read(DataInputStream in) throws IOException {
    int form = in.readUnsignedByte();
    List<Value> values = new ArrayList<>();
    switch (form) {
      case EMPTY -> {}
      case INTS -> {
        RoaringBitmap ints = new RoaringBitmap();
        ints.deserialize(in);
        requireMembers(ints.getLongCardinality());
        ints.forEach((int value) -> values.add(new Value.IntValue(value)));
        return new IdSet(StoredType.INT, values);
      }
      case LONGS -> {
        Roaring64NavigableMap longs = new Roaring64NavigableMap();
        longs.deserialize(in);
        requireMembers(longs.getLongCardinality());
        longs.forEach(value -> values.add(new Value.LongValue(value)));
        return new IdSet(StoredType.LONG, values);
      }
      default -> {
        return readOthers(form, in);
      }
    }
    return new IdSet(StoredType.INT, values);
  }

  private static void requireMembers(long count) {
    if (count < 0 || count > MAX_MEMBERS) {
      throw new IllegalArgumentException(
          "it has %d members, more than %d".formatted(count, MAX_MEMBERS));
    }
  }

  private static IdSet readOthers(int form, DataInputStream in) throws IOException {
    StoredType type =
        OTHERS.entrySet().stream()
            .filter(known -> known.getValue() == form)
            .map(Map.Entry::getKey)
            .findFirst()
            .orElseThrow(() -> new IllegalArgumentException("unknown form " + form));
    int count = in.readInt();
    List<Value> values = new ArrayList<>();
    for (int index = 0; index < count; index++) {
      values.add(readValue(type, in));
    }
    return new IdSet(type, values);
  }

  private static Value readValue(StoredType type, DataInputStream in) throws IOException {
    return switch (type) {
      case FLOAT -> new Value.FloatValue(in.readFloat());
      case DOUBLE -> new Value.DoubleValue(in.readDouble());
      case STRING -> new Value.StringValue(readText(in));
      case BYTES -> new Value.BytesValue(readBytes(in));
      case BIG_DECIMAL -> new Value.BigDecimalValue(new BigDecimal(readText(in)));
      case INT, LONG -> throw new IllegalArgumentException("whole numbers in an unknown form");
    };
  }

  private static String readText(DataInputStream in) throws IOException {
    return new String(readBytes(in), StandardCharsets.UTF_8);
  }

  private static byte[] readBytes(DataInputStream in) throws IOException {
    int length = in.readInt();
    byte[] bytes = in.readNBytes(length);
    if (bytes.length != length) {
      throw new IllegalArgumentException("%d of %d bytes".formatted(bytes.length, length));
    }
    return bytes;
  }
}
