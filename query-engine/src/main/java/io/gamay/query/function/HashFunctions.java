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
    addCity(all);
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

  /** A function of the bytes of its first argument, which is BYTES or a text. */
  private static ScalarFunction.Builder ofBytes(
      String name, DataType result, Binder binder, Parameter... seeds) {
    return withSeeds(function(name, FunctionGroup.HASH), result, binder, seeds);
  }

  /** One more way to call such a function. */
  private static ScalarFunction.Builder withSeeds(
      ScalarFunction.Builder function, DataType result, Binder binder, Parameter... seeds) {
    return function
        .signature(result, binder, parameters(of("text", ParameterType.TEXT), seeds))
        .signature(result, binder, parameters(of("bytes", ParameterType.BYTES), seeds));
  }

  private static Parameter[] parameters(Parameter first, Parameter[] seeds) {
    Parameter[] parameters = new Parameter[seeds.length + 1];
    parameters[0] = first;
    System.arraycopy(seeds, 0, parameters, 1, seeds.length);
    return parameters;
  }

  private static byte[] bytes(Vector[] arguments) {
    return arguments[0].bytes().bytes();
  }

  private static int from(Vector[] arguments, int row) {
    return arguments[0].bytes().start(row);
  }

  private static int end(Vector[] arguments, int row) {
    return arguments[0].bytes().end(row);
  }

  private static Binder ints(RowBodies.OfInt hash) {
    return _ -> RowBodies.ints(hash);
  }

  private static Binder longs(RowBodies.OfLong hash) {
    return _ -> RowBodies.longs(hash);
  }

  private static byte[] inOrder(ByteOrder order, long[] halves) {
    return ByteBuffer.allocate(2 * Long.BYTES)
        .order(order)
        .putLong(halves[0])
        .putLong(halves[1])
        .array();
  }

  private static void addMurmur(List<ScalarFunction> all) {
    Parameter seed = of("seed", ParameterType.INT);
    all.add(
        ofBytes(
                "MURMUR_HASH2",
                DataType.INT,
                ints((a, r) -> MurmurHash.hash2(bytes(a), from(a, r), end(a, r), KAFKA_SEED)))
            .alias("MURMUR2", "MURMUR_HASH2_UTF8")
            .doc(
                "The MurmurHash2 of 32 bits, with the seed that Kafka's partitioner has, as a"
                    + " signed INT.")
            .example("MURMUR_HASH2('abc')", "479470107")
            .build());
    all.add(
        withSeeds(
                ofBytes(
                    "MURMUR_HASH3_BIT32",
                    DataType.INT,
                    ints((a, r) -> MurmurHash.hash3(bytes(a), from(a, r), end(a, r), 0))),
                DataType.INT,
                ints((a, r) -> MurmurHash.hash3(bytes(a), from(a, r), end(a, r), a[1].ints()[r])),
                seed)
            .alias("MURMUR3_32")
            .doc(
                "The MurmurHash3 of 32 bits (x86), of seed 0 where none is given, as a signed INT.")
            .example("MURMUR_HASH3_BIT32('test')", "-1167338989")
            .build());
    all.add(
        ofBytes("MURMUR_HASH3_BIT64", DataType.LONG, longs((a, r) -> wideMurmur(a, r)[0]), seed)
            .doc("The lower half of the MurmurHash3 of 128 bits (x64), as a signed LONG.")
            .example("MURMUR_HASH3_BIT64('', 0)", "0")
            .build());
    all.add(
        ofBytes(
                "MURMUR_HASH3_BIT128",
                DataType.BYTES,
                _ -> RowBodies.bytes((a, r) -> inOrder(ByteOrder.LITTLE_ENDIAN, wideMurmur(a, r))),
                seed)
            .doc("The MurmurHash3 of 128 bits (x64) as BYTES.")
            .example("MURMUR_HASH3_BIT128('', 0)", "00000000000000000000000000000000")
            .build());
  }

  private static long[] wideMurmur(Vector[] arguments, int row) {
    return MurmurHash.hash3Wide(
        bytes(arguments), from(arguments, row), end(arguments, row), arguments[1].ints()[row]);
  }

  private static void addFnv(List<ScalarFunction> all) {
    all.add(fnv32("FNV1_HASH32", "FNV1_32", false, "837857890"));
    all.add(fnv32("FNV1A_HASH32", "FNV1A_32", true, "-1080231576"));
    all.add(fnv64("FNV1_HASH64", "FNV1_64", false, "3750802935296928194"));
    all.add(fnv64("FNV1A_HASH64", "FNV1A_64", true, "-8821353812377114648"));
  }

  private static ScalarFunction fnv32(
      String name, String alias, boolean isXorFirst, String ofFoobar) {
    Binder binder = ints((a, r) -> fnv32(bytes(a), from(a, r), end(a, r), isXorFirst));
    return ofBytes(name, DataType.INT, binder)
        .alias(alias, name + "_UTF8")
        .doc("The FNV-1%s hash of 32 bits as a signed INT.".formatted(isXorFirst ? "a" : ""))
        .example(name + "('foobar')", ofFoobar)
        .build();
  }

  private static ScalarFunction fnv64(
      String name, String alias, boolean isXorFirst, String ofFoobar) {
    Binder binder = longs((a, r) -> fnv64(bytes(a), from(a, r), end(a, r), isXorFirst));
    return ofBytes(name, DataType.LONG, binder)
        .alias(alias, name + "_UTF8")
        .doc("The FNV-1%s hash of 64 bits as a signed LONG.".formatted(isXorFirst ? "a" : ""))
        .example(name + "('foobar')", ofFoobar)
        .build();
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

  private static void addCity(List<ScalarFunction> all) {
    all.add(
        ofBytes(
                "CITY_HASH32",
                DataType.LONG,
                longs((a, r) -> CityHash.hash32(bytes(a), from(a, r), end(a, r))))
            .doc("The CityHash (version 1.1) of 32 bits, signed, as a LONG.")
            .example("CITY_HASH32('')", "-598290054")
            .build());
    Parameter seed = of("seed", ParameterType.LONG);
    ScalarFunction.Builder wide =
        ofBytes(
            "CITY_HASH64",
            DataType.LONG,
            longs((a, r) -> CityHash.hash64(bytes(a), from(a, r), end(a, r))));
    withSeeds(
        wide,
        DataType.LONG,
        longs((a, r) -> CityHash.hash64(bytes(a), from(a, r), end(a, r), a[1].longs()[r])),
        seed);
    all.add(
        withSeeds(
                wide,
                DataType.LONG,
                longs(
                    (a, r) ->
                        CityHash.hash64(
                            bytes(a), from(a, r), end(a, r), a[1].longs()[r], a[2].longs()[r])),
                seed,
                of("second seed", ParameterType.LONG))
            .doc(
                "The CityHash (version 1.1) of 64 bits, without a seed, with one or with two, as a"
                    + " signed LONG.")
            .example("CITY_HASH64('')", "-7286425919675154353")
            .example("CITY_HASH64('', 1234567)", "8435362741524593226")
            .build());
    all.add(
        ofBytes(
                "CITY_HASH128",
                DataType.BYTES,
                _ ->
                    RowBodies.bytes(
                        (a, r) ->
                            inOrder(
                                ByteOrder.BIG_ENDIAN,
                                CityHash.hash128(bytes(a), from(a, r), end(a, r)))))
            .doc(
                "The CityHash (version 1.1) of 128 bits as BYTES: the lower half, then the higher,"
                    + " each with its highest byte first.")
            .example("CITY_HASH128('')", "3df09dfc64c09a2b3cb540c392e51e29")
            .build());
  }

  private static ScalarFunction digest(String name, String algorithm, String result) {
    Binder binder =
        _ -> {
          MessageDigest digest = messageDigest(algorithm);
          return RowBodies.texts(
              (a, r) -> {
                digest.update(bytes(a), from(a, r), end(a, r) - from(a, r));
                return HexFormat.of().formatHex(digest.digest());
              });
        };
    return ofBytes(name, DataType.STRING, binder)
        .doc("The %s digest in hexadecimal digits.".formatted(algorithm))
        .example(name + "('a')", result)
        .build();
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
                checksum.update(bytes(a), from(a, r), end(a, r) - from(a, r));
                return (int) checksum.getValue();
              });
        };
    return ofBytes(name, DataType.INT, binder)
        .doc(doc + " as a signed INT.")
        .example(name + "('a')", result)
        .build();
  }
}
