package io.gamay.query.function;

import static org.assertj.core.api.Assertions.assertThat;

import io.gamay.testkit.random.SeededRandom;
import io.gamay.testkit.random.Seeds;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoField;
import java.time.temporal.IsoFields;
import java.time.zone.ZoneOffsetTransition;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Units and fields of times as java.time has them, around changes of clocks above all. */
class DateFunctionsPropertyTest {

  private static final List<String> ZONES =
      List.of(
          "UTC",
          "Europe/Berlin",
          "America/New_York",
          "America/Sao_Paulo",
          "Asia/Kolkata",
          "Australia/Lord_Howe",
          "Pacific/Apia",
          "Africa/Cairo",
          "+05:45");

  @Test
  void timeLiesInItsUnitAndTheUnitBeginsWhereJavaSays() {
    Seeds.forEach(
        300,
        random -> {
          ZoneId zone = ZoneId.of(random.oneOf(ZONES));
          for (TimeField field : TimeField.values()) {
            TimeBuckets buckets = new TimeBuckets(field, zone);
            for (int number = 0; number < 20; number++) {
              long time = time(random, zone);
              assertThat(buckets.floor(time))
                  .as("%s of %s in %s", field, Instant.ofEpochMilli(time), zone)
                  .isEqualTo(start(field, time, zone));
            }
          }
        });
  }

  @Test
  void wholeVectorsAreCutAsSingleTimes() {
    Seeds.forEach(
        100,
        random -> {
          ZoneId zone = ZoneId.of(random.oneOf(ZONES));
          long[] times = new long[50];
          for (int row = 0; row < times.length; row++) {
            times[row] = random.chance(0.1) ? random.nextLong() : time(random, zone);
          }
          for (TimeField field : TimeField.values()) {
            var out = io.gamay.query.vector.Vector.of(io.gamay.segment.schema.StoredType.LONG);
            out.resize(times.length);
            new TimeBuckets(field, zone).floor(times, times.length, out);
            for (int row = 0; row < times.length; row++) {
              assertThat(out.longs()[row])
                  .as("%s of %d in %s", field, times[row], zone)
                  .isEqualTo(new TimeBuckets(field, zone).floor(times[row]))
                  .isLessThanOrEqualTo(times[row]);
            }
          }
        });
  }

  @Test
  void fieldsAreThoseOfJava() {
    Seeds.forEach(
        300,
        random -> {
          ZoneId zone = ZoneId.of(random.oneOf(ZONES));
          for (CalendarFields.Part part : CalendarFields.Part.values()) {
            CalendarFields fields = new CalendarFields(part, zone);
            for (int number = 0; number < 20; number++) {
              long time = time(random, zone);
              ZonedDateTime at = Instant.ofEpochMilli(time).atZone(zone);
              assertThat(fields.read(time))
                  .as("%s of %s in %s", part, at, zone)
                  .isEqualTo(field(part, at));
            }
          }
        });
  }

  /** Within a few hours of a change of clocks, or anywhere between 1900 and 2100. */
  private static long time(SeededRandom random, ZoneId zone) {
    long anywhere = random.nextLong(-2_208_988_800_000L, 4_102_444_800_000L);
    ZoneOffsetTransition next = zone.getRules().nextTransition(Instant.ofEpochMilli(anywhere));
    return next == null || random.chance(0.3)
        ? anywhere
        : next.getInstant().toEpochMilli() + random.between(-8_000_000, 8_000_000);
  }

  private static long start(TimeField field, long time, ZoneId zone) {
    ZonedDateTime at = Instant.ofEpochMilli(time).atZone(zone);
    return switch (field) {
      case MILLISECOND -> time;
      case SECOND -> local(at, time, 1_000);
      case MINUTE -> local(at, time, 60_000);
      case HOUR -> local(at, time, 3_600_000);
      case DAY -> at.toLocalDate().atStartOfDay(zone).toInstant().toEpochMilli();
      case WEEK ->
          at.toLocalDate()
              .with(ChronoField.DAY_OF_WEEK, 1)
              .atStartOfDay(zone)
              .toInstant()
              .toEpochMilli();
      case MONTH ->
          at.toLocalDate().withDayOfMonth(1).atStartOfDay(zone).toInstant().toEpochMilli();
      case QUARTER ->
          at.toLocalDate()
              .with(IsoFields.DAY_OF_QUARTER, 1)
              .atStartOfDay(zone)
              .toInstant()
              .toEpochMilli();
      case YEAR -> at.toLocalDate().withDayOfYear(1).atStartOfDay(zone).toInstant().toEpochMilli();
    };
  }

  /** What the clock shows less the time since the unit began by that clock. */
  private static long local(ZonedDateTime at, long time, long width) {
    return time - at.getLong(ChronoField.MILLI_OF_DAY) % width;
  }

  private static int field(CalendarFields.Part part, ZonedDateTime at) {
    return switch (part) {
      case YEAR -> at.getYear();
      case QUARTER -> at.get(IsoFields.QUARTER_OF_YEAR);
      case MONTH -> at.getMonthValue();
      case WEEK -> at.get(IsoFields.WEEK_OF_WEEK_BASED_YEAR);
      case WEEK_YEAR -> at.get(IsoFields.WEEK_BASED_YEAR);
      case DAY_OF_YEAR -> at.getDayOfYear();
      case DAY_OF_MONTH -> at.getDayOfMonth();
      case DAY_OF_WEEK -> at.getDayOfWeek().getValue();
      case HOUR -> at.getHour();
      case MINUTE -> at.getMinute();
      case SECOND -> at.getSecond();
      case MILLISECOND -> at.get(ChronoField.MILLI_OF_SECOND);
    };
  }
}
