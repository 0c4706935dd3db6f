package io.gamay.benchmarks.query;

/**
 * Aggregations over events: latency_ms is an INT, ts a LONG, amount a DOUBLE of two decimals, url a
 * STRING of 50,000 values.
 */
public enum Aggregation {
  COUNT("COUNT(*)"),
  SUM_OF_INT("SUM(latency_ms)"),
  SUM_OF_LONG("SUM(ts)"),
  SUM_OF_DECIMALS("SUM(amount)"),
  SUM_OF_DOUBLE("SUM(SQRT(amount))"),
  AVG("AVG(amount)"),
  MIN("MIN(amount)"),
  MAX("MAX(latency_ms)"),
  DISTINCTCOUNT("DISTINCTCOUNT(url)"),
  DISTINCTCOUNTHLL("DISTINCTCOUNTHLL(url)"),
  DISTINCTCOUNTTHETASKETCH("DISTINCTCOUNTTHETASKETCH(url)"),
  PERCENTILE("PERCENTILE(latency_ms, 95)"),
  PERCENTILETDIGEST("PERCENTILETDIGEST(latency_ms, 95)"),
  PERCENTILEKLL("PERCENTILEKLL(latency_ms, 95)"),
  MODE("MODE(latency_ms)"),
  FIRSTWITHTIME("FIRSTWITHTIME(amount, ts, 'DOUBLE')"),
  LASTWITHTIME("LASTWITHTIME(amount, ts, 'DOUBLE')"),
  VAR_POP("VAR_POP(amount)"),
  ARG_MAX("ARG_MAX(latency_ms, url)");

  private final String sql;

  Aggregation(String sql) {
    this.sql = sql;
  }

  String sql() {
    return sql;
  }
}
