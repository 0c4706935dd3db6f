package io.gamay.query.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gamay.segment.schema.StoredType;
import io.gamay.segment.schema.Value;
import io.gamay.testkit.random.SeededRandom;
import io.gamay.testkit.random.Seeds;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class IdSetPropertyTest {

  @Test
  void aSetIsReadAsItWasWritten() {
    Seeds.forEach(
        200,
        random -> {
          StoredType type = random.oneOf(List.of(StoredType.values()));
          Set<Value> values = new HashSet<>();
          int count = random.between(0, 50);
          for (int index = 0; index < count; index++) {
            values.add(value(random, type));
          }
          IdSet read = IdSet.parse(new IdSet(type, List.copyOf(values)).text());
          assertThat(new HashSet<>(read.values())).isEqualTo(values);
          assertThat(read.values()).hasSameSizeAs(values);
          if (!values.isEmpty()) {
            assertThat(read.type()).isEqualTo(type);
          }
        });
  }

  @Test
  void textThatIsCutIsRefused() {
    Seeds.forEach(
        200,
        random -> {
          StoredType type = random.oneOf(List.of(StoredType.values()));
          byte[] whole =
              Base64.getDecoder().decode(new IdSet(type, List.of(value(random, type))).text());
          byte[] cut = Arrays.copyOf(whole, random.nextInt(whole.length));
          assertThatThrownBy(() -> IdSet.parse(Base64.getEncoder().encodeToString(cut)))
              .isInstanceOf(IllegalArgumentException.class);
        });
  }

  @Test
  void garbageIsReadOrRefused() {
    Seeds.forEach(
        200,
        random -> {
          byte[] bytes = new byte[random.between(1, 40)];
          for (int index = 0; index < bytes.length; index++) {
            bytes[index] = (byte) random.nextInt(index == 0 ? 30 : 256);
          }
          try {
            assertThat(IdSet.parse(Base64.getEncoder().encodeToString(bytes))).isNotNull();
          } catch (IllegalArgumentException refused) {
            assertThat(refused).hasMessageContaining("id set");
          }
        });
  }

  private static Value value(SeededRandom random, StoredType type) {
    return switch (type) {
      case INT -> new Value.IntValue(random.anyInt());
      case LONG -> new Value.LongValue(random.anyLong());
      case FLOAT -> new Value.FloatValue(random.between(-100, 100) / 3f);
      case DOUBLE -> new Value.DoubleValue(random.nextDouble());
      case STRING -> new Value.StringValue(random.anyString(10));
      case BYTES -> new Value.BytesValue(new byte[] {(byte) random.nextInt(256)});
      case BIG_DECIMAL -> new Value.BigDecimalValue(BigDecimal.valueOf(random.between(-99, 99), 1));
    };
  }
}
