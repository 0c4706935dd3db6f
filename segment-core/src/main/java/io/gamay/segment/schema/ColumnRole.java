package io.gamay.segment.schema;

/** What a column is for; it decides the default that stands for a missing value. */
public enum ColumnRole {
  DIMENSION,
  METRIC,
  DATE_TIME
}
