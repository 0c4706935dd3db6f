package io.gamay.query.function;

import io.gamay.query.vector.Vector;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.temporal.IsoFields;

/** Parts of dates and times: year, month, hour and so on, in a zone. One thread. */
final class CalendarFields {

  /** What is read of a time. */
  enum Part {
    YEAR,
    QUARTER,
    MONTH,
    WEEK,
    WEEK_YEAR,
    DAY_OF_YEAR,
    DAY_OF_MONTH,
    DAY_OF_WEEK,
    HOUR,
    MINUTE,
    SECOND,
    MILLISECOND
  }

  private static final long DAY = 86_400_000;

  private final Part part;
  private final boolean isUtc;
  private final Zones offsets;
  private long lastDay = Long.MIN_VALUE;
  private int lastOfDay;

  CalendarFields(Part part, ZoneId zone) {
    this.part = part;
    this.isUtc = Zones.isUtc(zone);
    this.offsets = new Zones(zone);
  }

  void read(long[] times, int rows, Vector out) {
    int[] parts = out.ints();
    for (int row = 0; row < rows; row++) {
      parts[row] = read(times[row]);
    }
  }

  int read(long time) {
    long day = Math.floorDiv(time, DAY);
    long ofDay = time - day * DAY;
    if (!isUtc) {
      ofDay += offsets.offsetMillis(time);
      long days = Math.floorDiv(ofDay, DAY);
      day += days;
      ofDay -= days * DAY;
    }
    int millis = (int) ofDay;
    return switch (part) {
      case HOUR -> millis / 3_600_000;
      case MINUTE -> millis / 60_000 % 60;
      case SECOND -> millis / 1000 % 60;
      case MILLISECOND -> millis % 1000;
      case DAY_OF_WEEK -> (int) Math.floorMod(day + 3, 7L) + 1;
      case YEAR, QUARTER, MONTH, WEEK, WEEK_YEAR, DAY_OF_YEAR, DAY_OF_MONTH -> ofDay(day);
    };
  }

  /** Neighbouring rows are mostly of one day. */
  private int ofDay(long day) {
    if (day != lastDay) {
      lastOfDay = ofDate(LocalDate.ofEpochDay(day));
      lastDay = day;
    }
    return lastOfDay;
  }

  private int ofDate(LocalDate date) {
    return switch (part) {
      case YEAR -> date.getYear();
      case QUARTER -> (date.getMonthValue() - 1) / 3 + 1;
      case MONTH -> date.getMonthValue();
      case WEEK -> date.get(IsoFields.WEEK_OF_WEEK_BASED_YEAR);
      case WEEK_YEAR -> date.get(IsoFields.WEEK_BASED_YEAR);
      case DAY_OF_YEAR -> date.getDayOfYear();
      case DAY_OF_MONTH -> date.getDayOfMonth();
      case DAY_OF_WEEK, HOUR, MINUTE, SECOND, MILLISECOND ->
          throw new IllegalStateException(part.name());
    };
  }
}
