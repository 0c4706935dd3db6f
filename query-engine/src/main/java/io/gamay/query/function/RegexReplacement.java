package io.gamay.query.function;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** REGEXP_REPLACE: what a replacement text stands for, and where it is put. Immutable. */
final class RegexReplacement {

  private static final String NAME = "REGEXP_REPLACE";
  private static final int ALL = -1;

  private final Pattern pattern;
  private final String replacement;
  private final int start;
  private final int occurrence;

  private RegexReplacement(Pattern pattern, String replacement, int start, int occurrence) {
    this.pattern = pattern;
    this.replacement = replacement;
    this.start = start;
    this.occurrence = occurrence;
  }

  static ScalarBody of(List<Argument> arguments) {
    boolean caseInsensitive =
        Constants.text(arguments, 5)
            .map(flags -> RegexFunctions.isCaseInsensitive(NAME, flags))
            .orElse(false);
    Pattern pattern = Regex.pattern(NAME, Constants.text(arguments.get(1)), caseInsensitive);
    String replacement = Constants.text(arguments.get(2));
    int start = arguments.size() > 3 ? Constants.integer(arguments.get(3)) : 0;
    int occurrence = arguments.size() > 4 ? Constants.integer(arguments.get(4)) : ALL;
    if (start < 0) {
      throw Failures.ofConstant(NAME, "start must not be negative", start);
    }
    checkGroups(pattern, replacement);
    RegexReplacement body = new RegexReplacement(pattern, replacement, start, occurrence);
    return RowBodies.texts((a, r) -> body.apply(a[0].stringAt(r)));
  }

  private static void checkGroups(Pattern pattern, String replacement) {
    int groups = pattern.groupCount();
    for (int index = 0; index + 1 < replacement.length(); index++) {
      char next = replacement.charAt(index + 1);
      if (replacement.charAt(index) == '\\') {
        index++;
      } else if (replacement.charAt(index) == '$' && Character.isDigit(next)) {
        if (next - '0' > groups) {
          throw Failures.ofConstant(
              NAME, "the pattern has %d groups, no $%c".formatted(groups, next), replacement);
        }
      }
    }
  }

  private String apply(String text) {
    if (start > text.codePointCount(0, text.length())) {
      return text;
    }
    int from = text.offsetByCodePoints(0, start);
    Matcher matcher = pattern.matcher(text);
    var result = new StringBuilder(text.length());
    int copied = 0;
    int seen = 0;
    while (matcher.find()) {
      if (matcher.start() < from) {
        continue;
      }
      if (occurrence == ALL || seen == occurrence) {
        result.append(text, copied, matcher.start());
        appendReplacement(matcher, result);
        copied = matcher.end();
        if (result.length() > MoreTextFunctions.MAX_RESULT) {
          throw Failures.ofValue(
              NAME,
              "result longer than %d characters".formatted(MoreTextFunctions.MAX_RESULT),
              text);
        }
      }
      seen++;
    }
    return result.append(text, copied, text.length()).toString();
  }

  private void appendReplacement(Matcher matcher, StringBuilder result) {
    for (int index = 0; index < replacement.length(); index++) {
      char c = replacement.charAt(index);
      boolean hasNext = index + 1 < replacement.length();
      if (c == '\\' && hasNext) {
        result.append(replacement.charAt(++index));
      } else if (c == '$' && hasNext && Character.isDigit(replacement.charAt(index + 1))) {
        @Nullable String group = matcher.group(replacement.charAt(++index) - '0');
        result.append(group == null ? "" : group);
      } else {
        result.append(c);
      }
    }
  }
}
