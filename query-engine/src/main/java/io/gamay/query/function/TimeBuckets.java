package io.gamay.query.function;

import io.gamay.query.vector.Vector;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZoneOffset;

/**
 * The beginnings of calendar units. In UTC, units of fixed length are plain arithmetic; for the
 * others the unit that was hit last is remembered, because neighbouring rows mostly share it. What
 * would lie before the first time that a LONG can hold is that first time. One thread.
 */
final class TimeBuckets {

  private static final long SECOND = 1_000;
  private static final long MINUTE = 60_000;
  private static final long HOUR = 3_600_000;
  private static final long DAY = 86_400_000;
  private static final long WEEK = 7 * DAY;

  /** Monday before 1970-01-01, in milliseconds. */
  private static final long FIRST_MONDAY = -3 * DAY;

  private final TimeField field;
  private final ZoneId zone;
  private final boolean isUtc;
  private final Zones offsets;
  private long start = Long.MAX_VALUE;
  private long end = Long.MIN_VALUE;

  TimeBuckets(TimeField field, ZoneId zone) {
    this.field = field;
    this.zone = zone;
    this.isUtc = Zones.isUtc(zone);
    this.offsets = new Zones(zone);
  }

  /** Cuts all times of a LONG or TIMESTAMP vector. */
  void floor(long[] times, int rows, Vector out) {
    long[] floors = out.longs();
    if (!isUtc) {
      for (int row = 0; row < rows; row++) {
        floors[row] = floor(times[row]);
      }
      return;
    }
    switch (field) {
      case MILLISECOND -> System.arraycopy(times, 0, floors, 0, rows);
      case SECOND -> {
        for (int row = 0; row < rows; row++) {
          floors[row] = cut(times[row], times[row] / SECOND * SECOND, SECOND);
        }
      }
      case MINUTE -> {
        for (int row = 0; row < rows; row++) {
          floors[row] = cut(times[row], times[row] / MINUTE * MINUTE, MINUTE);
        }
      }
      case HOUR -> {
        for (int row = 0; row < rows; row++) {
          floors[row] = cut(times[row], times[row] / HOUR * HOUR, HOUR);
        }
      }
      case DAY -> {
        for (int row = 0; row < rows; row++) {
          floors[row] = cut(times[row], times[row] / DAY * DAY, DAY);
        }
      }
      case WEEK, MONTH, QUARTER, YEAR -> {
        for (int row = 0; row < rows; row++) {
          floors[row] = floor(times[row]);
        }
      }
    }
  }

  /** The multiple of a width that is not above a time, given the one towards zero. */
  private static long cut(long time, long towardsZero, long width) {
    long floor = towardsZero - ((time - towardsZero) >> 63 & width);
    return floor > time ? Long.MIN_VALUE : floor;
  }

  long floor(long time) {
    if (time >= start && time < end) {
      return start;
    }
    if (!isUtc && field.isWithinDay()) {
      long offset = offsets.offsetMillis(time);
      long rest = Math.floorMod(time + offset, field.millis());
      long floor = time - rest;
      return floor > time ? Long.MIN_VALUE : floor;
    }
    return isUtc && field.millis() > 0 ? fixed(time) : calendar(time);
  }

  private long fixed(long time) {
    long shift = field == TimeField.WEEK ? FIRST_MONDAY : 0;
    long rest =
        field == TimeField.WEEK
            ? Math.floorMod(Math.floorMod(time, WEEK) - shift, WEEK)
            : Math.floorMod(time, field.millis());
    long floor = time - rest;
    return floor > time ? Long.MIN_VALUE : floor;
  }

  private long calendar(long time) {
    LocalDate day = LocalDate.ofInstant(Instant.ofEpochMilli(time), zone);
    LocalDate first = field.firstDay(day);
    start = Math.min(time, millisOf(first));
    end = millisOf(field.plus(first, 1));
    return start;
  }

  private long millisOf(LocalDate day) {
    Instant instant =
        isUtc ? day.atStartOfDay(ZoneOffset.UTC).toInstant() : day.atStartOfDay(zone).toInstant();
    try {
      return instant.toEpochMilli();
    } catch (ArithmeticException _) {
      return instant.getEpochSecond() < 0 ? Long.MIN_VALUE : Long.MAX_VALUE;
    }
  }
}
