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

  DISTINCT_COUNT_THETA_SKETCH(
      "distinctcountthetasketch(x [, entries [, 'condition', ..., 'sets']])",
      "approximate count of distinct values by a theta sketch of so many entries (default 4096,"
          + " error 3.1 %), also written 'nominalEntries=4096'; x of BYTES are theta sketches. With"
          + " conditions as texts, the last text puts together the sketches of the rows that meet"
          + " them, $1, $2, ..., and of all rows, $0: SET_UNION($1, $2), SET_INTERSECT($1, $2),"
          + " SET_DIFF($1, $2), also within each other",
      "distinctcountthetasketch(user_id)",
      1,
      70,
      Form.SINGLE,
      "distinctcounttheta"),
  DISTINCT_COUNT_RAW_THETA_SKETCH(
      "distinctcountrawthetasketch(x [, entries [, 'condition', ..., 'sets']])",
      "the theta sketch itself, in the DataSketches format, in base 64",
      "distinctcountrawthetasketch(user_id)",
      1,
      70,
      Form.SINGLE),
  DISTINCT_COUNT_CPC_SKETCH(
      "distinctcountcpcsketch(x [, entries])",
      "approximate count of distinct values by a CPC sketch of so many rows (default 4096, error"
          + " 1.2 %); x of BYTES are CPC sketches",
      "distinctcountcpcsketch(user_id)",
      1,
      2,
      Form.SINGLE),
  DISTINCT_COUNT_RAW_CPC_SKETCH(
      "distinctcountrawcpcsketch(x [, entries])",
      "the CPC sketch itself, in the DataSketches format, in base 64",
      "distinctcountrawcpcsketch(user_id)",
      1,
      2,
      Form.SINGLE),
  DISTINCT_COUNT_TUPLE_SKETCH(
      "distinctcounttuplesketch(x [, entries])",
      "approximate count of distinct keys in integer tuple sketches in a column of BYTES",
      "distinctcounttuplesketch(sketch)",
      1,
      2,
      Form.SINGLE),
  DISTINCT_COUNT_RAW_INTEGER_SUM_TUPLE_SKETCH(
      "distinctcountrawintegersumtuplesketch(x [, entries])",
      "integer tuple sketches put together, in the DataSketches format, in base 64",
      "distinctcountrawintegersumtuplesketch(sketch)",
      1,
      2,
      Form.SINGLE),
  SUM_VALUES_INTEGER_SUM_TUPLE_SKETCH(
      "sumvaluesintegersumtuplesketch(x [, entries])",
      "approximate sum of the numbers in integer tuple sketches",
      "sumvaluesintegersumtuplesketch(sketch)",
      1,
      2,
      Form.SINGLE),
  AVG_VALUE_INTEGER_SUM_TUPLE_SKETCH(
      "avgvalueintegersumtuplesketch(x [, entries])",
      "approximate mean, per key, of the numbers in integer tuple sketches",
      "avgvalueintegersumtuplesketch(sketch)",
      1,
      2,
      Form.SINGLE),
  FREQUENT_LONGS_SKETCH(
      "frequentlongssketch(x [, size])",
      "a sketch of the most frequent whole numbers, in the DataSketches format, in base 64",
      "frequentlongssketch(product_id, 256)",
      1,
      2,
      Form.SINGLE),
  FREQUENT_STRINGS_SKETCH(
      "frequentstringssketch(x [, size])",
      "a sketch of the most frequent texts, in the DataSketches format, in base 64",
      "frequentstringssketch(city, 256)",
      1,
      2,
      Form.SINGLE),

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
  PERCENTILE_KLL(
      "percentilekll(x, p [, k])",
      "approximate percentile by a KLL sketch; k is 200 unless said (error of rank 1.65 %); x of"
          + " BYTES are KLL sketches of doubles",
      "percentilekll(latency, 95)",
      2,
      3,
      Form.PERCENTAGE),
  PERCENTILE_RAW_KLL(
      "percentilerawkll(x, p [, k])",
      "the KLL sketch itself, in the DataSketches format, in base 64",
      "percentilerawkll(latency, 95)",
      2,
      3,
      Form.PERCENTAGE),
  MODE(
      "mode(x [, 'MIN' | 'MAX' | 'AVG'])",
      "the most frequent value; of several the smallest, the largest or their mean",
      "mode(city)",
      1,
      2,
      Form.SINGLE),

  VAR_POP("var_pop(x)", "variance of the values", "var_pop(price)", 1, 1, Form.SINGLE),
  VAR_SAMP(
      "var_samp(x)",
      "variance of what the values are a sample of; NULL for one value",
      "var_samp(price)",
      1,
      1,
      Form.SINGLE,
      "variance"),
  STDDEV_POP(
      "stddev_pop(x)", "standard deviation of the values", "stddev_pop(price)", 1, 1, Form.SINGLE),
  STDDEV_SAMP(
      "stddev_samp(x)",
      "standard deviation of what the values are a sample of; NULL for one value",
      "stddev_samp(price)",
      1,
      1,
      Form.SINGLE,
      "stddev"),
  SKEWNESS(
      "skewness(x)",
      "skewness of what the values are a sample of; NULL for less than 3 values or all alike",
      "skewness(price)",
      1,
      1,
      Form.SINGLE),
  KURTOSIS(
      "kurtosis(x)",
      "excess kurtosis of what the values are a sample of; NULL for less than 4 values or all"
          + " alike",
      "kurtosis(price)",
      1,
      1,
      Form.SINGLE),
  COVAR_POP(
      "covar_pop(x, y)",
      "covariance of the rows in which neither is NULL",
      "covar_pop(price, distance)",
      2,
      2,
      Form.SINGLE),
  COVAR_SAMP(
      "covar_samp(x, y)",
      "covariance of what the rows are a sample of",
      "covar_samp(price, distance)",
      2,
      2,
      Form.SINGLE),
  CORR(
      "corr(x, y)",
      "correlation of the rows in which neither is NULL; NULL where one does not vary",
      "corr(price, distance)",
      2,
      2,
      Form.SINGLE),
  FIRST_WITH_TIME(
      "firstwithtime(x, time [, 'TYPE'])",
      "x of the row with the smallest time; of several, of the first row by partition and offset",
      "firstwithtime(status, ts, 'STRING')",
      2,
      3,
      Form.SINGLE),
  LAST_WITH_TIME(
      "lastwithtime(x, time [, 'TYPE'])",
      "x of the row with the largest time; of several, of the last row by partition and offset",
      "lastwithtime(status, ts, 'STRING')",
      2,
      3,
      Form.SINGLE),
  ARG_MIN(
      "arg_min(measure [, measure ...], x)",
      "x of the row with the smallest measures; of several, of the first row by partition and"
          + " offset. The value comes last, as in Pinot: see min_by",
      "arg_min(price, city)",
      2,
      100,
      Form.SINGLE,
      "exprmin"),
  ARG_MAX(
      "arg_max(measure [, measure ...], x)",
      "x of the row with the largest measures; of several, of the first row by partition and"
          + " offset. The value comes last, as in Pinot: see max_by",
      "arg_max(price, city)",
      2,
      100,
      Form.SINGLE,
      "exprmax"),
  MIN_BY(
      "min_by(x, measure)",
      "x of the row with the smallest measure; of several, of the first row by partition and"
          + " offset",
      "min_by(city, price)",
      2,
      2,
      Form.SINGLE),
  MAX_BY(
      "max_by(x, measure)",
      "x of the row with the largest measure; of several, of the first row by partition and offset",
      "max_by(city, price)",
      2,
      2,
      Form.SINGLE),
  ARRAY_AGG(
      "array_agg(x [, 'TYPE' [, isDistinct]])",
      "all values as an array, in the order of the rows by partition and offset; distinct ones"
          + " ascending",
      "array_agg(city)",
      1,
      3,
      Form.SINGLE),
  LIST_AGG(
      "listagg(x [, separator [, isDistinct]])",
      "all values as one text, in the order of the rows by partition and offset; distinct ones"
          + " ascending; the separator is a comma unless said",
      "listagg(city, '; ')",
      1,
      3,
      Form.SINGLE,
      "stringagg"),
  HISTOGRAM(
      "histogram(x, ARRAY[edge, ...] | lowest, highest, bins)",
      "counts of values in bins [edge, next edge), the last with its upper edge; values outside do"
          + " not count",
      "histogram(price, 0, 100, 10)",
      2,
      4,
      Form.SINGLE),
  FUNNEL_COUNT(
      "funnel_count(STEPS(condition, ...), CORRELATE_BY(x))",
      "how many distinct x have rows that meet the first condition, the first and the second, and"
          + " so on",
      "funnel_count(STEPS(url = '/cart', url = '/paid'), CORRELATE_BY(user_id))",
      2,
      3,
      Form.SINGLE),
  FUNNEL_MAX_STEP(
      "funnel_max_step(time, window, steps, condition, ... [, 'MODE', ...])",
      "how many of the steps, each a condition, rows take one after the other within a window of time"
          + " that begins with a row of the first; a row is of the first step that it meets, rows of"
          + " one time are in the order of their steps. Modes: STRICT_DEDUPLICATION (the step just"
          + " taken ends the attempt when it is met again), STRICT_ORDER (any other step does),"
          + " STRICT_INCREASE (each step is later than the one before), KEEP_ALL (rows of no step"
          + " end an attempt in strict order as well)",
      "funnel_max_step(ts, 3600000, 2, url = '/cart', url = '/paid')",
      4,
      70,
      Form.SINGLE),
  FUNNEL_MATCH_STEP(
      "funnel_match_step(time, window, steps, condition, ... [, 'MODE', ...])",
      "1 for each step that funnel_max_step counts, 0 for the others, as an array",
      "funnel_match_step(ts, 3600000, 2, url = '/cart', url = '/paid')",
      4,
      70,
      Form.SINGLE),
  FUNNEL_COMPLETE_COUNT(
      "funnel_complete_count(time, window, steps, condition, ... [, 'MODE', ...])",
      "how many times rows take all steps, as in funnel_max_step, no row twice",
      "funnel_complete_count(ts, 3600000, 2, url = '/cart', url = '/paid')",
      4,
      70,
      Form.SINGLE),
  FUNNEL_STEP_DURATION_STATS(
      "funnel_step_duration_stats(time, window, steps, condition, ..., 'durationFunctions=name, ...'"
          + " [, 'MODE', ...])",
      "for each step statistics of the time from its row to that of the next, over the times that"
          + " rows take all steps as funnel_complete_count counts them (of several rows of the first"
          + " step that one row of the last completes, the first): avg, median, min, max,"
          + " percentile95 and so on, count (1 if the step was reached, else 0). 0 for the last"
          + " step; an empty array where nothing was completed and nothing is counted",
      "funnel_step_duration_stats(ts, 3600000, 2, url = '/cart', url = '/paid',"
          + " 'durationFunctions=avg,max')",
      5,
      71,
      Form.SINGLE),
  SUM_ARRAY_LONG(
      "sumarraylong(x)",
      "sums of lists of whole numbers, element by element, as long as the longest list",
      "sumarraylong(counts)",
      1,
      1,
      Form.SINGLE),
  SUM_ARRAY_DOUBLE(
      "sumarraydouble(x)",
      "sums of lists of numbers, element by element, as long as the longest list",
      "sumarraydouble(prices)",
      1,
      1,
      Form.SINGLE),
  ID_SET(
      "id_set(x [, 'settings'])",
      "the distinct values as one text, exact for every type; IN_ID_SET(y, 'text') = 1 says whether"
          + " y is among them. Settings of approximate sets are accepted",
      "id_set(user_id)",
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

  @SuppressWarnings("ImmutableEnumChecker") // made by List.of
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
