package io.gamay.cluster.segment;

import io.gamay.segment.schema.StoredType;
import io.gamay.segment.schema.Value;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * A function from a column's value to a partition in [0, count), of those that producers use. Text
 * and numbers count as their text in UTF-8, bytes as theirs in lower-case hexadecimal digits.
 *
 * @param name one of {@link #NAMES}; another one, of a newer version, is kept and says nothing
 * @param seed of Murmur3
 * @param rawBytes whether bytes count as themselves
 */
public record PartitionFunction(String name, int count, int seed, boolean rawBytes) {

  /** The hash that Kafka's default partitioner takes of a key. */
  public static final String MURMUR = "Murmur";

  public static final String MURMUR3 = "Murmur3";
  public static final String MODULO = "Modulo";

  /** Of the text, as {@link String#hashCode()} has it. */
  public static final String HASH_CODE = "HashCode";

  public static final List<String> NAMES = List.of(MURMUR, MURMUR3, MODULO, HASH_CODE);

  public PartitionFunction {
    if (count < 1) {
      throw new IllegalArgumentException("%s into %d partitions".formatted(name, count));
    }
  }

  public static PartitionFunction of(String name, int count) {
    return new PartitionFunction(name, count, 0, false);
  }

  /** Whether values of a type have a partition. */
  public boolean takes(StoredType type) {
    return switch (type) {
      case INT, LONG -> NAMES.contains(name);
      case STRING, BYTES -> NAMES.contains(name) && !name.equals(MODULO);
      case FLOAT, DOUBLE, BIG_DECIMAL -> false;
    };
  }

  /** Empty if the function is not known here, or values of that type have no partition. */
  public OptionalInt partitionOf(Value value) {
    if (!takes(value.storedType())) {
      return OptionalInt.empty();
    }
    return switch (name) {
      case MURMUR -> hashed(Hashes.murmur2(bytesOf(value)));
      case MURMUR3 -> hashed(Hashes.murmur3(bytesOf(value), seed));
      case MODULO -> OptionalInt.of((int) Math.floorMod(numberOf(value), (long) count));
      case HASH_CODE -> {
        int hash = textOf(value).orElseThrow().hashCode();
        yield OptionalInt.of((hash == Integer.MIN_VALUE ? 0 : Math.abs(hash)) % count);
      }
      default -> OptionalInt.empty();
    };
  }

  private OptionalInt hashed(int hash) {
    return OptionalInt.of((hash & Integer.MAX_VALUE) % count);
  }

  private byte[] bytesOf(Value value) {
    return rawBytes && value instanceof Value.BytesValue(byte[] bytes)
        ? bytes
        : textOf(value).orElseThrow().getBytes(StandardCharsets.UTF_8);
  }

  private static long numberOf(Value value) {
    return switch (value) {
      case Value.IntValue(int number) -> number;
      case Value.LongValue(long number) -> number;
      case Value other -> throw new IllegalArgumentException(other + " is no whole number");
    };
  }

  private static Optional<String> textOf(Value value) {
    return switch (value) {
      case Value.IntValue(int number) -> Optional.of(Integer.toString(number));
      case Value.LongValue(long number) -> Optional.of(Long.toString(number));
      case Value.StringValue(String text) -> Optional.of(text);
      case Value.BytesValue(byte[] bytes) -> Optional.of(HexFormat.of().formatHex(bytes));
      case Value.FloatValue _, Value.DoubleValue _, Value.BigDecimalValue _ -> Optional.empty();
    };
  }
}
