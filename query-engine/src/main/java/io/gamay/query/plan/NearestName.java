package io.gamay.query.plan;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;

/** The known name that a mistyped one probably means. */
public final class NearestName {

  private NearestName() {}

  /** {@code ", did you mean x?"}, or nothing if no name is near. */
  public static String hint(String written, Collection<String> known) {
    int farthest = farthest(written.length());
    String lower = written.toLowerCase(Locale.ROOT);
    return known.stream()
        .filter(name -> Math.abs(name.length() - written.length()) <= farthest)
        .filter(name -> distance(lower, name.toLowerCase(Locale.ROOT)) <= farthest)
        .min(
            Comparator.<String>comparingInt(name -> distance(lower, name.toLowerCase(Locale.ROOT)))
                .thenComparing(Comparator.naturalOrder()))
        .map(name -> ", did you mean " + name + "?")
        .orElse("");
  }

  /** Of a short name little may differ, or any name would be near. */
  private static int farthest(int length) {
    if (length <= 4) {
      return length <= 1 ? 0 : 1;
    }
    return Math.max(2, length / 3);
  }

  /** Insertions, deletions, replacements and swaps of neighbours between two texts. */
  private static int distance(String from, String to) {
    int[] beforePrevious = new int[to.length() + 1];
    int[] previous = new int[to.length() + 1];
    for (int column = 0; column <= to.length(); column++) {
      previous[column] = column;
    }
    for (int row = 1; row <= from.length(); row++) {
      int[] current = new int[to.length() + 1];
      current[0] = row;
      for (int column = 1; column <= to.length(); column++) {
        int replaced =
            previous[column - 1] + (from.charAt(row - 1) == to.charAt(column - 1) ? 0 : 1);
        current[column] = Math.min(replaced, 1 + Math.min(previous[column], current[column - 1]));
        if (isSwap(from, row, to, column)) {
          current[column] = Math.min(current[column], beforePrevious[column - 2] + 1);
        }
      }
      beforePrevious = previous;
      previous = current;
    }
    return previous[to.length()];
  }

  private static boolean isSwap(String from, int row, String to, int column) {
    return row > 1
        && column > 1
        && from.charAt(row - 1) == to.charAt(column - 2)
        && from.charAt(row - 2) == to.charAt(column - 1);
  }
}
