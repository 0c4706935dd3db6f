package io.gamay.segment.schema;

import java.time.Duration;
import java.time.ZoneId;

/** How the values of a date-time column stand for instants. */
public sealed interface TimeFormat {

  /** Numbers that count {@code unit}s since 1970-01-01T00:00Z. */
  record Epoch(Duration unit) implements TimeFormat {
    public Epoch {
      if (unit.isNegative() || unit.isZero()) {
        throw new IllegalArgumentException("epoch unit must be positive: " + unit);
      }
    }
  }

  /** A TIMESTAMP column, or text in the form {@code yyyy-MM-dd HH:mm:ss[.fff]}. */
  record Timestamp() implements TimeFormat {}

  /**
   * Text, or a number read as text, written with a pattern in Joda's letters.
   *
   * @param pattern or {@link #ISO}
   */
  record Pattern(String pattern, ZoneId zone) implements TimeFormat {
    /** Stands for ISO-8601: a date, with or without a time and an offset. */
    public static final String ISO = "ISO";
  }
}
