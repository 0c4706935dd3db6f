package io.gamay.query.function;

import static org.assertj.core.api.Assertions.assertThat;

import io.gamay.segment.schema.Value;
import io.gamay.testkit.random.Seeds;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Optional;
import java.util.UUID;
import org.apache.datasketches.hash.MurmurHash3;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HashFunctionsTest {

  /** The values that Kafka's partitioner is tested with. */
  @ParameterizedTest
  @CsvSource({
    "21, -973932308",
    "foobar, -790332482",
    "a-little-bit-long-string, -985981536",
    "a-little-bit-longer-string, -1486304829",
    "lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8, -58897971",
    "abc, 479470107"
  })
  void murmurHash2IsKafkas(String text, int hash) {
    assertThat(TestCall.value("murmur_hash2", text)).contains(new Value.IntValue(hash));
    assertThat(TestCall.value("murmur2", (Object) text.getBytes(StandardCharsets.UTF_8)))
        .contains(new Value.IntValue(hash));
  }

  /** Values that the reference implementation is known to give. */
  @ParameterizedTest
  @CsvSource({
    "'', 0, 00000000",
    "'', 1, 514e28b7",
    "'', -1, 81f16f39",
    "test, 0, ba6bd213",
    "'Hello, world!', 0, c0363e43",
    "The quick brown fox jumps over the lazy dog, 0, 2e4ff723"
  })
  void murmurHash3IsTheReferences(String text, int seed, String hash) {
    assertThat(TestCall.value("murmur_hash3_bit32", text, seed))
        .contains(new Value.IntValue(HexFormat.fromHexDigits(hash)));
    if (seed == 0) {
      assertThat(TestCall.value("murmur3_32", text))
          .contains(new Value.IntValue(HexFormat.fromHexDigits(hash)));
    }
  }

  @Test
  void wideMurmurHash3IsThatOfDataSketches() {
    Seeds.forEach(
        500,
        random -> {
          byte[] bytes = new byte[random.between(1, 70)];
          random.nextBytes(bytes);
          int seed = random.between(0, Integer.MAX_VALUE);
          long[] expected = MurmurHash3.hash(bytes, seed);
          assertThat(TestCall.value("murmur_hash3_bit64", bytes, seed))
              .contains(new Value.LongValue(expected[0]));
          ByteBuffer whole =
              ByteBuffer.wrap(TestCall.bytes("murmur_hash3_bit128", bytes, seed))
                  .order(ByteOrder.LITTLE_ENDIAN);
          assertThat(whole.getLong()).isEqualTo(expected[0]);
          assertThat(whole.getLong()).isEqualTo(expected[1]);
        });
  }

  /** The vectors of the hashes' own page, as far as they are known to everyone. */
  @ParameterizedTest
  @CsvSource({
    "'', 811c9dc5, 811c9dc5, cbf29ce484222325, cbf29ce484222325",
    "a, 050c5d7e, e40c292c, af63bd4c8601b7be, af63dc4c8601ec8c",
    "foobar, 31f0b262, bf9cf968, 340d8765a4dda9c2, 85944171f73967e8"
  })
  void fnvIsThatOfItsAuthors(String text, String one32, String a32, String one64, String a64) {
    assertThat(TestCall.value("fnv1_hash32", text)).isEqualTo(hex32(one32));
    assertThat(TestCall.value("fnv1a_hash32", text)).isEqualTo(hex32(a32));
    assertThat(TestCall.value("fnv1_hash64", text)).isEqualTo(hex64(one64));
    assertThat(TestCall.value("fnv1a_hash64", text)).isEqualTo(hex64(a64));
  }

  private static Optional<Value> hex32(String digits) {
    return Optional.of(new Value.IntValue(HexFormat.fromHexDigits(digits)));
  }

  private static Optional<Value> hex64(String digits) {
    return Optional.of(new Value.LongValue(HexFormat.fromHexDigitsToLong(digits)));
  }

  @Test
  void uuidsAreSixteenBytes() {
    assertThat(TestCall.value("to_uuid_bytes", "no uuid")).isEmpty();
    Seeds.forEach(
        50,
        random -> {
          String uuid = new UUID(random.nextLong(), random.nextLong()).toString();
          byte[] bytes = TestCall.bytes("to_uuid_bytes", uuid);
          assertThat(HexFormat.of().formatHex(bytes)).isEqualTo(uuid.replace("-", ""));
          assertThat(TestCall.text("from_uuid_bytes", (Object) bytes)).isEqualTo(uuid);
        });
  }
}
