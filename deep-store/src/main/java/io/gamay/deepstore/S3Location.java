package io.gamay.deepstore;

import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * Where objects are in S3, as a URI says it: {@code s3://bucket/prefix?name=value&...}.
 *
 * @param prefix of every key, without a slash at either end; empty for the bucket's root
 * @param endpoint of another store that speaks S3; empty for AWS
 * @param region empty for the one of the environment
 * @param isPathStyle whether the bucket is in a request's path and not in its host name
 * @param partSizeBytes of uploads; larger files are sent in parts of this size
 */
record S3Location(
    String bucket,
    String prefix,
    Optional<URI> endpoint,
    Optional<String> region,
    boolean isPathStyle,
    long partSizeBytes) {

  static final long DEFAULT_PART_SIZE_BYTES = 16L << 20;

  /** S3 takes no smaller part but the last. */
  private static final long MIN_PART_SIZE_BYTES = 5L << 20;

  /** What a slow line brings in the time that a request has, see {@link S3Limits}. */
  private static final long MAX_PART_SIZE_BYTES = 64L << 20;

  private static final String ENDPOINT = "endpoint";
  private static final String REGION = "region";
  private static final String PATH_STYLE = "pathStyle";
  private static final String PART_SIZE = "partSizeBytes";
  private static final List<String> PARAMETERS = List.of(ENDPOINT, REGION, PATH_STYLE, PART_SIZE);

  private static final Pattern BUCKET = Pattern.compile("[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]");
  private static final Pattern REGION_NAME = Pattern.compile("[a-z0-9-]+");

  S3Location {
    if (!BUCKET.matcher(bucket).matches()) {
      throw new IllegalArgumentException(
          "not a bucket name: '%s', expected s3://bucket/prefix".formatted(bucket));
    }
    if (!prefix.isEmpty()) {
      ObjectKey.check(prefix);
    }
    if (partSizeBytes < MIN_PART_SIZE_BYTES || partSizeBytes > MAX_PART_SIZE_BYTES) {
      throw new IllegalArgumentException(
          "%s is %d, expected %d to %d"
              .formatted(PART_SIZE, partSizeBytes, MIN_PART_SIZE_BYTES, MAX_PART_SIZE_BYTES));
    }
  }

  /**
   * @throws IllegalArgumentException if the URI says something else, with what it may say
   */
  static S3Location parse(URI uri) {
    String authority = uri.getRawAuthority() == null ? "" : uri.getRawAuthority();
    if (authority.contains("@")) {
      throw new IllegalArgumentException(
          "deep store uri has credentials before its bucket: give them in the environment");
    }
    Map<String, String> parameters = parameters(uri);
    Optional<URI> endpoint =
        Optional.ofNullable(parameters.get(ENDPOINT)).map(S3Location::endpoint);
    return new S3Location(
        authority,
        withoutOuterSlashes(uri.getPath() == null ? "" : uri.getPath()),
        endpoint,
        Optional.ofNullable(parameters.get(REGION)).map(S3Location::region),
        Optional.ofNullable(parameters.get(PATH_STYLE))
            .map(S3Location::pathStyle)
            .orElse(endpoint.isPresent()),
        Optional.ofNullable(parameters.get(PART_SIZE))
            .map(S3Location::partSizeBytes)
            .orElse(DEFAULT_PART_SIZE_BYTES));
  }

  /** The key in the bucket of one that is a key for us. */
  String keyInBucket(String key) {
    return prefix.isEmpty() ? key : prefix + "/" + key;
  }

  /** The address of an object or of what starts with a prefix, for people. */
  String describe(String key) {
    return "s3://%s/%s at %s".formatted(bucket, keyInBucket(key), describeEndpoint());
  }

  private String describeEndpoint() {
    return endpoint
        .map(URI::toString)
        .orElseGet(() -> region.map(name -> "AWS " + name).orElse("AWS"));
  }

  private static Map<String, String> parameters(URI uri) {
    Map<String, String> parameters = new TreeMap<>();
    String query = uri.getRawQuery();
    if (query == null || query.isEmpty()) {
      return parameters;
    }
    for (String pair : query.split("&", -1)) {
      int equals = pair.indexOf('=');
      String name = equals < 0 ? pair : pair.substring(0, equals);
      if (!PARAMETERS.contains(name)) {
        throw new IllegalArgumentException(
            "unknown parameter '%s' of a deep store in S3, known: %s"
                .formatted(name, String.join(", ", PARAMETERS)));
      }
      String value = equals < 0 ? "" : pair.substring(equals + 1);
      if (parameters.put(name, URLDecoder.decode(value, StandardCharsets.UTF_8)) != null) {
        throw new IllegalArgumentException("parameter '%s' is given twice".formatted(name));
      }
    }
    return parameters;
  }

  private static URI endpoint(String text) {
    URI endpoint = URI.create(text);
    boolean isHttp = "http".equals(endpoint.getScheme()) || "https".equals(endpoint.getScheme());
    if (!isHttp || endpoint.getHost() == null || endpoint.getRawUserInfo() != null) {
      throw new IllegalArgumentException(
          "%s is no http://host:port or https://host:port".formatted(ENDPOINT));
    }
    return endpoint;
  }

  private static String region(String text) {
    if (!REGION_NAME.matcher(text).matches()) {
      throw new IllegalArgumentException(
          "%s is '%s', expected a name like us-east-1".formatted(REGION, text));
    }
    return text;
  }

  private static boolean pathStyle(String text) {
    return switch (text) {
      case "true" -> true;
      case "false" -> false;
      default ->
          throw new IllegalArgumentException(
              "%s is '%s', expected true or false".formatted(PATH_STYLE, text));
    };
  }

  private static long partSizeBytes(String text) {
    try {
      return Long.parseLong(text);
    } catch (NumberFormatException noNumber) {
      throw new IllegalArgumentException(
          "%s is '%s', expected a number".formatted(PART_SIZE, text), noNumber);
    }
  }

  private static String withoutOuterSlashes(String path) {
    int begin = path.startsWith("/") ? 1 : 0;
    int end = path.endsWith("/") ? path.length() - 1 : path.length();
    return begin < end ? path.substring(begin, end) : "";
  }
}
