package io.gamay.ingest.decode;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Our scanner and Jackson accept the same texts, and compact text means the same document. */
class JsonScannerDifferentialTest {

  private static final int CASES = 60_000;
  private static final JsonMapper JACKSON =
      JsonMapper.builder().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).build();

  @Test
  void scannerAndJacksonAcceptTheSameTexts() {
    long seed = Long.getLong("gamay.seed", System.nanoTime());
    Random random = new Random(seed);
    int accepted = 0;
    for (int number = 0; number < CASES; number++) {
      byte[] text = mutate(document(random, 0), random).getBytes(UTF_8);
      String context = "seed %d, case %d: %s".formatted(seed, number, new String(text, UTF_8));
      boolean ours = new JsonScanner().isDocument(text, 0, text.length);
      assertThat(ours).as(context).isEqualTo(jacksonAccepts(text));
      if (ours) {
        accepted++;
        assertCompactMeansTheSame(text, context);
      }
    }
    assertThat(accepted).as("valid texts among %d, seed %d", CASES, seed).isGreaterThan(CASES / 4);
  }

  private static void assertCompactMeansTheSame(byte[] text, String context) {
    JsonScanner scanner = new JsonScanner();
    scanner.start(text, 0, text.length);
    scanner.peek();
    int from = scanner.position();
    scanner.skipValue(0);
    int length = scanner.copyCompact(from);
    JsonNode compact = JACKSON.readTree(new String(scanner.text(), 0, length, UTF_8));
    assertThat(compact).as(context).isEqualTo(JACKSON.readTree(text));
  }

  private static boolean jacksonAccepts(byte[] text) {
    try {
      return !JACKSON.readTree(text).isMissingNode();
    } catch (JacksonException notJson) {
      return false;
    }
  }

  private static String document(Random random, int depth) {
    return switch (random.nextInt(depth > 3 ? 6 : 9)) {
      case 0 -> Integer.toString(random.nextInt());
      case 1 -> Long.toString(random.nextLong());
      case 2 -> random.nextInt(100) + "." + random.nextInt(1000) + "e" + (random.nextInt(40) - 20);
      case 3 -> random.nextBoolean() ? "true" : "false";
      case 4 -> "null";
      case 5 -> string(random);
      case 6 -> space(random) + "[" + elements(random, depth) + space(random) + "]";
      default -> "{" + fields(random, depth) + "}" + space(random);
    };
  }

  private static String elements(Random random, int depth) {
    StringBuilder text = new StringBuilder();
    for (int i = random.nextInt(4); i > 0; i--) {
      text.append(space(random)).append(document(random, depth + 1)).append(i > 1 ? "," : "");
    }
    return text.toString();
  }

  private static String fields(Random random, int depth) {
    StringBuilder text = new StringBuilder();
    for (int i = random.nextInt(4); i > 0; i--) {
      text.append(space(random))
          .append(string(random))
          .append(space(random))
          .append(':')
          .append(document(random, depth + 1))
          .append(i > 1 ? "," : "");
    }
    return text.toString();
  }

  private static String string(Random random) {
    String[] parts = {
      "a",
      "\u00e9",
      "\\n",
      "\\\"",
      "\\\\",
      "\\/",
      "\\u0041",
      "\\ud83d\\ude00",
      "\ud83d\ude00",
      " ",
      "}"
    };
    StringBuilder text = new StringBuilder("\"");
    for (int i = random.nextInt(6); i > 0; i--) {
      text.append(parts[random.nextInt(parts.length)]);
    }
    return text.append('"').toString();
  }

  private static String space(Random random) {
    return switch (random.nextInt(6)) {
      case 0 -> " ";
      case 1 -> "\n\t";
      default -> "";
    };
  }

  /**
   * Leaves half of the texts as they are; elsewhere drops, doubles or replaces a character. Escaped
   * surrogates stay paired: Jackson accepts a lone one, which UTF-8 cannot hold.
   */
  private static String mutate(String text, Random random) {
    if (random.nextBoolean() || text.isEmpty() || text.contains("\\ud")) {
      return text;
    }
    int at = random.nextInt(text.length());
    if (Character.isSurrogate(text.charAt(at))) {
      return text;
    }
    String alphabet = "{}[]:,\"\\0123456789.eE+-truefalsn u\t";
    return switch (random.nextInt(3)) {
      case 0 -> text.substring(0, at) + text.substring(at + 1);
      case 1 -> text.substring(0, at) + text.charAt(at) + text.substring(at);
      default ->
          text.substring(0, at)
              + alphabet.charAt(random.nextInt(alphabet.length()))
              + text.substring(at + 1);
    };
  }
}
