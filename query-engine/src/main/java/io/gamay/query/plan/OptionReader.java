package io.gamay.query.plan;

import io.gamay.query.error.QueryException;
import io.gamay.query.offset.GivenOffsets;
import io.gamay.query.offset.MalformedTokenException;
import io.gamay.query.offset.OffsetToken;
import io.gamay.query.plan.QueryOptions.Dialect;
import io.gamay.segment.schema.ColumnSpec;
import io.gamay.segment.schema.TableSchema;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Options of a query from its text and its request. Unknown ones are ignored, as clients expect,
 * but told; one that would change the answer and is not built is refused.
 */
final class OptionReader {

  /** A longer one means the same, and fits a count of nanoseconds. */
  private static final Duration LONGEST_TIMEOUT = Duration.ofDays(365);

  private final Map<String, String> options = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);

  /** Options in the text win over those beside it. */
  OptionReader(Map<String, String> bodyOptions, Map<String, String> sqlOptions) {
    options.putAll(bodyOptions);
    options.putAll(sqlOptions);
  }

  QueryOptions read(TableSchema schema, QueryPlanner.Context context) {
    KnownOptions.refuseUnsupported(options);
    Dialect dialect = dialect().orElse(context.dialect());
    return new QueryOptions(
        dialect,
        positive("timeoutMs")
            .map(millis -> Duration.ofMillis(Math.min(millis, LONGEST_TIMEOUT.toMillis())))
            .orElse(context.timeout()),
        flag("enableNullHandling")
            .orElseGet(() -> schema.columns().stream().anyMatch(ColumnSpec::nullable)),
        groups(dialect, context.groupLimit()),
        offsets(),
        flag("useResultCache").orElse(true),
        new QueryLimits(
            (int) Math.min(limit("maxExecutionThreads"), Integer.MAX_VALUE),
            limit("maxQueryMemoryBytes"),
            limit("maxScannedRows"),
            limit("maxResultRows"),
            limit("maxServerResponseSizeBytes"),
            limit("maxQueryResponseSizeBytes")),
        text("clientQueryId").filter(id -> !id.isEmpty()),
        KnownOptions.warnings(options.keySet(), dialect));
  }

  /** Only Pinot's dialect loses groups; what is written is read in both. */
  private GroupOptions groups(Dialect dialect, int standard) {
    Optional<Integer> limit =
        positive("numGroupsLimit").map(written -> (int) Math.min(written, Integer.MAX_VALUE));
    boolean isError = flag("errorOnNumGroupsLimit").orElse(false);
    int segment = trimSize("minSegmentGroupTrimSize", GroupOptions.NO_TRIM);
    int server = trimSize("minServerGroupTrimSize", GroupOptions.PINOT_MIN_TRIM);
    int broker = trimSize("minBrokerGroupTrimSize", GroupOptions.PINOT_MIN_TRIM);
    int threshold = trimSize("groupTrimThreshold", GroupOptions.PINOT_TRIM_THRESHOLD);
    return switch (dialect) {
      case STANDARD -> GroupOptions.exact(limit.orElse(standard));
      case PINOT ->
          new GroupOptions(
              limit.orElse(Math.min(standard, GroupOptions.PINOT_LIMIT)),
              !isError,
              segment,
              server,
              broker,
              threshold);
    };
  }

  /** A number of groups; what is not above 0 turns trimming off. */
  private int trimSize(String name, int standard) {
    return text(name)
        .map(written -> number(name, written, "a whole number"))
        .map(size -> size <= 0 ? GroupOptions.NO_TRIM : (int) Math.min(size, GroupOptions.NO_TRIM))
        .orElse(standard);
  }

  private long limit(String name) {
    return positive(name).orElse(Long.MAX_VALUE);
  }

  /** Whether every column is nullable or none is; empty: each column as its schema says. */
  Optional<Boolean> nullHandling() {
    return flag("enableNullHandling");
  }

  private Optional<String> text(String name) {
    return Optional.ofNullable(options.get(name)).map(String::strip);
  }

  private Optional<Dialect> dialect() {
    return text("sqlDialect")
        .map(
            dialect ->
                switch (dialect.toLowerCase(Locale.ROOT)) {
                  case "standard" -> Dialect.STANDARD;
                  case "pinot" -> Dialect.PINOT;
                  default -> throw malformed("sqlDialect", dialect, "standard or pinot");
                });
  }

  private Optional<Boolean> flag(String name) {
    return text(name)
        .map(
            flag ->
                switch (flag.toLowerCase(Locale.ROOT)) {
                  case "true" -> true;
                  case "false" -> false;
                  default -> throw malformed(name, flag, "true or false");
                });
  }

  private Optional<Long> positive(String name) {
    return text(name)
        .map(
            written -> {
              long number = number(name, written, "a whole number above 0");
              if (number <= 0) {
                throw malformed(name, written, "a whole number above 0");
              }
              return number;
            });
  }

  private OffsetOptions offsets() {
    Optional<GivenOffsets> minOffsets = given("minOffsets");
    Optional<OffsetToken> token = written("offsetToken").map(text -> token("offsetToken", text));
    Optional<GivenOffsets> asOf = given("asOf");
    if (asOf.isPresent() && (minOffsets.isPresent() || token.isPresent())) {
      throw Refusals.invalid(
          "option asOf answers at exactly its offsets: leave out the option %s beside it"
              .formatted(minOffsets.isPresent() ? "minOffsets" : "offsetToken"));
    }
    return new OffsetOptions(minOffsets, token, asOf);
  }

  /** A token, or pairs. */
  private Optional<GivenOffsets> given(String name) {
    return written(name)
        .map(
            text ->
                text.startsWith(OffsetToken.PREFIX)
                    ? new GivenOffsets.OfToken(token(name, text))
                    : new GivenOffsets.Pairs(pairs(name, text)));
  }

  private Optional<String> written(String name) {
    return text(name).filter(text -> !text.isEmpty());
  }

  private static OffsetToken token(String name, String text) {
    try {
      return OffsetToken.parse(text);
    } catch (MalformedTokenException e) {
      throw Refusals.invalid(
          "option %s is not a token: %s; give the offsetToken of an answer as it came"
              .formatted(name, e.getMessage()));
    }
  }

  /** {@code 0:123,1:456}: partition and offset. */
  private static NavigableMap<Integer, Long> pairs(String name, String text) {
    String expected = "partition:offset pairs such as 0:123,1:456";
    var ends = new TreeMap<Integer, Long>();
    for (String pair : text.split(",", -1)) {
      int colon = pair.indexOf(':');
      if (colon < 0) {
        throw malformed(name, pair, expected + ", or the offsetToken of an answer");
      }
      long partition = number(name, pair.substring(0, colon).strip(), expected);
      long offset = number(name, pair.substring(colon + 1).strip(), expected);
      boolean isNew =
          partition >= 0
              && partition <= Integer.MAX_VALUE
              && offset >= 0
              && ends.put((int) partition, offset) == null;
      if (!isNew) {
        throw malformed(name, pair, expected + ", each partition once");
      }
    }
    return ends;
  }

  private static long number(String name, String written, String expected) {
    try {
      return Long.parseLong(written);
    } catch (NumberFormatException e) {
      throw malformed(name, written, expected);
    }
  }

  private static QueryException malformed(String name, String written, String expected) {
    return Refusals.invalid("option %s is '%s', expected %s".formatted(name, written, expected));
  }
}
