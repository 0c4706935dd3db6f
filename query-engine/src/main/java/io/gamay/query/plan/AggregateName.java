package io.gamay.query.plan;

import java.util.List;
import java.util.Locale;

/**
 * An aggregation by the name that queries call it by; what it computes is an {@link
 * AggregateFunction}.
 */
public enum AggregateName {
  COUNT(
      "count(* | x)",
      "rows, or values that are not NULL; countmv: elements of a multi-value column",
      "count(*)",
      1,
      1,
      Form.MULTI_VALUE),
  SUM(
      "sum(x)",
      "sum; of whole numbers exact, an error if it does not fit LONG; sum(DISTINCT x) of the"
          + " distinct values",
      "sum(amount)",
      1,
      1,
      Form.MULTI_VALUE),
  MIN("min(x)", "the smallest value", "min(price)", 1, 1, Form.MULTI_VALUE),
  MAX("max(x)", "the largest value", "max(price)", 1, 1, Form.MULTI_VALUE),
  AVG("avg(x)", "mean of the values", "avg(price)", 1, 1, Form.MULTI_VALUE),
  MIN_MAX_RANGE(
      "minmaxrange(x)",
      "the largest value less the smallest",
      "minmaxrange(price)",
      1,
      1,
      Form.MULTI_VALUE),
  SUM_PRECISION(
      "sumprecision(x [, digits [, scale]])",
      "exact decimal sum, rounded half to even to so many digits",
      "sumprecision(amount, 10, 2)",
      1,
      3,
      Form.SINGLE),
  SUM_LONG(
      "sumlong(x)", "sum of whole numbers as LONG", "sumlong(clicks)", 1, 1, Form.SINGLE, "sumint"),
  MIN_LONG("minlong(x)", "the smallest LONG", "minlong(ts)", 1, 1, Form.SINGLE),
  MAX_LONG("maxlong(x)", "the largest LONG", "maxlong(ts)", 1, 1, Form.SINGLE),
  MIN_STRING("minstring(x)", "the first text in byte order", "minstring(city)", 1, 1, Form.SINGLE),
  MAX_STRING("maxstring(x)", "the last text in byte order", "maxstring(city)", 1, 1, Form.SINGLE),
  ANY_VALUE("anyvalue(x)", "one of the values: the smallest", "any_value(city)", 1, 1, Form.SINGLE),
  BOOL_AND(
      "bool_and(x)",
      "whether all conditions are true",
      "bool_and(paid)",
      1,
      1,
      Form.SINGLE,
      "every"),
  BOOL_OR("bool_or(x)", "whether any condition is true", "bool_or(fare > 100)", 1, 1, Form.SINGLE),

  DISTINCT_COUNT(
      "distinctcount(x)",
      "exact count of distinct values, as count(DISTINCT x); parameters of the approximate forms"
          + " are accepted",
      "distinctcount(user_id)",
      1,
      2,
      Form.MULTI_VALUE,
      "distinctcountbitmap",
      "distinctcountoffheap",
      "distinctcountsmarthll",
      "distinctcountsmarthllplus",
      "distinctcountsmartull"),
  SEGMENT_PARTITIONED_DISTINCT_COUNT(
      "segmentpartitioneddistinctcount(x)",
      "exact count of distinct values, however they lie in segments",
      "segmentpartitioneddistinctcount(user_id)",
      1,
      1,
      Form.SINGLE),
  DISTINCT_SUM(
      "distinctsum(x)", "sum of the distinct values", "distinctsum(price)", 1, 1, Form.MULTI_VALUE),
  DISTINCT_AVG(
      "distinctavg(x)",
      "mean of the distinct values",
      "distinctavg(price)",
      1,
      1,
      Form.MULTI_VALUE),
  DISTINCT_COUNT_HLL(
      "distinctcounthll(x [, log2m])",
      "approximate count of distinct values by a HyperLogLog sketch of 2^log2m registers (4 to 21;"
          + " default 12, error 1.6 %; in the Pinot dialect 8, error 6.5 %)",
      "distinctcounthll(user_id, 14)",
      1,
      2,
      Form.MULTI_VALUE,
      "approxdistinct"),
  DISTINCT_COUNT_HLL_PLUS(
      "distinctcounthllplus(x [, p [, sp]])",
      "as distinctcounthll with 2^p registers, 14 unless said; sp is ignored",
      "distinctcounthllplus(user_id)",
      1,
      3,
      Form.MULTI_VALUE,
      "distinctcountull"),
  DISTINCT_COUNT_RAW_HLL(
      "distinctcountrawhll(x [, log2m])",
      "the HyperLogLog sketch itself, in the DataSketches format, as hexadecimal text",
      "distinctcountrawhll(user_id)",
      1,
      2,
      Form.MULTI_VALUE),
  DISTINCT_COUNT_RAW_HLL_PLUS(
      "distinctcountrawhllplus(x [, p [, sp]])",
      "as distinctcountrawhll with 2^p registers, 14 unless said",
      "distinctcountrawhllplus(user_id)",
      1,
      3,
      Form.MULTI_VALUE,
      "distinctcountrawull"),

  PERCENTILE(
      "percentile(x, p)",
      "exact: the value at index n * p / 100, rounded down, of the n sorted values; also"
          + " percentile95(x)",
      "percentile(latency, 99.9)",
      2,
      2,
      Form.PERCENTAGE),
  MEDIAN("median(x)", "the same as percentile(x, 50)", "median(latency)", 1, 1, Form.SINGLE),
  PERCENTILE_EST(
      "percentileest(x, p)",
      "approximate percentile as LONG, by a t-digest of compression 200",
      "percentileest(latency, 95)",
      2,
      2,
      Form.PERCENTAGE),
  PERCENTILE_TDIGEST(
      "percentiletdigest(x, p [, compression])",
      "approximate percentile by a t-digest of compression 100 unless said (20 to 1000)",
      "percentiletdigest(latency, 95)",
      2,
      3,
      Form.PERCENTAGE,
      "percentilesmarttdigest"),
  PERCENTILE_RAW_TDIGEST(
      "percentilerawtdigest(x, p [, compression])",
      "the t-digest itself, in the verbose format of the t-digest library, as hexadecimal text",
      "percentilerawtdigest(latency, 95)",
      2,
      3,
      Form.PERCENTAGE,
      "percentilerawest"),
  MODE(
      "mode(x [, 'MIN' | 'MAX' | 'AVG'])",
      "the most frequent value; of several the smallest, the largest or their mean",
      "mode(city)",
      1,
      2,
      Form.SINGLE);

  private enum Form {
    /** There is no form whose name ends in MV. */
    SINGLE,
    MULTI_VALUE,
    /** As MULTI_VALUE; and the percentage may be part of the name. */
    PERCENTAGE
  }

  private final String signature;
  private final String description;
  private final String example;
  private final int minArguments;
  private final int maxArguments;
  private final Form form;
  private final List<String> aliases;

  AggregateName(
      String signature,
      String description,
      String example,
      int minArguments,
      int maxArguments,
      Form form,
      String... aliases) {
    this.signature = signature;
    this.description = description;
    this.example = example;
    this.minArguments = minArguments;
    this.maxArguments = maxArguments;
    this.form = form;
    this.aliases = List.of(aliases);
  }

  /** Lower case, without underscores. */
  public String canonical() {
    return name().replace("_", "").toLowerCase(Locale.ROOT);
  }

  /** Other names, in the form of {@link #canonical()}. */
  public List<String> aliases() {
    return aliases;
  }

  public String signature() {
    return signature;
  }

  /** One line for the reader of a list of functions. */
  public String description() {
    return description;
  }

  public String example() {
    return example;
  }

  /** With the percentage, if that is an argument. */
  int minArguments() {
    return minArguments;
  }

  int maxArguments() {
    return maxArguments;
  }

  /** Whether there is the same for multi-value columns only, under this name with MV behind. */
  public boolean hasMultiValueForm() {
    return form != Form.SINGLE;
  }

  /** Whether the second argument is a percentage, which may also be part of the name. */
  public boolean takesPercentage() {
    return form == Form.PERCENTAGE;
  }
}
