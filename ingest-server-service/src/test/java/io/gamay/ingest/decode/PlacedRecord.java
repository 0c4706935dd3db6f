package io.gamay.ingest.decode;

import io.gamay.testkit.random.SeededRandom;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/** A record and where it lies: {@code source[from, to)}. */
record PlacedRecord(byte[] source, int from, int to) {

  /** What would complete a record that was cut, or prolong its last value. */
  private static final List<String> NEIGHBOURS =
      List.of(
          "}",
          "]}",
          "\"}",
          "\"]}",
          "0}",
          "1,",
          ".5}",
          "e5}",
          "ull}",
          "rue}",
          "alse}",
          ":1}",
          ",",
          ",\"s1\":\"x\"}",
          "\"",
          "\\",
          "\\u00",
          "{",
          "[",
          "[1,1,1,1,1,1,1,1,1",
          " ",
          "\n",
          "\r\n",
          "\u0000",
          "\u0002",
          "\u00e9",
          "12345678901234567890",
          "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa");

  static PlacedRecord alone(byte[] record) {
    return new PlacedRecord(record, 0, record.length);
  }

  /** Among bytes that are no part of it and look as if they were. */
  static PlacedRecord amongOthers(byte[] record, SeededRandom random) {
    return amongOthers(record, new byte[0], random);
  }

  /**
   * @param behind what follows first
   */
  static PlacedRecord amongOthers(byte[] record, byte[] behind, SeededRandom random) {
    ByteArrayOutputStream source = new ByteArrayOutputStream();
    source.writeBytes(neighbours(record, random));
    int from = source.size();
    source.writeBytes(record);
    source.writeBytes(behind);
    source.writeBytes(neighbours(record, random));
    return new PlacedRecord(source.toByteArray(), from, from + record.length);
  }

  /** None, fewer than a decoder may look ahead, or more. */
  private static byte[] neighbours(byte[] record, SeededRandom random) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    int length = random.oneOf(List.of(0, 1, 15, 31, 32, 33, 100));
    while (bytes.size() < length) {
      switch (random.nextInt(8)) {
        case 0 -> bytes.writeBytes(random.anyBytes(12));
        case 1 -> bytes.writeBytes(record);
        case 2 -> {
          int start = random.nextInt(record.length + 1);
          bytes.write(record, start, record.length - start);
        }
        case 3 -> bytes.write(random.nextInt(0x80, 0x100));
        default -> bytes.writeBytes(random.oneOf(NEIGHBOURS).getBytes(StandardCharsets.UTF_8));
      }
    }
    byte[] all = bytes.toByteArray();
    return random.chance(0.5) ? all : Arrays.copyOf(all, length);
  }

  DecodeOutcome decode(RecordDecoder decoder, FieldWriter[] columns) {
    return decoder.decode(source, from, to, columns);
  }
}
