package io.gamay.query.function;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import io.gamay.query.vector.Vector;

/**
 * A regular expression that is matched in time linear in the text, whatever the expression. One
 * thread.
 */
final class Regex {

  private static final int MAX_PATTERN = 10_000;

  private final Matcher matcher;
  private final Utf8Text view = new Utf8Text();

  private Regex(Pattern pattern) {
    matcher = pattern.matcher("");
  }

  /**
   * @throws io.gamay.query.error.QueryException if the pattern is none, or one that cannot be
   *     matched in linear time
   */
  static Regex of(String function, String pattern, boolean caseInsensitive) {
    return new Regex(pattern(function, pattern, caseInsensitive));
  }

  static Pattern pattern(String function, String pattern, boolean caseInsensitive) {
    if (pattern.length() > MAX_PATTERN) {
      throw Failures.ofConstant(
          function, "pattern longer than " + MAX_PATTERN + " characters", pattern);
    }
    try {
      return Pattern.compile(pattern, caseInsensitive ? Pattern.CASE_INSENSITIVE : 0);
    } catch (PatternSyntaxException e) {
      throw Failures.ofConstant(function, problem(pattern, e), pattern);
    }
  }

  private static String problem(String pattern, PatternSyntaxException e) {
    String description = e.getDescription();
    boolean isJavaOnly =
        pattern.contains("(?=")
            || pattern.contains("(?!")
            || pattern.contains("(?<")
            || pattern.contains("(?>")
            || pattern.matches(".*(\\\\[1-9]|[*+?}]\\+).*");
    return isJavaOnly
        ? description
            + " (look-around, back-references and possessive quantifiers are not supported: they"
            + " cannot be matched in linear time)"
        : description;
  }

  /** Whether the expression matches anywhere in the text at a value index. */
  boolean isIn(Vector texts, int value) {
    matcher.reset(
        view.set(texts.bytes().bytes(), texts.bytes().start(value), texts.bytes().end(value)));
    return matcher.find();
  }
}
