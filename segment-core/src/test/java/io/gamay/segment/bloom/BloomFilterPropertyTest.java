package io.gamay.segment.bloom;

import static org.assertj.core.api.Assertions.assertThat;

import io.gamay.segment.schema.Value;
import io.gamay.testkit.random.SeededRandom;
import io.gamay.testkit.random.Seeds;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What was added passes; of what was not, no more passes than was asked for. */
class BloomFilterPropertyTest {

  /** The file format names these: docs/segment-format.md. */
  @Test
  void hashesAreThoseOfTheFormat() {
    assertThat(BloomHash.of(new Value.IntValue(7))).isEqualTo(BloomHash.ofLong(7));
    assertThat(BloomHash.ofLong(0)).isEqualTo(0xe220_a839_7b1d_cdafL);
    assertThat(BloomHash.of(new Value.DoubleValue(-0.0))).isEqualTo(BloomHash.ofLong(0));
    assertThat(BloomHash.of(new Value.FloatValue(1.0f))).isEqualTo(BloomHash.ofLong(0x3f80_0000));
    assertThat(BloomHash.of(new Value.BigDecimalValue(new BigDecimal("1.50"))))
        .isEqualTo(BloomHash.of(new Value.BigDecimalValue(new BigDecimal("1.5"))));
    assertThat(hash("")).isEqualTo(BloomHash.ofLong(0));
    assertThat(hash("DE")).isEqualTo(BloomHash.ofLong(2 ^ 0x4544));
  }

  private static long hash(String text) {
    return BloomHash.of(new Value.StringValue(text));
  }

  @Test
  void hashesOfPrefixesAndZerosDiffer() {
    Set<Long> hashes = new HashSet<>();
    byte[] zeros = new byte[100];
    byte[] text =
        "https://example.org/a/very/long/path?with=parameters&and=more"
            .getBytes(StandardCharsets.UTF_8);
    for (int length = 0; length <= zeros.length; length++) {
      hashes.add(BloomHash.ofBytes(zeros, 0, length));
    }
    for (int length = 1; length <= text.length; length++) {
      hashes.add(BloomHash.ofBytes(text, 0, length));
    }
    assertThat(hashes).hasSize(zeros.length + 1 + text.length);
  }

  @Test
  void noMoreAbsentValuesPassThanWereAskedFor() {
    Seeds.forEach(12, this::checkShare);
  }

  private void checkShare(SeededRandom random) {
    double share = random.oneOf(List.of(0.3, 0.05, 0.01, 0.001));
    int count = random.between(2_000, 60_000);
    BloomFilterWriter writer = new BloomFilterWriter(count, share);
    long salt = random.nextLong();
    for (int value = 0; value < count; value++) {
      writer.add(BloomHash.ofLong(salt + value));
    }
    int passed = 0;
    int asked = 200_000;
    for (int value = 0; value < asked; value++) {
      passed += writer.mightContain(BloomHash.ofLong(salt + count + value)) ? 1 : 0;
    }
    for (int value = 0; value < count; value++) {
      assertThat(writer.mightContain(BloomHash.ofLong(salt + value))).isTrue();
    }
    double expected = share * asked;
    assertThat((double) passed)
        .as("%d of %d at %s with %d values", passed, asked, share, count)
        .isLessThan(expected * 1.1 + 6 * Math.sqrt(expected));
  }

  @Test
  void distinctValuesAreCountedWithinAFewPercent() {
    Seeds.forEach(20, this::checkEstimate);
  }

  private void checkEstimate(SeededRandom random) {
    int rows = random.between(1, 200_000);
    int distinct = random.between(1, rows);
    DistinctEstimate estimate = new DistinctEstimate(rows);
    long salt = random.nextLong();
    for (int row = 0; row < rows; row++) {
      estimate.add(BloomHash.ofLong(salt + row % distinct));
    }
    assertThat((double) estimate.count()).isBetween(distinct * 0.95 - 20, distinct * 1.05 + 20);
  }
}
