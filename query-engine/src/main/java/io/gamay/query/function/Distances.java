package io.gamay.query.function;

/** How far texts are apart, in code points. */
final class Distances {

  /** Longer texts would take too long to compare: the time is the product of the lengths. */
  private static final int MAX_LENGTH = 10_000;

  private Distances() {}

  static int hamming(String a, String b) {
    int[] left = a.codePoints().toArray();
    int[] right = b.codePoints().toArray();
    if (left.length != right.length) {
      return -1;
    }
    int distance = 0;
    for (int index = 0; index < left.length; index++) {
      distance += left[index] == right[index] ? 0 : 1;
    }
    return distance;
  }

  static int levenshtein(String a, String b) {
    if (a.length() > MAX_LENGTH || b.length() > MAX_LENGTH) {
      throw Failures.ofValue(
          "LEVENSHTEIN_DISTANCE", "text longer than " + MAX_LENGTH + " characters", a);
    }
    int[] left = a.codePoints().toArray();
    int[] right = b.codePoints().toArray();
    int[] row = new int[right.length + 1];
    for (int column = 0; column < row.length; column++) {
      row[column] = column;
    }
    for (int index = 1; index <= left.length; index++) {
      int diagonal = row[0];
      row[0] = index;
      for (int column = 1; column < row.length; column++) {
        int changed = diagonal + (left[index - 1] == right[column - 1] ? 0 : 1);
        diagonal = row[column];
        row[column] = Math.min(changed, 1 + Math.min(diagonal, row[column - 1]));
      }
    }
    return row[right.length];
  }
}
