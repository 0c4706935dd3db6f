package io.gamay.query.function;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.zone.ZoneOffsetTransition;
import java.time.zone.ZoneRules;

/** A zone's offset from UTC at any time; remembers between which transitions it was asked last. */
final class Zones {

  private final ZoneRules rules;
  private long validFrom = Long.MAX_VALUE;
  private long validUntil = Long.MIN_VALUE;
  private long offsetMillis;

  Zones(ZoneId zone) {
    rules = zone.getRules();
  }

  /** A zone by its IANA name ({@code Europe/Berlin}), {@code UTC} or an offset ({@code +02:00}). */
  static ZoneId named(String function, String name) {
    try {
      return ZoneId.of(name.strip(), ZoneId.SHORT_IDS);
    } catch (DateTimeException e) {
      throw Failures.ofConstant(function, "unknown time zone", name);
    }
  }

  static boolean isZone(String name) {
    try {
      ZoneId.of(name.strip(), ZoneId.SHORT_IDS);
      return true;
    } catch (DateTimeException _) {
      return false;
    }
  }

  static boolean isUtc(ZoneId zone) {
    return zone.getRules().isFixedOffset()
        && zone.getRules().getOffset(Instant.EPOCH).equals(ZoneOffset.UTC);
  }

  long offsetMillis(long epochMillis) {
    if (epochMillis < validFrom || epochMillis >= validUntil) {
      look(epochMillis);
    }
    return offsetMillis;
  }

  private void look(long epochMillis) {
    Instant instant = Instant.ofEpochMilli(epochMillis);
    offsetMillis = rules.getOffset(instant).getTotalSeconds() * 1000L;
    ZoneOffsetTransition next = rules.nextTransition(instant);
    ZoneOffsetTransition previous = rules.previousTransition(instant.plusNanos(1));
    validUntil = next == null ? Long.MAX_VALUE : next.getInstant().toEpochMilli();
    validFrom = previous == null ? Long.MIN_VALUE : previous.getInstant().toEpochMilli();
  }
}
