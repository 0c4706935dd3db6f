package io.gamay.query.function;

/** What all texts begin with that a regular expression is found in. */
public final class RegexPrefix {

  private static final String SPECIAL = "\\.[]{}()*+?^$|";

  private RegexPrefix() {}

  /** The literal behind a leading {@code ^}; empty if there is none or it is not sure. */
  public static String of(String pattern) {
    if (!pattern.startsWith("^") || pattern.indexOf('|') >= 0) {
      return "";
    }
    int end = 1;
    while (end < pattern.length() && SPECIAL.indexOf(pattern.charAt(end)) < 0) {
      end++;
    }
    boolean mayBeAbsent = end < pattern.length() && "*?{".indexOf(pattern.charAt(end)) >= 0;
    if (mayBeAbsent && end > 1) {
      end -= Character.charCount(pattern.codePointBefore(end));
    }
    return pattern.substring(1, end);
  }
}
