package io.gamay.query.function;

import static org.assertj.core.api.Assertions.assertThat;

import io.gamay.segment.schema.Value;
import io.gamay.testkit.random.Seeds;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
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

  /**
   * Rows of the table that the reference is tested with: length, hash of 64 bits, with one seed,
   * with two, both halves of 128 bits, hash of 32 bits; of the bytes from length * length on.
   */
  @ParameterizedTest
  @CsvSource({
    "0, 9ae16a3b2f90404f, 75106db890237a4a, 3feac5f636039766, 3df09dfc64c09a2b, 3cb540c392e51e29,"
        + " dc56d17a",
    "1, 541150e87f415e96, 1aef0d24b3148a1a, bacc300e1e82345a, c3cdc41e1df33513, 2c138ff2596d42f6,"
        + " 99929334",
    "2, 0f3786a4b25827c1, 34ee1a2bf767bd1c, 2f15ca2ebfb631f2, 3149ba1dac77270d, 070e2e076e30703c,"
        + " 4252edb7",
    "4, 11df592596f41d88, 843ec0bce9042f9c, cce2ea1e08b1eb30, 4d09e42f09cc3495, 666236631b9f253b,"
        + " 26f2b463",
    "5, 831f448bdc5600b3, 62a24be3120a6919, 1b44098a41e010da, 0dc07df53b949c6b, d2b11b2081aeb002,"
        + " b042c047",
    "12, e3f6828b6017086d, 21b4d1900554b3b0, bef38be1809e24f1, d93251758985ee6c, 32a9e9f82ba2a932,"
        + " 894a52ef",
    "15, 44473e03be306c88, 30097761f872472a, 9fd1b669bfad82d7, 3bab18b164396783, 047e385ff9d4c06f,"
        + " 13e1978e",
    "17, 6abbfde37ee03b5b, 83febf188d2cc113, cda7b62d94d5b8ee, a4375590b8ae7c82, 168fd42f9ecae4ff,"
        + " b6b06e40",
    "23, bbd7f30ac310a6f3, b23b570d2666685f, fb13fb08c9814fe7, 4ee107042e512374, 1e2c8c0d16097e13,"
        + " 3360e827",
    "33, c5dc19b876d37a80, 15ffcff666cfd710, e8c30c72003103e2, 7870765b470b2c5d, 078a9103ff960d82,"
        + " 31d13d6d",
    "64, e88419922b87176f, bcf32f41a7ddbf6f, d6ebefd8085c1a0f, d1d44fe99451ef72, ec951ba8e51e3545,"
        + " 9c9cfe88",
    "65, 105191e0ec8f7f60, 5918dbfcca971e79, 6b285c8a944767b9, d3e86ac4f5eccfa4, 0e5399df2b106ca1,"
        + " b70a6ddd",
    "171, aa2d6cf22e3cc252, 9b4dec4f5e179f16, 76fb0fba1d99a99a, 9a62af3dbba140da,"
        + " 27857ea044e9dfc1, 3deadf12",
    "268, 74cba303e2dd9d6d, 692699b83289fad1, dfb9aa7874678480, 751390a8a5c41bdc,"
        + " 06ee5fbf87605d34, 53467e16"
  })
  void cityHashIsTheReferences(
      int length,
      String hash,
      String seeded,
      String twice,
      String low,
      String high,
      String hash32) {
    byte[] bytes = Arrays.copyOfRange(cityHashBytes(), length * length, length * length + length);
    long seed = 1234567;

    assertThat(TestCall.value("city_hash64", (Object) bytes)).isEqualTo(hex64(hash));
    assertThat(TestCall.value("city_hash64", bytes, seed)).isEqualTo(hex64(seeded));
    assertThat(TestCall.value("city_hash64", bytes, seed, CITY_PRIME)).isEqualTo(hex64(twice));
    assertThat(HexFormat.of().formatHex(TestCall.bytes("city_hash128", (Object) bytes)))
        .isEqualTo(low + high);
    assertThat(TestCall.value("city_hash32", (Object) bytes))
        .contains(new Value.LongValue(HexFormat.fromHexDigits(hash32)));
  }

  private static final long CITY_PRIME = 0xc3a5c85c97cb3127L;

  /** The bytes that the reference's test makes, as far as they are needed here. */
  private static byte[] cityHashBytes() {
    byte[] bytes = new byte[300 * 300];
    long a = 9;
    long b = 777;
    for (int index = 0; index < bytes.length; index++) {
      a += b;
      b += a;
      a = (a ^ a >>> 41) * CITY_PRIME;
      b = (b ^ b >>> 41) * CITY_PRIME + index;
      bytes[index] = (byte) (b >>> 37);
    }
    return bytes;
  }

  @Test
  void hashOfTextIsThatOfItsBytes() {
    for (String function : List.of("city_hash32", "city_hash64", "city_hash128", "crc32", "md5")) {
      assertThat(TestCall.value(function, "straße"))
          .isEqualTo(TestCall.value(function, (Object) "straße".getBytes(StandardCharsets.UTF_8)));
    }
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
