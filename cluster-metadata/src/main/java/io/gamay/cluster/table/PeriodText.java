package io.gamay.cluster.table;

import java.time.DateTimeException;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Spans of time as configs write them: {@code 1d12h30m}, {@code 6h}, {@code PT6H}, {@code 500}. */
public final class PeriodText {

  /** For a message. */
  public static final String FORMS = "for example 6h, 1d12h, 30m, PT6H, or milliseconds";

  /** The same for {@link #parseBounded}. */
  public static final String BOUNDED_FORMS = FORMS + ", a hundred years at most";

  private static final Pattern PERIOD =
      Pattern.compile("(?:(\\d+)d)?(?:(\\d+)h)?(?:(\\d+)m)?(?:(\\d+)s)?(?:(\\d+)ms)?");

  private static final Duration LONGEST = Duration.ofDays(36_525);

  private PeriodText() {}

  /** Empty if the text is none of the forms. A bare number is milliseconds. */
  public static Optional<Duration> parse(String text) {
    String lower = text.strip().toLowerCase(Locale.ROOT);
    if (lower.isEmpty()) {
      return Optional.empty();
    }
    try {
      if (lower.chars().allMatch(Character::isDigit)) {
        return Optional.of(Duration.ofMillis(Long.parseLong(lower)));
      }
      if (lower.startsWith("p")) {
        return Optional.of(Duration.parse(text.strip())).filter(span -> !span.isNegative());
      }
      return parseUnits(PERIOD.matcher(lower));
    } catch (DateTimeException | ArithmeticException | NumberFormatException e) {
      return Optional.empty();
    }
  }

  /** Also empty if it is longer than a hundred years. */
  public static Optional<Duration> parseBounded(String text) {
    return parse(text).filter(span -> span.compareTo(LONGEST) <= 0);
  }

  private static Optional<Duration> parseUnits(Matcher matcher) {
    if (!matcher.matches()) {
      return Optional.empty();
    }
    return Optional.of(
        Duration.ofDays(group(matcher, 1))
            .plusHours(group(matcher, 2))
            .plusMinutes(group(matcher, 3))
            .plusSeconds(group(matcher, 4))
            .plusMillis(group(matcher, 5)));
  }

  private static long group(Matcher matcher, int index) {
    String digits = matcher.group(index);
    return digits == null ? 0 : Long.parseLong(digits);
  }
}
