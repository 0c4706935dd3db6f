package io.gamay.it;

import java.util.Comparator;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Messages counted by cause: those that differ only in numbers and names of segments are one.
 * Thread-safe.
 */
final class Troubles {
  private static final int MAX_CAUSES = 200;
  private static final int CAUSE_CHARS = 160;
  private static final Pattern SEGMENT = Pattern.compile("\\w+?__\\d+__\\d+__\\w+");
  private static final Pattern NUMBER = Pattern.compile("\\d{2,}|(?<=[ :_-])\\d\\b");
  private static final Pattern REPEATED = Pattern.compile("(SEGMENT)(, SEGMENT)+");

  private final Map<String, Long> counts = new ConcurrentHashMap<>();

  void add(String message) {
    String cause = cause(message);
    counts.merge(
        counts.size() < MAX_CAUSES || counts.containsKey(cause) ? cause : "others", 1L, Long::sum);
  }

  void addAll(Troubles others) {
    others.counts.forEach((cause, count) -> counts.merge(cause, count, Long::sum));
  }

  static String cause(String message) {
    String named = SEGMENT.matcher(message).replaceAll("SEGMENT");
    String joined = REPEATED.matcher(named).replaceAll("$1 ...");
    String cause = NUMBER.matcher(joined).replaceAll("#");
    return cause.length() <= CAUSE_CHARS ? cause : cause.substring(0, CAUSE_CHARS) + "...";
  }

  long total() {
    return counts.values().stream().mapToLong(Long::longValue).sum();
  }

  /** One cause a line, the commonest first. */
  @Override
  public String toString() {
    return counts.entrySet().stream()
        .sorted(Map.Entry.<String, Long>comparingByValue(Comparator.reverseOrder()))
        .map(entry -> "%7d  %s".formatted(entry.getValue(), entry.getKey()))
        .collect(Collectors.joining("\n"));
  }
}
