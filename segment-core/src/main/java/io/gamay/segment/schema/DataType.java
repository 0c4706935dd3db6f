package io.gamay.segment.schema;

/** x. */
public enum DataType {
  INT
}
