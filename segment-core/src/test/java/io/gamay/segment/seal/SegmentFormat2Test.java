package io.gamay.segment.seal;

import static org.assertj.core.api.Assertions.assertThat;

import io.gamay.segment.format.SegmentFiles;
import io.gamay.segment.schema.Value;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Reads a file of the second version by {@code docs/segment-format.md} alone, with nothing of the
 * product's own readers: every encoding, every value.
 */
class SegmentFormat2Test {

  @TempDir private Path directory;

  private final RandomRows rows = ShapedRows.of(23);
  private ByteBuffer file = ByteBuffer.allocate(0);
  private final Map<Long, Line> lines = new HashMap<>();

  private record Line(int encoding, int bits, int count, int length, int start) {}

  @Test
  void everyValueIsWhereThePageSays() throws IOException {
    open();
    List<List<String>> columns = new ArrayList<>();
    for (int column = 0; column < ShapedRows.SCHEMA.columns().size(); column++) {
      columns.add(values(column));
    }
    Line tagLengths = line(7, 23);
    long[] lengths = packed(tagLengths.start(), tagLengths.count(), tagLengths.bits());
    long[] starts = integers(line(7, 19));
    int tag = 0;
    for (int row = 0; row < rows.rows().size(); row++) {
      List<TestRow.Cell> cells = rows.rows().get(row).cells();
      for (int column = 0; column < cells.size(); column++) {
        if (column != 7) {
          same(columns.get(column).get(row), text(cells.get(column).values().getFirst()));
        }
      }
      if (row % 64 == 0) {
        assertThat(starts[row / 64]).isEqualTo(tag);
      }
      assertThat(lengths[row] + 1).isEqualTo(cells.get(7).values().size());
      for (Value value : cells.get(7).values()) {
        same(columns.get(7).get(tag++), text(value));
      }
    }
    long[] distances = integers(line(-1, 4));
    for (int row = 0; row < distances.length; row++) {
      assertThat(rows.offsets().start() + row + distances[row])
          .isEqualTo(rows.rows().get(row).offset());
    }
  }

  private static void same(String found, String expected) {
    if (!found.equals(expected)) {
      assertThat(found).isEqualTo(expected);
    }
  }

  private void open() throws IOException {
    Path path = directory.resolve("segment");
    new SegmentSealer(SegmentFiles.local(), new Random(1)).seal(rows.view(), rows.inputs(), path);
    file = ByteBuffer.wrap(Files.readAllBytes(path)).order(ByteOrder.LITTLE_ENDIAN);
    int trailer = file.capacity() - 32;
    assertThat(file.getInt(8)).isEqualTo(2).isEqualTo(file.getInt(trailer + 16));
    readFooter((int) file.getLong(trailer));
    assertThat(file.position()).isEqualTo(trailer);
  }

  private void readFooter(int footer) {
    file.position(footer);
    string();
    string();
    file.position(file.position() + 4 + 8 + 8 + 4);
    assertThat(file.getInt()).isEqualTo(2);
    for (int list = 0; list < 3; list++) {
      for (int left = file.getInt(); left > 0; left--) {
        string();
      }
    }
    for (int left = file.getInt(); left > 0; left--) {
      string();
      file.getLong();
    }
    file.getInt();
    for (int left = file.getInt(); left > 0; left--) {
      skipValue();
      skipValue();
      file.position(file.position() + 4 + 1 + 8 + 8);
      if (file.get() == 1) {
        file.position(file.position() + 4 + 4 + 8);
      }
    }
    for (int left = file.getInt(); left > 0; left--) {
      long column = file.getInt();
      int kind = file.getInt();
      int encoding = file.getInt();
      int bits = file.getInt();
      int count = (int) file.getLong();
      int length = (int) file.getLong();
      int start = (int) file.getLong();
      file.getInt();
      lines.put(column * 1000 + kind, new Line(encoding, bits, count, length, start));
    }
  }

  private Line line(int column, int kind) {
    return Objects.requireNonNull(lines.get(column * 1000L + kind));
  }

  private boolean has(int column, int kind) {
    return lines.containsKey(column * 1000L + kind);
  }

  private List<String> values(int column) {
    if (has(column, 20)) {
      return stored(column, 20, 21);
    }
    List<String> dictionary = stored(column, 16, 17);
    List<String> values = new ArrayList<>();
    for (long dictId : dictIds(column)) {
      values.add(dictionary.get((int) dictId));
    }
    return values;
  }

  private long[] dictIds(int column) {
    if (has(column, 24)) {
      long[] ends = integers(line(column, 24));
      long[] ids = has(column, 18) ? packed(line(column, 18)) : new long[0];
      long[] dictIds = new long[rows.rows().size()];
      int row = 0;
      for (int run = 0; run < ends.length; run++) {
        for (; row < ends[run]; row++) {
          dictIds[row] = ids.length == 0 ? run : ids[run];
        }
      }
      return dictIds;
    }
    if (!has(column, 18)) {
      return new long[rows.rows().size()];
    }
    Line line = line(column, 18);
    if (line.encoding() == 8) {
      long[] map = packed(line.start() + 8, line.count(), line.bits());
      long[] dictIds = dictIds((int) file.getLong(line.start()));
      for (int row = 0; row < dictIds.length; row++) {
        dictIds[row] = map[(int) dictIds[row]];
      }
      return dictIds;
    }
    return packed(line);
  }

  private List<String> stored(int column, int kind, int endsKind) {
    Line line = line(column, kind);
    List<String> values = new ArrayList<>();
    switch (line.encoding()) {
      case 2 -> {
        for (int index = 0; index < line.count(); index++) {
          values.add(Double.toString(file.getDouble(line.start() + 8 * index)));
        }
      }
      case 3 -> {
        int start = 0;
        for (long end : integers(line(column, endsKind))) {
          values.add(bytes(line.start() + start, (int) end - start));
          start = (int) end;
        }
      }
      case 6 -> {
        for (long value : integers(line)) {
          values.add(Long.toString(value));
        }
      }
      case 7 -> decimals(line, column == 8, values);
      case 9 -> frontCoded(line, integers(line(column, endsKind)), values);
      case 10 -> {
        int[] position = {line.start()};
        Map<String, String> codes = codes(position);
        long bit = 0;
        for (long end : integers(line(column, endsKind))) {
          StringBuilder value = new StringBuilder();
          while (bit < end) {
            bit += next(position[0], bit, codes, value);
          }
          values.add(value.toString());
        }
      }
      default -> throw new AssertionError("encoding " + line.encoding());
    }
    return values;
  }

  private void decimals(Line line, boolean isFloat, List<String> values) {
    int end = line.start() + line.length();
    int scale = file.getInt(end - 8);
    int exceptions = file.getInt(end - 4);
    int bits = end - 8 - 8 * exceptions;
    int indexes = bits - (exceptions + 1) / 2 * 8;
    for (long integer : integers(line.start(), indexes - line.start(), line.count())) {
      double value = scale >= 0 ? integer / Math.pow(10, scale) : integer * Math.pow(10, -scale);
      values.add(isFloat ? Float.toString((float) value) : Double.toString(value));
    }
    for (int exception = 0; exception < exceptions; exception++) {
      long stored = file.getLong(bits + 8 * exception);
      values.set(
          file.getInt(indexes + 4 * exception),
          isFloat
              ? Float.toString(Float.intBitsToFloat((int) stored))
              : Double.toString(Double.longBitsToDouble(stored)));
    }
  }

  private void frontCoded(Line line, long[] ends, List<String> values) {
    int fields = line.start() + 4 + file.getInt(line.start());
    String prefix = bytes(line.start() + 4, file.getInt(line.start()));
    int leastLength = file.getInt(fields);
    int leastShare = file.getInt(fields + 4);
    int lengthBits = file.get(fields + 8);
    int shareBits = file.get(fields + 9);
    int[] position = {fields + 10};
    Map<String, String> codes = codes(position);
    String before = "";
    long bit = 0;
    for (int index = 0; index < line.count(); index++) {
      int shared = 0;
      if (index % 16 == 0) {
        bit = index == 0 ? 0 : 8 * ends[index / 16 - 1];
      } else {
        shared = leastShare + (int) bits(position[0], bit, shareBits);
        bit += shareBits;
      }
      int length = leastLength + (int) bits(position[0], bit, lengthBits);
      bit += lengthBits;
      StringBuilder value = new StringBuilder(before.substring(0, shared));
      while (value.length() < length) {
        bit += next(position[0], bit, codes, value);
      }
      before = value.toString();
      values.add(prefix + before);
    }
    assertThat(position[0] + ends[ends.length - 1] + 64).isEqualTo(line.start() + line.length());
  }

  /** Symbols by their codes as text of zeros and ones; moves the position behind the table. */
  private Map<String, String> codes(int[] position) {
    int count = file.getInt(position[0]);
    int at = position[0] + 4;
    List<String> symbols = new ArrayList<>();
    List<Integer> codeBits = new ArrayList<>();
    for (int symbol = 0; symbol < count; symbol++) {
      codeBits.add((int) file.get(at + 1));
      symbols.add(bytes(at + 2, file.get(at)));
      at += 2 + file.get(at);
    }
    position[0] = at;
    Map<String, String> codes = new HashMap<>();
    int code = 0;
    for (int bits = 1; bits <= 12; bits++) {
      for (int symbol = 0; symbol < count; symbol++) {
        if (codeBits.get(symbol) == bits) {
          String digits = Integer.toBinaryString(code++);
          codes.put("0".repeat(bits - digits.length()) + digits, symbols.get(symbol));
        }
      }
      code <<= 1;
    }
    return codes;
  }

  /** Appends the symbol whose code begins at a bit; returns the code's bits. */
  private int next(int start, long bit, Map<String, String> codes, StringBuilder value) {
    StringBuilder code = new StringBuilder();
    do {
      code.append(bits(start, bit + code.length(), 1));
    } while (!codes.containsKey(code.toString()));
    value.append(codes.get(code.toString()));
    return code.length();
  }

  private long[] packed(Line line) {
    assertThat(line.encoding()).isEqualTo(4);
    return packed(line.start(), line.count(), line.bits());
  }

  private long[] packed(int start, int count, int width) {
    long[] values = new long[count];
    for (int index = 0; index < count; index++) {
      values[index] = bits(start, (long) index * width, width);
    }
    return values;
  }

  private long[] integers(Line line) {
    assertThat(line.encoding()).isEqualTo(6);
    return integers(line.start(), line.length(), line.count());
  }

  private long[] integers(int start, int length, int count) {
    long[] values = new long[count];
    int groups = (count + 1023) / 1024;
    for (int group = 0; group < groups; group++) {
      int header = start + length - 64 - 24 * (groups - group);
      int payload = start + 8 * file.getInt(header + 16);
      int width = file.get(header + 20);
      int highWidth = file.get(header + 21);
      int exceptions = file.getShort(header + 22);
      int size = Math.min(1024, count - 1024 * group);
      int positions = payload + (size * width + 63) / 64 * 8;
      int highs = positions + (exceptions * 16 + 63) / 64 * 8;
      for (int index = 0; index < size; index++) {
        values[1024 * group + index] =
            file.getLong(header)
                + (file.getLong(header + 8) * index >> 16)
                + bits(payload, (long) index * width, width);
      }
      for (int exception = 0; exception < exceptions; exception++) {
        values[1024 * group + file.getShort(positions + 2 * exception)] +=
            bits(highs, (long) exception * highWidth, highWidth) << width;
      }
    }
    return values;
  }

  private long bits(int start, long from, int width) {
    long value = 0;
    for (int bit = 0; bit < width; bit++) {
      long at = from + bit;
      value |= (long) (file.get(start + (int) (at / 8)) >> at % 8 & 1) << bit;
    }
    return value;
  }

  private static String text(Value value) {
    return switch (value) {
      case Value.IntValue(int v) -> Integer.toString(v);
      case Value.LongValue(long v) -> Long.toString(v);
      case Value.FloatValue(float v) -> Float.toString(v);
      case Value.DoubleValue(double v) -> Double.toString(v);
      case Value.StringValue(String v) -> v;
      case Value.BytesValue(byte[] v) -> new String(v, StandardCharsets.ISO_8859_1);
      case Value.BigDecimalValue(var v) -> v.toString();
    };
  }

  private void skipValue() {
    if (file.get() == 0) {
      return;
    }
    switch (file.get()) {
      case 1, 3 -> file.getInt();
      case 2, 4 -> file.getLong();
      default -> string();
    }
  }

  private void string() {
    int length = file.getInt();
    file.position(file.position() + length);
  }

  private String bytes(int from, int length) {
    return new String(file.array(), from, length, StandardCharsets.ISO_8859_1);
  }
}
