package io.gamay.segment.seal;

import static org.assertj.core.api.Assertions.assertThat;

import io.gamay.segment.format.SegmentFiles;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.roaringbitmap.RoaringBitmap;

/**
 * Reads a sealed file by {@code docs/segment-format.md} alone, with nothing of the product's own
 * readers: the page and the bytes agree.
 */
class SegmentFormatTest {

  @TempDir private Path directory;

  private ByteBuffer file = ByteBuffer.allocate(0);
  private int storedDataCrc;
  private final List<Line> lines = new ArrayList<>();
  private final List<Long> valueCounts = new ArrayList<>();

  private record Line(
      int column, int kind, int encoding, int bits, long count, int length, int start, int crc) {}

  @BeforeEach
  void openByTheBook() throws IOException {
    Path path = directory.resolve("segment");
    new SegmentSealer(SegmentFiles.local(), new Random(1))
        .seal(SmallSegment.view(), SmallSegment.INPUTS, path);
    file = ByteBuffer.wrap(Files.readAllBytes(path)).order(ByteOrder.LITTLE_ENDIAN);
    int trailer = file.capacity() - 32;
    assertThat(text(0, 8)).isEqualTo("GAMAYSEG").isEqualTo(text(trailer + 24, 8));
    assertThat(file.getInt(8)).isEqualTo(1).isEqualTo(file.getInt(trailer + 16));
    int footer = (int) file.getLong(trailer);
    assertThat(footer + file.getLong(trailer + 8)).isEqualTo(trailer);
    assertThat(crc(footer, trailer + 20)).isEqualTo(file.getInt(trailer + 20));
    readFooter(footer);
    assertThat(file.position()).isEqualTo(trailer);
  }

  private void readFooter(int footer) {
    file.position(footer);
    assertThat(string()).isEqualTo("trips");
    assertThat(string()).isEqualTo(RandomRows.SEGMENT_NAME);
    assertThat(file.getInt()).isEqualTo(3);
    assertThat(file.getLong()).isEqualTo(100);
    assertThat(file.getLong()).isEqualTo(110);
    assertThat(file.getInt()).isEqualTo(4);
    assertThat(file.getInt()).isEqualTo(1);
    assertThat(strings()).containsExactly("note", "time");
    assertThat(strings()).containsExactly("city", "tags");
    storedDataCrc = file.getInt();
    for (int left = file.getInt(); left > 0; left--) {
      skipValue();
      skipValue();
      file.getInt();
      file.get();
      file.getLong();
      valueCounts.add(file.getLong());
    }
    for (int left = file.getInt(); left > 0; left--) {
      int column = file.getInt();
      int kind = file.getInt();
      int encoding = file.getInt();
      int bits = file.getInt();
      long count = file.getLong();
      int length = (int) file.getLong();
      int start = (int) file.getLong();
      lines.add(new Line(column, kind, encoding, bits, count, length, start, file.getInt()));
    }
  }

  @Test
  void blocksLieBehindEachOtherAndTheirSumsHold() {
    int end = 64;
    for (Line line : lines) {
      assertThat(line.start()).isEqualTo((end + 63) / 64 * 64);
      assertThat(crc(line.start(), line.start() + line.length())).isEqualTo(line.crc());
      end = line.start() + line.length();
    }
  }

  @Test
  void theDataCrcCoversDataBlocksAndTheirLines() {
    CRC32C crc = new CRC32C();
    for (Line line : lines) {
      if (line.kind() < 128) {
        crc.update(file.array(), line.start(), line.length());
        ByteBuffer fields = ByteBuffer.allocate(32).order(ByteOrder.LITTLE_ENDIAN);
        fields.putInt(line.column()).putInt(line.kind()).putInt(line.encoding());
        fields.putInt(line.bits()).putLong(line.count()).putLong(line.length());
        crc.update(fields.array());
      }
    }
    assertThat((int) crc.getValue()).isEqualTo(storedDataCrc);
  }

  @Test
  void rowsComeOutOfTheBlocks() throws IOException {
    assertThat(valueCounts).containsExactly(4L, 4L, 4L, 7L, 4L, 4L);
    Line offsets = line(-1, 4);
    assertThat(packed(offsets)).containsExactly(0, 0, 1, 4);

    assertThat(values(line(0, 16), packed(line(0, 17)))).containsExactly("Lyon", "Nice", "Paris");
    assertThat(packed(line(0, 18))).containsExactly(0, 2, 0, 1);

    Line fares = line(1, 16);
    assertThat(fares.bits()).isEqualTo(64);
    assertThat(file.getDouble(fares.start())).isNegative().isInfinite();
    assertThat(file.getDouble(fares.start() + 8)).isEqualTo(7.25);
    assertThat(packed(line(1, 18))).containsExactly(2, 0, 1, 2);
    assertThat(bitmap(line(1, 22), 0)).isEqualTo(RoaringBitmap.bitmapOf(1));

    Line times = line(2, 20);
    assertThat(file.getLong(times.start() + 16)).isEqualTo(1500);
    Line zones = line(2, 128);
    assertThat(zones.count()).isEqualTo(2);
    assertThat(file.getLong(zones.start())).isEqualTo(1000);
    assertThat(file.getLong(zones.start() + 8)).isEqualTo(3000);

    assertThat(values(line(3, 16), packed(line(3, 17)))).containsExactly("a", "b", "c");
    assertThat(packed(line(3, 18))).containsExactly(0, 1, 1, 2, 2, 0, 0);
    assertThat(packed(line(3, 19))).containsExactly(2, 3, 6, 7);
    long[] bitmapEnds = packed(line(3, 130));
    assertThat(bitmap(line(3, 129), 0)).isEqualTo(RoaringBitmap.bitmapOf(0, 2, 3));
    assertThat(bitmap(line(3, 129), (int) bitmapEnds[1])).isEqualTo(RoaringBitmap.bitmapOf(2));

    assertThat(values(line(4, 20), packed(line(4, 21)))).containsExactly("x", "", "yz", "x");

    assertThat(file.getInt(line(5, 16).start())).isEqualTo(3);
    assertThat(lines).noneMatch(line -> line.column() == 5 && line.kind() != 16);
  }

  @Test
  void schemaLedgerAndQuarantineAreRecords() {
    file.position(line(-1, 1).start());
    assertThat(string()).isEqualTo("trips");
    assertThat(file.getInt()).isEqualTo(7);
    assertThat(file.getInt()).isEqualTo(6);
    assertThat(string()).isEqualTo("city");
    assertThat(bytes(3)).containsExactly(8, 1, 1);
    assertThat(bytes(1)).containsExactly(5);
    assertThat(string()).isEqualTo("null");
    assertThat(bytes(8)).containsExactly(0, 0, 0, 0, 0, 0, 1, 0);
    assertThat(string()).isEqualTo("fare");

    file.position(line(-1, 2).start());
    assertThat(longs(7)).containsExactly(100, 110, 4, 1, 2, 1, 2);
    assertThat(file.getInt()).isEqualTo(1);
    assertThat(longs(2)).containsExactly(108, 110);
    assertThat(file.getInt()).isEqualTo(2);
    assertThat(file.getInt()).isEqualTo(1);
    assertThat(file.getLong()).isEqualTo(1);
    assertThat(file.getInt()).isEqualTo(4);

    Line quarantine = line(-1, 3);
    assertThat(quarantine.count()).isEqualTo(2);
    file.position(quarantine.start());
    assertThat(file.getLong()).isEqualTo(102);
    assertThat(file.getInt()).isEqualTo(4);
    assertThat(string()).isEmpty();
    assertThat(string()).isEmpty();
    assertThat(file.getInt()).isZero();
    assertThat(file.getLong()).isEqualTo(104);
  }

  private Line line(int column, int kind) {
    return lines.stream()
        .filter(line -> line.column() == column && line.kind() == kind)
        .findFirst()
        .orElseThrow();
  }

  private long[] packed(Line line) {
    assertThat(line.encoding()).isEqualTo(4);
    int width = line.bits();
    assertThat(line.length()).isEqualTo((line.count() + 1023) / 1024 * 128 * width + 64);
    long[] values = new long[(int) line.count()];
    for (int bit = 0; bit < values.length * width; bit++) {
      long isSet = file.get(line.start() + bit / 8) >> bit % 8 & 1;
      values[bit / width] |= isSet << bit % width;
    }
    return values;
  }

  private List<String> values(Line line, long[] ends) {
    List<String> values = new ArrayList<>();
    long start = 0;
    for (long end : ends) {
      values.add(text((int) (line.start() + start), (int) (end - start)));
      start = end;
    }
    assertThat(start).isEqualTo(line.length());
    return values;
  }

  private RoaringBitmap bitmap(Line line, int from) throws IOException {
    RoaringBitmap bitmap = new RoaringBitmap();
    bitmap.deserialize(file.slice(line.start() + from, line.length() - from));
    return bitmap;
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

  private int crc(int from, int to) {
    CRC32C crc = new CRC32C();
    crc.update(file.array(), from, to - from);
    return (int) crc.getValue();
  }

  private List<String> strings() {
    List<String> strings = new ArrayList<>();
    for (int left = file.getInt(); left > 0; left--) {
      strings.add(string());
    }
    return strings;
  }

  private String string() {
    return new String(bytes(file.getInt()), StandardCharsets.UTF_8);
  }

  private byte[] bytes(int length) {
    byte[] bytes = new byte[length];
    file.get(bytes);
    return bytes;
  }

  private long[] longs(int count) {
    long[] longs = new long[count];
    Arrays.setAll(longs, _ -> file.getLong());
    return longs;
  }

  private String text(int from, int length) {
    return new String(file.array(), from, length, StandardCharsets.UTF_8);
  }
}
