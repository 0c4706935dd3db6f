package io.gamay.cluster.segment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gamay.cluster.layout.ClusterJson;
import io.gamay.segment.schema.StoredType;
import io.gamay.segment.schema.Value;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PartitionFunctionTest {

  /** The published vectors of the 32-bit hash. */
  @ParameterizedTest
  @CsvSource({
    "'', 0, 0",
    "'', 1, 514e28b7",
    "'', ffffffff, 81f16f39",
    "test, 0, ba6bd213",
    "test, 9747b28c, 704b81dc",
    "'Hello, world!', 0, c0363e43",
    "'Hello, world!', 9747b28c, 24884cba",
    "The quick brown fox jumps over the lazy dog, 0, 2e4ff723",
    "aaaa, 9747b28c, 5a97808a",
    "aaa, 9747b28c, 283e0130",
    "aa, 9747b28c, 5d211726",
    "a, 9747b28c, 7fa09ea6",
  })
  void murmur3GivesThePublishedHashes(String text, String seed, String hash) {
    assertThat(
            Hashes.murmur3(
                text.getBytes(StandardCharsets.UTF_8), Integer.parseUnsignedInt(seed, 16)))
        .isEqualTo(Integer.parseUnsignedInt(hash, 16));
  }

  /** What Kafka's own tests expect of its partitioner's hash. */
  @ParameterizedTest
  @CsvSource({
    "21, -973932308",
    "foobar, -790332482",
    "a-little-bit-long-string, -985981536",
    "a-little-bit-longer-string, -1486304829",
    "lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8, -58897971",
    "abc, 479470107",
  })
  void murmurIsTheHashOfKafkasPartitioner(String text, int hash) {
    assertThat(Hashes.murmur2(text.getBytes(StandardCharsets.UTF_8))).isEqualTo(hash);
    assertThat(PartitionFunction.of("Murmur", 7).partitionOf(new Value.StringValue(text)))
        .hasValue((hash & 0x7fffffff) % 7);
  }

  @Test
  void moduloIsNeverNegative() {
    PartitionFunction function = PartitionFunction.of("Modulo", 5);
    assertThat(function.partitionOf(new Value.IntValue(-1))).hasValue(4);
    assertThat(function.partitionOf(new Value.LongValue(-10))).hasValue(0);
    assertThat(function.partitionOf(new Value.LongValue(Long.MIN_VALUE))).hasValue(2);
    assertThat(function.partitionOf(new Value.LongValue(Long.MAX_VALUE))).hasValue(2);
  }

  @Test
  void hashCodeIsThatOfTheTextAndItsLeastValueCountsAsZero() {
    PartitionFunction function = PartitionFunction.of("HashCode", 10);
    assertThat(function.partitionOf(new Value.StringValue("abc"))).hasValue(96354 % 10);
    assertThat(function.partitionOf(new Value.IntValue(12))).hasValue("12".hashCode() % 10);
    assertThat("polygenelubricants".hashCode()).isEqualTo(Integer.MIN_VALUE);
    assertThat(function.partitionOf(new Value.StringValue("polygenelubricants"))).hasValue(0);
  }

  @Test
  void bytesCountAsTheirHexadecimalDigitsUnlessTheyAreToCountAsThemselves() {
    Value bytes = new Value.BytesValue("abc".getBytes(StandardCharsets.UTF_8));
    assertThat(PartitionFunction.of("Murmur", 9).partitionOf(bytes))
        .isEqualTo(PartitionFunction.of("Murmur", 9).partitionOf(new Value.StringValue("616263")));
    assertThat(new PartitionFunction("Murmur", 9, 0, true).partitionOf(bytes))
        .isEqualTo(PartitionFunction.of("Murmur", 9).partitionOf(new Value.StringValue("abc")));
  }

  @Test
  void valuesThatAreEqualInSeveralTextsHaveNoPartition() {
    for (String name : PartitionFunction.NAMES) {
      PartitionFunction function = PartitionFunction.of(name, 3);
      assertThat(function.takes(StoredType.DOUBLE)).isFalse();
      assertThat(function.partitionOf(new Value.DoubleValue(1))).isEmpty();
      assertThat(function.takes(StoredType.LONG)).isTrue();
    }
    assertThat(PartitionFunction.of("Modulo", 3).partitionOf(new Value.StringValue("1"))).isEmpty();
  }

  @Test
  void functionOfANewerVersionIsReadAndExcludesNothing() {
    String json =
        "{\"function\": {\"name\": \"Fnv\", \"count\": 8, \"seed\": 0, \"rawBytes\": false},"
            + " \"ids\": [1]}";
    PartitionsSeen seen =
        ClusterJson.read(json.getBytes(StandardCharsets.UTF_8), PartitionsSeen.class);
    for (int value = 0; value < 20; value++) {
      assertThat(seen.mightContain(new Value.IntValue(value))).isTrue();
    }
  }

  @Test
  void onlyValuesOfPartitionsSeenMightBeThere() {
    PartitionsSeen seen = new PartitionsSeen(PartitionFunction.of("Modulo", 4), Set.of(1, 3));
    assertThat(seen.mightContain(new Value.IntValue(5))).isTrue();
    assertThat(seen.mightContain(new Value.IntValue(4))).isFalse();
  }

  @Test
  void thereIsNoFunctionIntoNoPartition() {
    assertThatThrownBy(() -> PartitionFunction.of("Murmur", 0))
        .hasMessage("Murmur into 0 partitions");
  }
}
