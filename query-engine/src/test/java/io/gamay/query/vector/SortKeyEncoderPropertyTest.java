package io.gamay.query.vector;

import static org.assertj.core.api.Assertions.assertThat;

import io.gamay.segment.schema.StoredType;
import io.gamay.segment.schema.Value;
import io.gamay.testkit.random.SeededRandom;
import io.gamay.testkit.random.Seeds;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class SortKeyEncoderPropertyTest {

  @Test
  void bytesAreInTheOrderOfTheValuesAlsoInFrontOfAnotherKey() {
    Seeds.forEach(
        30_000,
        random -> {
          StoredType type = random.oneOf(List.of(StoredType.values()));
          Value a = Vector.canonical(value(random, type));
          Value b = random.chance(0.1) ? a : Vector.canonical(value(random, type));
          boolean descending = random.chance(0.5);
          int tieA = random.anyInt();
          int tieB = random.anyInt();
          int order = a.compareTo(b);
          int expected = order == 0 ? Integer.compare(tieA, tieB) : descending ? -order : order;
          assertThat(
                  Integer.signum(
                      Arrays.compareUnsigned(key(a, descending, tieA), key(b, descending, tieB))))
              .as("%s and %s, descending %s", a, b, descending)
              .isEqualTo(Integer.signum(expected));
        });
  }

  @Test
  void nullsStandWhereTheyAreToldInBothDirections() {
    Vector values = Vector.of(StoredType.INT);
    values.appendNull();
    values.appendLong(Integer.MIN_VALUE);
    values.appendLong(Integer.MAX_VALUE);
    for (boolean descending : new boolean[] {false, true}) {
      for (int row = 1; row < 3; row++) {
        assertThat(
                Arrays.compareUnsigned(
                    key(values, 0, descending, true), key(values, row, descending, true)))
            .isNegative();
        assertThat(
                Arrays.compareUnsigned(
                    key(values, 0, descending, false), key(values, row, descending, false)))
            .isPositive();
      }
    }
  }

  private static byte[] key(Vector values, int row, boolean descending, boolean nullsFirst) {
    SortKeyEncoder encoder = new SortKeyEncoder();
    encoder.add(values, row, descending, nullsFirst);
    return encoder.copy();
  }

  private static byte[] key(Value value, boolean descending, int tie) {
    Vector vector = Vector.of(value.storedType());
    vector.append(value);
    SortKeyEncoder encoder = new SortKeyEncoder();
    encoder.add(vector, 0, descending, false);
    encoder.addInt(tie);
    return encoder.copy();
  }

  private static Value value(SeededRandom random, StoredType type) {
    return switch (type) {
      case INT -> new Value.IntValue(random.anyInt());
      case LONG -> new Value.LongValue(random.anyLong());
      case FLOAT -> new Value.FloatValue(random.anyFloat());
      case DOUBLE -> new Value.DoubleValue(random.anyDouble());
      case STRING -> new Value.StringValue(random.anyString(4));
      case BYTES -> new Value.BytesValue(random.anyBytes(4));
      case BIG_DECIMAL -> new Value.BigDecimalValue(random.anyDecimal(6));
    };
  }
}
