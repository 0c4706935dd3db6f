package io.gamay.query.plan;

/**
 * What aggregations compute; each has a mergeable partial state. The names by which queries call
 * them are many more ({@link AggregateNames}).
 */
public enum AggregateFunction {
  /** Rows, values that are not NULL, or elements of lists. */
  COUNT(Empty.COUNT, false),
  /** Exact count of distinct values. */
  COUNT_DISTINCT(Empty.COUNT, true),
  SUM(Empty.NOTHING, false),
  MIN(Empty.NOTHING, true),
  MAX(Empty.NOTHING, true),
  AVG(Empty.NOTHING, false),
  /** The largest value less the smallest. */
  MIN_MAX_RANGE(Empty.NOTHING, true),
  SUM_DISTINCT(Empty.NOTHING, true),
  AVG_DISTINCT(Empty.NOTHING, true),

  VAR_POP(Empty.NOTHING, false),
  VAR_SAMP(Empty.NOTHING, false),
  STDDEV_POP(Empty.NOTHING, false),
  STDDEV_SAMP(Empty.NOTHING, false),
  SKEWNESS(Empty.NOTHING, false),
  KURTOSIS(Empty.NOTHING, false),
  COVAR_POP(Empty.NOTHING, false),
  COVAR_SAMP(Empty.NOTHING, false),
  CORR(Empty.NOTHING, false),

  /** The first argument of the row with the smallest other arguments, of several the first row. */
  ARG_MIN(Empty.NOTHING, true),
  /** The first argument of the row with the largest other arguments, of several the first row. */
  ARG_MAX(Empty.NOTHING, true),
  /** As {@link #ARG_MIN}. */
  FIRST_WITH_TIME(Empty.NOTHING, true),
  /** The first argument of the row with the largest second, of several the last row. */
  LAST_WITH_TIME(Empty.NOTHING, true),
  /** All values in the order of their rows; further arguments: partition and offset. */
  ARRAY_AGG(Empty.NOTHING, false),
  /** The distinct values in ascending order. */
  ARRAY_AGG_DISTINCT(Empty.NOTHING, true),
  /** As {@link #ARRAY_AGG}, joined to one text; parameter: the separator, STRING. */
  LIST_AGG(Empty.NOTHING, false),
  LIST_AGG_DISTINCT(Empty.NOTHING, true),
  /** Counts by bins; parameters: their edges, DOUBLE, ascending. */
  HISTOGRAM(Empty.COUNT, false),
  /** Distinct first arguments whose rows met the other arguments, from the first on. */
  FUNNEL_COUNT(Empty.COUNT, true),

  /** How far the events of a funnel go; parameters: the window, LONG, then modes, STRING. */
  FUNNEL_MAX_STEP(Empty.COUNT, false),
  /** 1 for each step that {@link #FUNNEL_MAX_STEP} counts, 0 for the others. */
  FUNNEL_MATCH_STEP(Empty.COUNT, false),
  /** How many times the events go through the whole funnel; parameters as before. */
  FUNNEL_COMPLETE_COUNT(Empty.COUNT, false),
  /** How long steps took; further parameters: names of {@link FunnelStatistic}, STRING. */
  FUNNEL_STEP_DURATION_STATS(Empty.COUNT, false),
  /** Sums of lists, element by element. */
  SUM_ARRAY(Empty.NOTHING, false),
  /** The distinct values as one text ({@link IdSet}). */
  ID_SET(Empty.COUNT, true),

  /** Exact; parameter: the percentage, DOUBLE in [0, 100]. */
  PERCENTILE(Empty.NOTHING, false),
  /** The most frequent value; parameter: which of several, STRING of MIN, MAX, AVG. */
  MODE(Empty.NOTHING, false),
  /** By a t-digest; parameters: percentage and compression, DOUBLE. */
  PERCENTILE_TDIGEST(Empty.NOTHING, false),
  /** The t-digest itself as text; parameters as {@link #PERCENTILE_TDIGEST}. */
  RAW_TDIGEST(Empty.COUNT, false),

  /** By a HyperLogLog sketch; parameter: log2 of its registers, INT. */
  COUNT_DISTINCT_HLL(Empty.COUNT, true),
  /** The HyperLogLog sketch itself as text; parameter as {@link #COUNT_DISTINCT_HLL}. */
  RAW_HLL(Empty.COUNT, true),

  /** By a theta sketch; parameter: log2 of its entries, INT. */
  COUNT_DISTINCT_THETA(Empty.COUNT, true),
  RAW_THETA(Empty.COUNT, true),
  /**
   * Of rows that met the other arguments, put together as {@link SketchSets}; parameters: log2 of
   * the entries, INT, and the sets, STRING.
   */
  COUNT_DISTINCT_THETA_SETS(Empty.COUNT, false),
  RAW_THETA_SETS(Empty.COUNT, false),
  /** By a CPC sketch; parameter: log2 of its rows, INT. */
  COUNT_DISTINCT_CPC(Empty.COUNT, true),
  RAW_CPC(Empty.COUNT, true),
  /** Of tuple sketches of whole numbers in BYTES; parameter: log2 of their entries, INT. */
  COUNT_DISTINCT_TUPLE(Empty.COUNT, false),
  RAW_TUPLE(Empty.COUNT, false),
  SUM_TUPLE(Empty.COUNT, false),
  AVG_TUPLE(Empty.COUNT, false),
  /** By a KLL sketch; parameters: percentage DOUBLE, k INT. */
  PERCENTILE_KLL(Empty.NOTHING, false),
  RAW_KLL(Empty.COUNT, false),
  /** The sketch as text; parameter: log2 of the size of its table, INT. */
  FREQUENT_LONGS(Empty.COUNT, false),
  FREQUENT_STRINGS(Empty.COUNT, false);

  private enum Empty {
    /** No value gives a count of 0, or another value that says so. */
    COUNT,
    /** No value gives NULL or what {@link AggregateCall.EmptyHabit} says. */
    NOTHING
  }

  private final Empty empty;
  private final boolean ignoresDuplicates;

  AggregateFunction(Empty empty, boolean ignoresDuplicates) {
    this.empty = empty;
    this.ignoresDuplicates = ignoresDuplicates;
  }

  /** Whether no value at all gives a value, as of counts, instead of NULL. */
  public boolean countsNothing() {
    return empty == Empty.COUNT;
  }

  /** Whether this is a sum divided by the count. */
  public boolean isMean() {
    return this == AVG || this == AVG_DISTINCT;
  }

  /** Whether taking in each distinct value once is enough. */
  public boolean ignoresDuplicates() {
    return ignoresDuplicates;
  }
}
