package io.gamay.query.function;

import static io.gamay.query.function.Parameter.of;
import static io.gamay.query.function.ScalarFunction.function;

import io.gamay.query.vector.Vector;
import io.gamay.segment.schema.DataType;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.function.Supplier;
import java.util.zip.Adler32;
import java.util.zip.CRC32;
import java.util.zip.CRC32C;
import java.util.zip.Checksum;

/** Digests and checksums of bytes, or of the UTF-8 bytes of texts. */
final class HashFunctions {

  private HashFunctions() {}

  static List<ScalarFunction> all() {
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
