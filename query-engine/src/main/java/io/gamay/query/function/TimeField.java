package io.gamay.query.function;

import java.time.LocalDate;
import java.util.Locale;
import java.util.Optional;

/** Units of the calendar that times are cut to and counted in. */
enum TimeField {
  MILLISECOND(1),
  SECOND(1_000),
  MINUTE(60_000),
  HOUR(3_600_000),
  DAY(86_400_000),
  WEEK(7 * 86_400_000L),
  MONTH(0),
  QUARTER(0),
  YEAR(0);

  private final long millis;

  TimeField(long millis) {
    this.millis = millis;
  }

  static final String NAMES =
      "MILLISECOND, SECOND, MINUTE, HOUR, DAY, WEEK, MONTH, QUARTER or YEAR";

  /** By its name, also in the plural, in any case. */
  static Optional<TimeField> find(String name) {
    String upper = name.strip().toUpperCase(Locale.ROOT);
    String single = upper.endsWith("S") ? upper.substring(0, upper.length() - 1) : upper;
    for (TimeField field : values()) {
      if (field.name().equals(single)) {
        return Optional.of(field);
      }
    }
    return Optional.empty();
  }

  static TimeField named(String function, String name) {
    return find(name)
        .orElseThrow(() -> Failures.ofConstant(function, "unknown unit, expected " + NAMES, name));
  }

  /** Its length where that is always the same in UTC; else 0. */
  long millis() {
    return millis;
  }

  /** Whether it is cut in local time of day, so that an offset is all that a zone adds. */
  boolean isWithinDay() {
    return millis > 0 && millis < DAY.millis;
  }

  /** The first day of the unit that holds a day; for units of a day and more. */
  LocalDate firstDay(LocalDate day) {
    return switch (this) {
      case MILLISECOND, SECOND, MINUTE, HOUR, DAY -> day;
      case WEEK -> day.minusDays(day.getDayOfWeek().getValue() - 1L);
      case MONTH -> day.withDayOfMonth(1);
      case QUARTER -> LocalDate.of(day.getYear(), (day.getMonthValue() - 1) / 3 * 3 + 1, 1);
      case YEAR -> day.withDayOfYear(1);
    };
  }

  /** The day so many units later; for units of a day and more. */
  LocalDate plus(LocalDate day, long count) {
    return switch (this) {
      case MILLISECOND, SECOND, MINUTE, HOUR -> throw new IllegalStateException(name());
      case DAY -> day.plusDays(count);
      case WEEK -> day.plusWeeks(count);
      case MONTH -> day.plusMonths(count);
      case QUARTER -> day.plusMonths(Math.multiplyExact(count, 3));
      case YEAR -> day.plusYears(count);
    };
  }
}
