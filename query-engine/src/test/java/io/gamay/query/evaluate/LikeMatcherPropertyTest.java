package io.gamay.query.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import io.gamay.query.error.QueryException;
import io.gamay.testkit.random.SeededRandom;
import io.gamay.testkit.random.Seeds;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class LikeMatcherPropertyTest {

  private static final List<String> TEXT = List.of("a", "b", "A", "é", "中", "🚀", "\u0000");

  @Test
  void matchesWhatTheDefinitionMatches() {
    int[] matched = new int[1];
    Seeds.forEach(
        20_000,
        random -> {
          int length = random.chance(0.05) ? 150 : 8;
          List<String> pattern = parts(random, length, true);
          List<String> text = parts(random, length, false);
          boolean expected = definition(pattern, text);
          matched[0] += expected ? 1 : 0;
          assertThat(
                  matches(String.join("", pattern), Optional.empty(), false, String.join("", text)))
              .as("%s LIKE %s", text, pattern)
              .isEqualTo(expected);
        });
    assertThat(matched[0]).isPositive();
  }

  /** Cell (p, t) says whether the pattern from p on matches the text from t on. */
  private static boolean definition(List<String> pattern, List<String> text) {
    boolean[][] matches = new boolean[pattern.size() + 1][text.size() + 1];
    for (int p = pattern.size(); p >= 0; p--) {
      for (int t = text.size(); t >= 0; t--) {
        boolean hasText = t < text.size();
        matches[p][t] =
            p == pattern.size()
                ? !hasText
                : pattern.get(p).equals("%")
                    ? matches[p + 1][t] || (hasText && matches[p][t + 1])
                    : hasText
                        && (pattern.get(p).equals("_") || pattern.get(p).equals(text.get(t)))
                        && matches[p + 1][t + 1];
      }
    }
    return matches[0][0];
  }

  @Test
  void caseIsIgnoredWhereToldAlsoBeyondAscii() {
    assertThat(matches("ZÜ%", Optional.empty(), true, "zürich")).isTrue();
    assertThat(matches("ZÜ%", Optional.empty(), false, "zürich")).isFalse();
  }

  @Test
  void anEscapedWildcardStandsForItself() {
    assertThat(matches("100!%", Optional.of('!'), false, "100%")).isTrue();
    assertThat(matches("100!%", Optional.of('!'), false, "1000")).isFalse();
    assertThatThrownBy(() -> matches("abc!", Optional.of('!'), false, "abc"))
        .isInstanceOf(QueryException.class);
  }

  @Test
  void hostilePatternsTakeTimeLinearInTheText() {
    String pattern = "%a".repeat(60) + "%b";
    String text = "a".repeat(300_000);
    assertThat(
            assertTimeoutPreemptively(
                Duration.ofSeconds(20), () -> matches(pattern, Optional.empty(), false, text)))
        .isFalse();
  }

  private static boolean matches(
      String pattern, Optional<Character> escape, boolean caseInsensitive, String text) {
    byte[] utf8 = ("<" + text + ">").getBytes(StandardCharsets.UTF_8);
    return new LikeMatcher(pattern, escape, caseInsensitive).matches(utf8, 1, utf8.length - 1);
  }

  private static List<String> parts(SeededRandom random, int maxLength, boolean wildcards) {
    int length = random.between(0, maxLength);
    return IntStream.range(0, length)
        .mapToObj(
            _ ->
                wildcards && random.chance(0.5)
                    ? random.oneOf(List.of("%", "_"))
                    : random.chance(0.6) ? "a" : random.oneOf(TEXT))
        .toList();
  }
}
