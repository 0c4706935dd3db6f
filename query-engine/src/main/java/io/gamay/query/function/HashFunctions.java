package io.gamay.query.function;

import static io.gamay.query.function.Parameter.of;
import static io.gamay.query.function.ScalarFunction.function;

import io.gamay.query.vector.Vector;
import io.gamay.segment.schema.DataType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.function.Supplier;
import java.util.zip.Adler32;
import java.util.zip.CRC32;
import java.util.zip.CRC32C;
import java.util.zip.Checksum;

/** Digests and checksums of bytes, or of the UTF-8 bytes of texts. */
final class HashFunctions {

  private static final int KAFKA_SEED = 0x9747b28c;
  private static final int FNV_BASIS_32 = 0x811c9dc5;
  private static final int FNV_PRIME_32 = 0x01000193;
  private static final long FNV_BASIS_64 = 0xcbf29ce484222325L;
  private static final long FNV_PRIME_64 = 0x100000001b3L;

  private HashFunctions() {}

  static List<ScalarFunction> all() {
    List<ScalarFunction> all = new ArrayList<>(digests());
    addMurmur(all);
    addFnv(all);
    return all;
  }

  private static List<ScalarFunction> digests() {
    return List.of(
        digest("MD2", "MD2", "32ec01ec4a6dac72c0ab96fb34c0b5d1"),
        digest("MD5", "MD5", "0cc175b9c0f1b6a831c399e269772661"),
        digest("SHA", "SHA-1", "86f7e437faa5a7fce15d1ddcb9eaeaea377667b8"),
        digest("SHA224", "SHA-224", "abd37534c7d9a2efb9465de931cd7055ffdb8879563ae98078d6d6d5"),
        digest(
            "SHA256",
            "SHA-256",
            "ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb"),
        digest(
            "SHA512",
            "SHA-512",
            "1f40fc92da241694750979ee6cf582f2d5d7d28e18335de05abc54d0560e0f53"
                + "02860c652bf08d560252aa5e74210546f369fbbbce8c12cfc7957b2652fe9a75"),
        checksum("CRC32", "The CRC-32 checksum", CRC32::new, "-390611389"),
        checksum("CRC32C", "The CRC-32C checksum", CRC32C::new, "-1043315920"),
        checksum("ADLER32", "The Adler-32 checksum", Adler32::new, "6422626"));
  }

  /** A hash of the bytes of one value. */
  private interface Hash<T> {
    T of(byte[] bytes, int from, int end);
  }

  private static int intHash(Hash<Integer> hash, Vector values, int row) {
    return hash.of(values.bytes().bytes(), values.bytes().start(row), values.bytes().end(row));
  }

  private static long longHash(Hash<Long> hash, Vector values, int row) {
    return hash.of(values.bytes().bytes(), values.bytes().start(row), values.bytes().end(row));
  }

  private static ScalarFunction.Builder ints(String name, String doc, Hash<Integer> hash) {
    Binder binder = _ -> RowBodies.ints((a, r) -> intHash(hash, a[0], r));
    return function(name, FunctionGroup.HASH)
        .doc(doc + " as a signed INT.")
        .signature(DataType.INT, binder, of("text", ParameterType.TEXT))
        .signature(DataType.INT, binder, of("bytes", ParameterType.BYTES));
  }

  private static ScalarFunction.Builder longs(String name, String doc, Hash<Long> hash) {
    Binder binder = _ -> RowBodies.longs((a, r) -> longHash(hash, a[0], r));
    return function(name, FunctionGroup.HASH)
        .doc(doc + " as a signed LONG.")
        .signature(DataType.LONG, binder, of("text", ParameterType.TEXT))
        .signature(DataType.LONG, binder, of("bytes", ParameterType.BYTES));
  }

  private static void addMurmur(List<ScalarFunction> all) {
    all.add(
        ints(
                "MURMUR_HASH2",
                "The MurmurHash2 of 32 bits, with the seed that Kafka's partitioner has,",
                (bytes, from, end) -> MurmurHash.hash2(bytes, from, end, KAFKA_SEED))
            .alias("MURMUR2", "MURMUR_HASH2_UTF8")
            .example("MURMUR_HASH2('abc')", "479470107")
            .build());
    Parameter seed = of("seed", ParameterType.INT);
    Binder seeded =
        _ ->
            RowBodies.ints(
                (a, r) -> {
                  int number = a[1].ints()[r];
                  return intHash((b, from, end) -> MurmurHash.hash3(b, from, end, number), a[0], r);
                });
    all.add(
        ints(
                "MURMUR_HASH3_BIT32",
                "The MurmurHash3 of 32 bits (x86), of seed 0 where none is given,",
                (bytes, from, end) -> MurmurHash.hash3(bytes, from, end, 0))
            .alias("MURMUR3_32")
            .example("MURMUR_HASH3_BIT32('test')", "-1167338989")
            .signature(DataType.INT, seeded, of("text", ParameterType.TEXT), seed)
            .signature(DataType.INT, seeded, of("bytes", ParameterType.BYTES), seed)
            .build());
    Binder half = _ -> RowBodies.longs((a, r) -> wide(a, r)[0]);
    all.add(
        function("MURMUR_HASH3_BIT64", FunctionGroup.HASH)
            .doc("The lower half of the MurmurHash3 of 128 bits (x64), as a signed LONG.")
            .example("MURMUR_HASH3_BIT64('', 0)", "0")
            .signature(DataType.LONG, half, of("text", ParameterType.TEXT), seed)
            .signature(DataType.LONG, half, of("bytes", ParameterType.BYTES), seed)
            .build());
    Binder whole =
        _ ->
            RowBodies.bytes(
                (a, r) -> {
                  long[] hash = wide(a, r);
                  return ByteBuffer.allocate(2 * Long.BYTES)
                      .order(ByteOrder.LITTLE_ENDIAN)
                      .putLong(hash[0])
                      .putLong(hash[1])
                      .array();
                });
    all.add(
        function("MURMUR_HASH3_BIT128", FunctionGroup.HASH)
            .doc("The MurmurHash3 of 128 bits (x64) as BYTES.")
            .example("MURMUR_HASH3_BIT128('', 0)", "00000000000000000000000000000000")
            .signature(DataType.BYTES, whole, of("text", ParameterType.TEXT), seed)
            .signature(DataType.BYTES, whole, of("bytes", ParameterType.BYTES), seed)
            .build());
  }

  private static long[] wide(Vector[] arguments, int row) {
    return MurmurHash.hash3Wide(
        arguments[0].bytes().bytes(),
        arguments[0].bytes().start(row),
        arguments[0].bytes().end(row),
        arguments[1].ints()[row]);
  }

  private static void addFnv(List<ScalarFunction> all) {
    all.add(
        ints(
                "FNV1_HASH32",
                "The FNV-1 hash of 32 bits",
                (b, from, end) -> fnv32(b, from, end, false))
            .alias("FNV1_32", "FNV1_HASH32_UTF8")
            .example("FNV1_HASH32('foobar')", "837857890")
            .build());
    all.add(
        ints(
                "FNV1A_HASH32",
                "The FNV-1a hash of 32 bits",
                (b, from, end) -> fnv32(b, from, end, true))
            .alias("FNV1A_32", "FNV1A_HASH32_UTF8")
            .example("FNV1A_HASH32('foobar')", "-1080231576")
            .build());
    all.add(
        longs(
                "FNV1_HASH64",
                "The FNV-1 hash of 64 bits",
                (b, from, end) -> fnv64(b, from, end, false))
            .alias("FNV1_64", "FNV1_HASH64_UTF8")
            .example("FNV1_HASH64('foobar')", "3750802935296928194")
            .build());
    all.add(
        longs(
                "FNV1A_HASH64",
                "The FNV-1a hash of 64 bits",
                (b, from, end) -> fnv64(b, from, end, true))
            .alias("FNV1A_64", "FNV1A_HASH64_UTF8")
            .example("FNV1A_HASH64('foobar')", "-8821353812377114648")
            .build());
  }

  /** G. Fowler, L. C. Noll, K.-P. Vo: the FNV non-cryptographic hash (draft-eastlake-fnv). */
  private static int fnv32(byte[] bytes, int from, int end, boolean isXorFirst) {
    int hash = FNV_BASIS_32;
    for (int at = from; at < end; at++) {
      int octet = bytes[at] & 0xFF;
      hash = isXorFirst ? (hash ^ octet) * FNV_PRIME_32 : hash * FNV_PRIME_32 ^ octet;
    }
    return hash;
  }

  private static long fnv64(byte[] bytes, int from, int end, boolean isXorFirst) {
    long hash = FNV_BASIS_64;
    for (int at = from; at < end; at++) {
      int octet = bytes[at] & 0xFF;
      hash = isXorFirst ? (hash ^ octet) * FNV_PRIME_64 : hash * FNV_PRIME_64 ^ octet;
    }
    return hash;
  }

  private static ScalarFunction digest(String name, String algorithm, String result) {
    Binder binder =
        _ -> {
          MessageDigest digest = messageDigest(algorithm);
          return RowBodies.texts(
              (a, r) -> {
                update(digest, a[0], r);
                return HexFormat.of().formatHex(digest.digest());
              });
        };
    return function(name, FunctionGroup.HASH)
        .doc("The %s digest in hexadecimal digits.".formatted(algorithm))
        .example(name + "('a')", result)
        .signature(DataType.STRING, binder, of("text", ParameterType.TEXT))
        .signature(DataType.STRING, binder, of("bytes", ParameterType.BYTES))
        .build();
  }

  private static void update(MessageDigest digest, Vector values, int row) {
    int start = values.bytes().start(row);
    digest.update(values.bytes().bytes(), start, values.bytes().end(row) - start);
  }

  private static MessageDigest messageDigest(String algorithm) {
    try {
      return MessageDigest.getInstance(algorithm);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("a JDK without " + algorithm, e);
    }
  }

  private static ScalarFunction checksum(
      String name, String doc, Supplier<Checksum> checksums, String result) {
    Binder binder =
        _ -> {
          Checksum checksum = checksums.get();
          return RowBodies.ints(
              (a, r) -> {
                checksum.reset();
                int start = a[0].bytes().start(r);
                checksum.update(a[0].bytes().bytes(), start, a[0].bytes().end(r) - start);
                return (int) checksum.getValue();
              });
        };
    return function(name, FunctionGroup.HASH)
        .doc(doc + " as a signed INT.")
        .example(name + "('a')", result)
        .signature(DataType.INT, binder, of("text", ParameterType.TEXT))
        .signature(DataType.INT, binder, of("bytes", ParameterType.BYTES))
        .build();
  }
}
