package io.gamay.segment.dictionary;

import static org.assertj.core.api.Assertions.assertThat;

import io.gamay.segment.read.BytesBlock;
import io.gamay.segment.read.DictionaryReader;
import io.gamay.segment.schema.StoredType;
import io.gamay.segment.schema.Value;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class CollectedBytesTest {

  private final Random random = new Random(3);

  @Test
  void valuesAreGivenWholeAcrossBlocks() throws IOException {
    List<byte[]> values = new ArrayList<>();
    for (int length : new int[] {0, 1, 65_535, 65_536, 65_537, 0, 200_000, 32_768, 32_768, 5, 0}) {
      byte[] value = new byte[length];
      random.nextBytes(value);
      values.add(value);
    }
    try (Arena arena = Arena.ofConfined()) {
      List<byte[]> given = new ArrayList<>();
      collect(values, arena)
          .forEach((bytes, from, to) -> given.add(Arrays.copyOfRange(bytes, from, to)));
      assertThat(given).hasSameSizeAs(values);
      for (int index = 0; index < values.size(); index++) {
        assertThat(Arrays.equals(given.get(index), values.get(index))).isTrue();
      }
    }
  }

  @Test
  void mismatchIsThatOfTheBytesFromAnyPlaceToAny() {
    List<byte[]> values = new ArrayList<>();
    for (int index = 0; index < 60; index++) {
      byte[] value = new byte[random.nextInt(200)];
      if (random.nextInt(10) == 0) {
        value = Arrays.copyOf(value, 3);
      }
      if (value.length > 0 && random.nextBoolean()) {
        value[random.nextInt(value.length)] = (byte) random.nextInt();
      }
      values.add(value);
    }
    try (Arena arena = Arena.ofConfined()) {
      CollectedBytes collected = collect(values, arena);
      for (int left = 0; left < values.size(); left++) {
        for (int right = 0; right < values.size(); right++) {
          int to = Math.min(values.get(left).length, values.get(right).length);
          for (int from : new int[] {0, 1, 7, 8, 9, 63, 64, 65, to}) {
            if (from <= to) {
              int found = Arrays.mismatch(values.get(left), from, to, values.get(right), from, to);
              assertThat(collected.mismatch(left, right, from, to))
                  .isEqualTo(found < 0 ? to : from + found);
            }
          }
        }
      }
    }
  }

  private static CollectedBytes collect(List<byte[]> values, Arena arena) {
    return CollectedBytes.of(
        new Listed(values), IntStream.range(0, values.size()).toArray(), arena);
  }

  /** Values by their position in a list. */
  private record Listed(List<byte[]> values) implements DictionaryReader {

    @Override
    public StoredType storedType() {
      return StoredType.BYTES;
    }

    @Override
    public int cardinality() {
      return values.size();
    }

    @Override
    public boolean isSorted() {
      return false;
    }

    @Override
    public void appendBytes(int dictId, BytesBlock out) {
      byte[] value = values.get(dictId);
      int at = out.append(value.length);
      System.arraycopy(value, 0, out.bytes(), at, value.length);
    }

    @Override
    public Value valueAt(int dictId) {
      return new Value.BytesValue(values.get(dictId));
    }

    @Override
    public int intAt(int dictId) {
      throw new UnsupportedOperationException();
    }

    @Override
    public long longAt(int dictId) {
      throw new UnsupportedOperationException();
    }

    @Override
    public float floatAt(int dictId) {
      throw new UnsupportedOperationException();
    }

    @Override
    public double doubleAt(int dictId) {
      throw new UnsupportedOperationException();
    }

    @Override
    public int indexOf(Value value) {
      throw new UnsupportedOperationException();
    }
  }
}
