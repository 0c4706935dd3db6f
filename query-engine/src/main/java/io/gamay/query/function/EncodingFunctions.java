package io.gamay.query.function;

import static io.gamay.query.function.Parameter.of;
import static io.gamay.query.function.ScalarFunction.function;

import io.gamay.query.vector.Vector;
import io.gamay.segment.schema.DataType;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Between text and bytes, Base64, hexadecimal digits and URLs. */
final class EncodingFunctions {

  private static final Parameter TEXT = of("text", ParameterType.TEXT);
  private static final Parameter BYTES = of("bytes", ParameterType.BYTES);
  private static final Parameter URL = of("url", ParameterType.TEXT);

  private static final int UUID_BYTES = 16;

  private EncodingFunctions() {}

  static List<ScalarFunction> all() {
    List<ScalarFunction> all = new ArrayList<>();
    all.add(
        function("TO_UTF8", FunctionGroup.ENCODING)
            .doc("The bytes of a text in UTF-8.")
            .example("TO_UTF8('ä')", "c3a4")
            .signature(DataType.BYTES, _ -> RowBodies.bytes((a, r) -> bytes(a[0], r)), TEXT)
            .build());
    all.add(
        function("FROM_UTF8", FunctionGroup.ENCODING)
            .doc("The text that bytes are in UTF-8; fails on other bytes.")
            .example("FROM_UTF8(X'c3a4')", "ä")
            .mayFail()
            .signature(
                DataType.STRING,
                _ -> RowBodies.texts((a, r) -> utf8("FROM_UTF8", bytes(a[0], r))),
                BYTES)
            .build());
    all.add(
        function("TO_ASCII", FunctionGroup.ENCODING)
            .doc("The bytes of a text in ASCII; other characters become question marks.")
            .example("TO_ASCII('aä')", "613f")
            .signature(
                DataType.BYTES,
                _ ->
                    RowBodies.bytes((a, r) -> a[0].stringAt(r).getBytes(StandardCharsets.US_ASCII)),
                TEXT)
            .build());
    all.add(
        function("BYTES_TO_HEX", FunctionGroup.ENCODING)
            .doc("Bytes as hexadecimal digits.")
            .example("BYTES_TO_HEX(X'0aff')", "0aff")
            .signature(
                DataType.STRING,
                _ -> RowBodies.texts((a, r) -> HexFormat.of().formatHex(bytes(a[0], r))),
                BYTES)
            .build());
    all.add(
        function("HEX_TO_BYTES", FunctionGroup.ENCODING)
            .doc("The bytes that hexadecimal digits stand for.")
            .example("HEX_TO_BYTES('0aff')", "0aff")
            .mayFail()
            .signature(
                DataType.BYTES,
                _ ->
                    RowBodies.bytes(
                        (a, r) -> {
                          try {
                            return HexFormat.of().parseHex(a[0].stringAt(r));
                          } catch (IllegalArgumentException _) {
                            throw Failures.ofValue(
                                "HEX_TO_BYTES", "not hexadecimal digits", a[0].stringAt(r));
                          }
                        }),
                TEXT)
            .build());
    addBase64(all);
    addUuids(all);
    addUrls(all);
    return all;
  }

  private static void addBase64(List<ScalarFunction> all) {
    all.add(
        function("TO_BASE64", FunctionGroup.ENCODING)
            .alias("BINARY_TO_BASE64")
            .doc("A text (its UTF-8 bytes) or bytes in Base64.")
            .example("TO_BASE64('hello')", "aGVsbG8=")
            .signature(DataType.STRING, _ -> RowBodies.texts((a, r) -> base64(a[0], r)), TEXT)
            .signature(DataType.STRING, _ -> RowBodies.texts((a, r) -> base64(a[0], r)), BYTES)
            .build());
    all.add(
        function("FROM_BASE64", FunctionGroup.ENCODING)
            .doc("The text whose UTF-8 bytes a text in Base64 stands for.")
            .example("FROM_BASE64('aGVsbG8=')", "hello")
            .mayFail()
            .signature(
                DataType.STRING,
                _ ->
                    RowBodies.texts((a, r) -> utf8("FROM_BASE64", decoded("FROM_BASE64", a[0], r))),
                TEXT)
            .build());
    all.add(
        function("BASE64_ENCODE", FunctionGroup.ENCODING)
            .doc("Bytes as the bytes of their Base64 text.")
            .example("FROM_UTF8(BASE64_ENCODE(TO_UTF8('hello')))", "aGVsbG8=")
            .signature(
                DataType.BYTES,
                _ -> RowBodies.bytes((a, r) -> Base64.getEncoder().encode(bytes(a[0], r))),
                BYTES)
            .build());
    all.add(
        function("BASE64_DECODE", FunctionGroup.ENCODING)
            .doc("The bytes that the bytes of a Base64 text stand for.")
            .example("FROM_UTF8(BASE64_DECODE(TO_UTF8('aGVsbG8=')))", "hello")
            .mayFail()
            .signature(
                DataType.BYTES,
                _ -> RowBodies.bytes((a, r) -> decoded("BASE64_DECODE", a[0], r)),
                BYTES)
            .build());
  }

  private static void addUuids(List<ScalarFunction> all) {
    all.add(
        function("TO_UUID_BYTES", FunctionGroup.ENCODING)
            .doc("The 16 bytes of a UUID; NULL if the text is none.")
            .example(
                "BYTES_TO_HEX(TO_UUID_BYTES('123e4567-e89b-12d3-a456-426614174000'))",
                "123e4567e89b12d3a456426614174000")
            .maybeNull()
            .signature(DataType.BYTES, _ -> RowBodies.bytes((a, r) -> uuid(a[0].stringAt(r))), TEXT)
            .build());
    all.add(
        function("FROM_UUID_BYTES", FunctionGroup.ENCODING)
            .doc("The UUID that 16 bytes are.")
            .example(
                "FROM_UUID_BYTES(HEX_TO_BYTES('123e4567e89b12d3a456426614174000'))",
                "123e4567-e89b-12d3-a456-426614174000")
            .mayFail()
            .signature(DataType.STRING, _ -> RowBodies.texts((a, r) -> uuid(bytes(a[0], r))), BYTES)
            .build());
  }

  private static byte @Nullable [] uuid(String text) {
    try {
      UUID uuid = UUID.fromString(text);
      return ByteBuffer.allocate(UUID_BYTES)
          .putLong(uuid.getMostSignificantBits())
          .putLong(uuid.getLeastSignificantBits())
          .array();
    } catch (IllegalArgumentException _) {
      return null;
    }
  }

  private static String uuid(byte[] bytes) {
    if (bytes.length != UUID_BYTES) {
      throw Failures.ofValue(
          "FROM_UUID_BYTES", "a UUID has 16 bytes, not", Integer.toString(bytes.length));
    }
    ByteBuffer halves = ByteBuffer.wrap(bytes);
    return new UUID(halves.getLong(), halves.getLong()).toString();
  }

  private static String base64(Vector values, int row) {
    return Base64.getEncoder().encodeToString(bytes(values, row));
  }

  private static byte[] decoded(String function, Vector values, int row) {
    byte[] encoded = bytes(values, row);
    try {
      return Base64.getDecoder().decode(encoded);
    } catch (IllegalArgumentException _) {
      throw Failures.ofValue(
          function, "not Base64", new String(encoded, StandardCharsets.ISO_8859_1));
    }
  }

  static byte[] bytes(Vector values, int row) {
    return Arrays.copyOfRange(
        values.bytes().bytes(), values.bytes().start(row), values.bytes().end(row));
  }

  private static String utf8(String function, byte[] bytes) {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException _) {
      throw Failures.ofValue(function, "bytes are not UTF-8", HexFormat.of().formatHex(bytes));
    }
  }

  private static void addUrls(List<ScalarFunction> all) {
    all.add(
        function("ENCODE_URL", FunctionGroup.ENCODING)
            .alias("URL_ENCODE")
            .doc("A text as it stands in the query of a URL.")
            .example("ENCODE_URL('a b&c')", "a+b%26c")
            .signature(
                DataType.STRING,
                _ ->
                    RowBodies.texts(
                        (a, r) -> URLEncoder.encode(a[0].stringAt(r), StandardCharsets.UTF_8)),
                TEXT)
            .build());
    all.add(
        function("DECODE_URL", FunctionGroup.ENCODING)
            .alias("URL_DECODE")
            .doc("The text that stands in the query of a URL.")
            .example("DECODE_URL('a+b%26c')", "a b&c")
            .mayFail()
            .signature(
                DataType.STRING,
                _ ->
                    RowBodies.texts(
                        (a, r) -> {
                          try {
                            return URLDecoder.decode(a[0].stringAt(r), StandardCharsets.UTF_8);
                          } catch (IllegalArgumentException _) {
                            throw Failures.ofValue(
                                "DECODE_URL", "not URL-encoded", a[0].stringAt(r));
                          }
                        }),
                TEXT)
            .build());
    all.add(part("URL_PROTOCOL", "scheme", "https", URI::getScheme));
    all.add(part("URL_DOMAIN", "host", "www.example.com", URI::getHost));
    all.add(part("URL_PATH", "path", "/a/b", URI::getRawPath));
    all.add(part("URL_QUERY_STRING", "query", "x=1&y=2", URI::getRawQuery));
    all.add(part("URL_FRAGMENT", "fragment", "top", URI::getRawFragment));
    all.add(
        function("URL_PORT", FunctionGroup.ENCODING)
            .doc("The port of a URL; NULL if it has none or the text is no URL.")
            .example("URL_PORT('" + EXAMPLE_URL + "')", "8080")
            .maybeNull()
            .signature(
                DataType.INT,
                _ ->
                    RowBodies.values(
                        (a, r) -> {
                          URI uri = uri(a[0].stringAt(r));
                          return uri == null || uri.getPort() < 0
                              ? null
                              : new io.gamay.segment.schema.Value.IntValue(uri.getPort());
                        }),
                URL)
            .build());
    all.add(
        function("EXTRACT_URL_PARAMETER", FunctionGroup.ENCODING)
            .doc("The decoded value of a parameter in the query of a URL; NULL if there is none.")
            .example("EXTRACT_URL_PARAMETER('" + EXAMPLE_URL + "', 'y')", "2")
            .maybeNull()
            .signature(
                DataType.STRING,
                _ -> RowBodies.texts((a, r) -> parameter(a[0].stringAt(r), a[1].stringAt(r))),
                URL,
                of("name", ParameterType.TEXT))
            .build());
  }

  private static final String EXAMPLE_URL = "https://www.example.com:8080/a/b?x=1&y=2#top";

  /** Java null where the URL has no such part. */
  private interface Part {
    @Nullable String of(URI uri);
  }

  private static ScalarFunction part(String name, String part, String result, Part reader) {
    return function(name, FunctionGroup.ENCODING)
        .doc("The %s of a URL; NULL if it has none or the text is no URL.".formatted(part))
        .example(name + "('" + EXAMPLE_URL + "')", result)
        .maybeNull()
        .signature(
            DataType.STRING,
            _ ->
                RowBodies.texts(
                    (a, r) -> {
                      URI uri = uri(a[0].stringAt(r));
                      String found = uri == null ? null : reader.of(uri);
                      return found == null || found.isEmpty() ? null : found;
                    }),
            URL)
        .build();
  }

  private static @Nullable URI uri(String text) {
    try {
      return new URI(text);
    } catch (URISyntaxException _) {
      return null;
    }
  }

  private static @Nullable String parameter(String url, String name) {
    int start = url.indexOf('?');
    int fragment = url.indexOf('#', Math.max(start, 0));
    if (start < 0) {
      return null;
    }
    String query = url.substring(start + 1, fragment < 0 ? url.length() : fragment);
    for (String pair : MoreTextFunctions.parts(query, "&")) {
      int equals = pair.indexOf('=');
      String key = equals < 0 ? pair : pair.substring(0, equals);
      if (key.equals(name)) {
        String value = equals < 0 ? "" : pair.substring(equals + 1);
        try {
          return URLDecoder.decode(value, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException _) {
          return value;
        }
      }
    }
    return null;
  }
}
