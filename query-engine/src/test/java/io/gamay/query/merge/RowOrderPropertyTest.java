package io.gamay.query.merge;

import static org.assertj.core.api.Assertions.assertThat;

import io.gamay.query.budget.QueryBudget;
import io.gamay.query.vector.SortKeyEncoder;
import io.gamay.query.vector.Vector;
import io.gamay.segment.schema.StoredType;
import io.gamay.segment.schema.Value;
import io.gamay.testkit.random.SeededRandom;
import io.gamay.testkit.random.Seeds;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RowOrderPropertyTest {

  /** What is sorted, and how. */
  private record Key(Vector values, boolean descending, boolean nullsFirst) {}

  @Test
  void firstRowsAreThoseOfTheEncodedKeysInTheirOrder() {
    Seeds.forEach(
        150,
        random -> {
          int rowCount = random.chance(0.3) ? random.between(0, 30) : random.between(0, 12_000);
          List<Key> keys = keys(random, rowCount);
          int[] rows =
              IntStream.range(0, rowCount)
                  .filter(random.chance(0.5) ? _ -> true : row -> row % 3 != 1)
                  .toArray();
          Integer[] expected = sorted(keys, rows);
          int limit = limit(random, rows.length);
          List<SortColumn> columns =
              keys.stream()
                  .map(
                      key ->
                          new SortColumn(
                              new GroupKey.Values(key.values()),
                              key.descending(),
                              key.nullsFirst()))
                  .toList();
          int[] found = new RowOrder(columns, QueryBudget.unlimited()).first(rows.clone(), limit);
          assertThat(found)
              .as("%d of %d rows by %d keys", limit, rows.length, keys.size())
              .containsExactly(Arrays.copyOf(expected, Math.min(limit, rows.length)));
        });
  }

  @Test
  void memoryIsGivenBack() {
    QueryBudget budget = QueryBudget.unlimited();
    Vector values = Vector.of(StoredType.LONG);
    for (int row = 0; row < 10_000; row++) {
      values.appendLong(row * 31L % 10_000);
    }
    int[] rows = IntStream.range(0, 10_000).toArray();
    var order =
        new RowOrder(List.of(new SortColumn(new GroupKey.Values(values), false, false)), budget);
    assertThat(values.longs()[order.first(rows, 3)[2]]).isEqualTo(2);
    assertThat(values.longs()[order.first(rows, 10_000)[9_999]]).isEqualTo(9_999);
    assertThat(budget.memoryBytes()).isZero();
  }

  private static int limit(SeededRandom random, int rowCount) {
    return switch (random.between(0, 3)) {
      case 0 -> Integer.MAX_VALUE;
      case 1 -> random.between(0, 12);
      default -> random.between(0, rowCount);
    };
  }

  /** The last one tells all rows apart. */
  private static List<Key> keys(SeededRandom random, int rowCount) {
    List<Key> keys = new ArrayList<>();
    while (random.chance(0.7)) {
      keys.add(
          new Key(
              values(random, random.oneOf(List.of(StoredType.values())), rowCount),
              random.chance(0.5),
              random.chance(0.5)));
    }
    Vector numbers = Vector.of(StoredType.LONG);
    long factor = random.chance(0.5) ? 1 : Long.MAX_VALUE / Math.max(1, rowCount);
    for (int row = 0; row < rowCount; row++) {
      numbers.appendLong(factor * (row * 7919L % Math.max(1, rowCount)) + row % 3);
    }
    if (IntStream.range(0, rowCount).mapToLong(row -> numbers.longs()[row]).distinct().count()
        < rowCount) {
      numbers.clear();
      IntStream.range(0, rowCount).forEach(numbers::appendLong);
    }
    keys.add(new Key(numbers, random.chance(0.5), false));
    return keys;
  }

  private static Vector values(SeededRandom random, StoredType type, int rowCount) {
    Vector values = Vector.of(type);
    double nulls = random.chance(0.5) ? 0 : random.chance(0.5) ? 0.02 : 0.6;
    int distinct = random.chance(0.5) ? random.between(1, 20) : Integer.MAX_VALUE;
    String prefix = "p".repeat(random.between(0, 30));
    List<Value> known = new ArrayList<>();
    for (int row = 0; row < rowCount; row++) {
      if (random.chance(nulls)) {
        values.appendNull();
        continue;
      }
      if (known.size() < distinct) {
        known.add(value(random, type, prefix));
      }
      values.append(known.size() < distinct ? known.getLast() : random.oneOf(known));
    }
    return values;
  }

  private static Value value(SeededRandom random, StoredType type, String prefix) {
    return switch (type) {
      case INT -> new Value.IntValue(random.anyInt());
      case LONG -> new Value.LongValue(random.anyLong());
      case FLOAT -> new Value.FloatValue(random.anyFloat());
      case DOUBLE -> new Value.DoubleValue(random.anyDouble());
      case STRING -> new Value.StringValue(prefix + random.anyString(20));
      case BYTES -> {
        byte[] bytes = new byte[random.between(0, 20)];
        for (int index = 0; index < bytes.length; index++) {
          bytes[index] = (byte) (random.chance(0.5) ? 0 : random.between(-128, 127));
        }
        yield new Value.BytesValue(bytes);
      }
      case BIG_DECIMAL -> new Value.BigDecimalValue(random.anyDecimal(25));
    };
  }

  private static Integer[] sorted(List<Key> keys, int[] rows) {
    SortKeyEncoder encoder = new SortKeyEncoder();
    byte[][] encoded = new byte[Arrays.stream(rows).max().orElse(0) + 1][];
    for (int row : rows) {
      encoder.clear();
      keys.forEach(key -> encoder.add(key.values(), row, key.descending(), key.nullsFirst()));
      encoded[row] = encoder.copy();
    }
    return Arrays.stream(rows)
        .boxed()
        .sorted((a, b) -> Arrays.compareUnsigned(encoded[a], encoded[b]))
        .toArray(Integer[]::new);
  }
}
