package io.gamay.query.plan;

import static java.util.Map.entry;

import io.gamay.query.function.ScalarFunction;
import java.util.Map;
import java.util.Optional;

/** Well-known names of other databases that mean nothing here, each with what to write instead. */
final class OtherDatabases {

  private static final String WINDOW = "window functions are not supported yet";
  private static final String TEXT_OF_TIME = "write TO_DATE_TIME(time, 'yyyy-MM-dd')";
  private static final String TIME_OF_TEXT = "write FROM_DATE_TIME(text, 'yyyy-MM-dd')";
  private static final String NOW = "write NOW(), for the day DATE_TRUNC('DAY', NOW())";
  private static final String ELEMENTS =
      "write GROUP BY x: a multi-value column has a group for each of its values";
  private static final String JSON = "write JSON_EXTRACT_SCALAR(json, '$.path', 'type')";
  private static final String PATTERN = "write REGEXP_LIKE(text, 'pattern')";
  private static final String APPROXIMATE = "write DISTINCT_COUNT_HLL(x)";
  private static final String PERCENTILE = "write PERCENTILE(x, 95)";

  /** By names without case and underscores. */
  private static final Map<String, String> FUNCTIONS =
      Map.ofEntries(
          entry("ifnull", "write COALESCE(a, b)"),
          entry("nvl", "write COALESCE(a, b)"),
          entry("iif", "write IF(condition, a, b)"),
          entry("decode", "write CASE x WHEN a THEN b ... ELSE c END"),
          entry("tostring", "write CAST(x AS STRING)"),
          entry("tonumber", "write CAST(x AS DOUBLE)"),
          entry("trunc", "write TRUNCATE(x, digits), for a time DATE_TRUNC('unit', time)"),
          entry("countif", "write COUNT(*) FILTER (WHERE condition)"),
          entry("sumif", "write SUM(x) FILTER (WHERE condition)"),
          entry("approxcountdistinct", APPROXIMATE),
          entry("uniq", APPROXIMATE),
          entry("percentilecont", PERCENTILE),
          entry("percentiledisc", PERCENTILE),
          entry("quantile", PERCENTILE),
          entry("groupconcat", "write LISTAGG(x, ',')"),
          entry("firstvalue", "write FIRST_WITH_TIME(x, time, 'type')"),
          entry("lastvalue", "write LAST_WITH_TIME(x, time, 'type')"),
          entry("unnest", ELEMENTS),
          entry("explode", ELEMENTS),
          entry(
              "any",
              "write a = x with the multi-value column x itself, which is true if one of its values"
                  + " equals a; for a list a IN (...)"),
          // texts
          entry("len", "write LENGTH(text)"),
          entry("ascii", "write CODEPOINT(text)"),
          entry("char", "write CHR(number)"),
          entry("instr", "write POSITION(find, text)"),
          entry("locate", "write POSITION(find, text)"),
          entry("charindex", "write POSITION(find, text)"),
          entry("substringindex", "write SPLIT_PART(text, separator, index)"),
          entry("ilike", "write LOWER(text) LIKE 'pattern'"),
          entry("rlike", PATTERN),
          entry("regexp", PATTERN),
          entry("regexpmatches", PATTERN),
          entry("jsonvalue", JSON),
          entry("jsonextract", JSON),
          // times
          entry("dateformat", TEXT_OF_TIME),
          entry("formatdatetime", TEXT_OF_TIME),
          entry("strftime", TEXT_OF_TIME),
          entry("tochar", TEXT_OF_TIME),
          entry("strtodate", TIME_OF_TEXT),
          entry("todate", TIME_OF_TEXT),
          entry("parsedatetime", TIME_OF_TEXT),
          entry("datepart", "write EXTRACT(YEAR FROM time)"),
          entry("datesub", "write DATE_ADD('unit', -count, time)"),
          entry("unixtimestamp", "write TO_EPOCH_SECONDS(time)"),
          entry("fromunixtime", "write TO_TIMESTAMP(FROM_EPOCH_SECONDS(seconds))"),
          entry("curdate", NOW),
          entry("currentdate", NOW),
          entry("currenttime", NOW),
          entry("currenttimestamp", NOW),
          entry("getdate", NOW),
          entry("localtimestamp", NOW),
          entry("sysdate", NOW),
          // windows
          entry("rank", WINDOW),
          entry("denserank", WINDOW),
          entry("percentrank", WINDOW),
          entry("cumedist", WINDOW),
          entry("rownumber", WINDOW),
          entry("ntile", WINDOW),
          entry("nthvalue", WINDOW),
          entry("lag", WINDOW),
          entry("lead", WINDOW));

  private OtherDatabases() {}

  /** {@code ": "} and what to write for a function; empty for other names. */
  static Optional<String> function(String name) {
    return Optional.ofNullable(FUNCTIONS.get(ScalarFunction.canonical(name))).map(": "::concat);
  }

  /** Likewise for what stands without parentheses, such as CURRENT_DATE. */
  static Optional<String> value(String name) {
    return function(name).filter((": " + NOW)::equals);
  }

  /** Every name, with what is said of it. */
  static Map<String, String> functions() {
    return FUNCTIONS;
  }
}
