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
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class LikeMatcherPropertyTest {

  private static final List<String> TEXT = List.of("a", "b", "A", "é", "中", "🚀", "\u0000");

  @Test
  void matchesWhatTheRegularExpressionMatches() {
    int[] matched = new int[1];
    Seeds.forEach(
        20_000,
        random -> {
          int length = random.chance(0.05) ? 150 : 8;
          List<String> patternParts = parts(random, length, true);
          String text = String.join("", parts(random, length, false));
          StringBuilder regex = new StringBuilder();
          for (String part : patternParts) {
            regex.append(part.equals("%") ? ".*" : part.equals("_") ? "." : Pattern.quote(part));
          }
          boolean expected =
              Pattern.compile(regex.toString(), Pattern.DOTALL).matcher(text).matches();
          matched[0] += expected ? 1 : 0;
          assertThat(matches(String.join("", patternParts), Optional.empty(), false, text))
              .as("%s LIKE %s", text, patternParts)
              .isEqualTo(expected);
        });
    assertThat(matched[0]).isPositive();
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
    return java.util.stream.IntStream.range(0, length)
        .mapToObj(
            _ ->
                wildcards && random.chance(0.5)
                    ? random.oneOf(List.of("%", "_"))
                    : random.chance(0.6) ? "a" : random.oneOf(TEXT))
        .toList();
  }
}
