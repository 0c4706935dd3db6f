package io.gamay.query.offset;

import io.gamay.segment.ledger.OffsetRange;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.zip.CRC32C;

/**
 * Up to where answers cover partitions, of one table or several, as a text that a client hands on.
 *
 * <p>Form: {@code o1.} and base64url without padding of: count of tables | tables, newest first |
 * CRC-32C of all before it 4 B, big-endian. A table: length of its id | id in UTF-8 | count of
 * partitions | partitions ascending. A partition: difference to the number before, less 1 (the
 * first: its number) | difference of its range's start to the one before | of its end. Numbers are
 * variable-length (7 bits a byte, lowest first), the last two zigzag-coded. Six or seven bytes a
 * partition are usual.
 *
 * @param tables newest first, each once
 */
public record OffsetToken(List<TableOffsets> tables) {

  /** A text that begins so is meant to be a token. */
  public static final String PREFIX = "o1.";

  /** Says nothing. */
  public static final OffsetToken NONE = new OffsetToken(List.of());

  /** The longest text that is read. */
  public static final int MAX_CHARACTERS = 1 << 16;

  /** A longer text loses its oldest tables; one table alone may take more. */
  static final int MAX_CARRIED_CHARACTERS = 1 << 13;

  private static final int MAX_TABLES = 256;
  private static final int CRC_BYTES = Integer.BYTES;

  public OffsetToken {
    tables = List.copyOf(tables);
  }

  public static OffsetToken of(TableOffsets table) {
    return new OffsetToken(List.of(table));
  }

  /** What it says of a table's creation. */
  public Optional<TableOffsets> of(String tableId) {
    return tables.stream().filter(table -> table.tableId().equals(tableId)).findFirst();
  }

  /**
   * With what an answer adds, in front: ends never fall. The oldest of the other tables are left
   * out where the text would get too long.
   */
  public OffsetToken with(TableOffsets answered) {
    List<TableOffsets> all = new ArrayList<>();
    all.add(of(answered.tableId()).map(answered::furthest).orElse(answered));
    tables.stream()
        .filter(table -> !table.tableId().equals(answered.tableId()))
        .limit(MAX_TABLES - 1)
        .forEach(all::add);
    OffsetToken token = new OffsetToken(all);
    while (token.tables.size() > 1 && token.text().length() > MAX_CARRIED_CHARACTERS) {
      token = new OffsetToken(token.tables.subList(0, token.tables.size() - 1));
    }
    return token;
  }

  public String text() {
    Output out = new Output();
    out.number(tables.size());
    tables.forEach(table -> write(table, out));
    return PREFIX + Base64.getUrlEncoder().withoutPadding().encodeToString(out.finish());
  }

  /**
   * @throws MalformedTokenException if it is not a whole token
   */
  public static OffsetToken parse(String text) throws MalformedTokenException {
    if (!text.startsWith(PREFIX)) {
      throw new MalformedTokenException("it does not begin with " + PREFIX);
    }
    if (text.length() > MAX_CHARACTERS) {
      throw new MalformedTokenException(
          "it has %d characters, more than %d".formatted(text.length(), MAX_CHARACTERS));
    }
    byte[] bytes;
    try {
      bytes = Base64.getUrlDecoder().decode(text.substring(PREFIX.length()));
    } catch (IllegalArgumentException e) {
      throw new MalformedTokenException("it is not base64url");
    }
    ByteBuffer body = checked(bytes);
    try {
      OffsetToken token = new OffsetToken(readTables(body));
      if (body.hasRemaining()) {
        throw new MalformedTokenException("it is longer than what it says");
      }
      return token;
    } catch (BufferUnderflowException | IllegalArgumentException | ArithmeticException e) {
      throw new MalformedTokenException("it says what cannot be");
    }
  }

  private static ByteBuffer checked(byte[] bytes) throws MalformedTokenException {
    int length = bytes.length - CRC_BYTES;
    CRC32C crc = new CRC32C();
    crc.update(bytes, 0, Math.max(0, length));
    if (length < 0 || ByteBuffer.wrap(bytes).getInt(length) != (int) crc.getValue()) {
      throw new MalformedTokenException("it was cut off or changed: its checksum does not fit");
    }
    return ByteBuffer.wrap(bytes, 0, length);
  }

  private static void write(TableOffsets table, Output out) {
    byte[] id = table.tableId().getBytes(StandardCharsets.UTF_8);
    out.number(id.length);
    out.bytes(id);
    out.number(table.ranges().size());
    int partition = -1;
    OffsetRange before = new OffsetRange(0, 0);
    for (var entry : table.ranges().entrySet()) {
      out.number((long) entry.getKey() - partition - 1);
      out.difference(entry.getValue().start() - before.start());
      out.difference(entry.getValue().end() - before.end());
      partition = entry.getKey();
      before = entry.getValue();
    }
  }

  private static List<TableOffsets> readTables(ByteBuffer in) {
    int count = size(in);
    List<TableOffsets> tables = new ArrayList<>();
    Set<String> ids = new HashSet<>();
    for (int table = 0; table < count; table++) {
      TableOffsets read = readTable(in);
      if (!ids.add(read.tableId())) {
        throw new IllegalArgumentException("table twice");
      }
      tables.add(read);
    }
    return tables;
  }

  private static TableOffsets readTable(ByteBuffer in) {
    int length = size(in);
    if (length > in.remaining()) {
      throw new BufferUnderflowException();
    }
    byte[] id = new byte[length];
    in.get(id);
    int count = size(in);
    NavigableMap<Integer, OffsetRange> ranges = new TreeMap<>();
    int partition = -1;
    OffsetRange before = new OffsetRange(0, 0);
    for (int read = 0; read < count; read++) {
      partition = Math.addExact(partition + 1, size(in));
      long start = before.start() + difference(in);
      before = new OffsetRange(start, before.end() + difference(in));
      ranges.put(partition, before);
    }
    return new TableOffsets(new String(id, StandardCharsets.UTF_8), ranges);
  }

  private static int size(ByteBuffer in) {
    int size = Math.toIntExact(number(in));
    if (size < 0) {
      throw new IllegalArgumentException("size below 0");
    }
    return size;
  }

  private static long difference(ByteBuffer in) {
    long coded = number(in);
    return (coded >>> 1) ^ -(coded & 1);
  }

  private static long number(ByteBuffer in) {
    long number = 0;
    for (int shift = 0; shift < Long.SIZE; shift += 7) {
      byte next = in.get();
      number |= (long) (next & 0x7f) << shift;
      if (next >= 0) {
        return number;
      }
    }
    throw new IllegalArgumentException("number of more than 64 bits");
  }

  /** Bytes that are written. */
  private static final class Output {

    private ByteBuffer out = ByteBuffer.allocate(256);

    void number(long number) {
      require(10);
      long rest = number;
      while ((rest & ~0x7fL) != 0) {
        out.put((byte) (rest | 0x80));
        rest >>>= 7;
      }
      out.put((byte) rest);
    }

    void difference(long difference) {
      number((difference << 1) ^ (difference >> (Long.SIZE - 1)));
    }

    void bytes(byte[] bytes) {
      require(bytes.length);
      out.put(bytes);
    }

    byte[] finish() {
      CRC32C crc = new CRC32C();
      crc.update(out.array(), 0, out.position());
      require(CRC_BYTES);
      out.putInt((int) crc.getValue());
      byte[] bytes = new byte[out.position()];
      out.flip().get(bytes);
      return bytes;
    }

    private void require(int more) {
      if (out.remaining() < more) {
        ByteBuffer larger = ByteBuffer.allocate(2 * out.capacity() + more);
        larger.put(out.flip());
        out = larger;
      }
    }
  }
}
