package io.gamay.quickstart.load;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class LineReaderPropertyTest {

  @Test
  void linesAreTheSameHoweverTheStreamIsCutIntoReads() throws IOException {
    for (long seed = 1; seed <= 300; seed++) {
      var random = new SplittableRandom(seed);
      String text = text(random);
      List<String> expected =
          text.replace("\r\n", "\n").lines().filter(line -> !line.isEmpty()).toList();
      assertThat(read(new Dripping(text, random))).as("seed %d", seed).isEqualTo(expected);
    }
  }

  private static String text(SplittableRandom random) {
    var text = new StringBuilder();
    int lineCount = random.nextInt(12);
    for (int i = 0; i < lineCount; i++) {
      int length = random.nextInt(20) == 0 ? 200_000 : random.nextInt(30);
      text.repeat('a' + random.nextInt(26), length);
      text.append(random.nextInt(4) == 0 ? "\r\n" : "\n");
    }
    return random.nextBoolean() ? text + "end" : text.toString();
  }

  private static List<String> read(InputStream input) throws IOException {
    var lines = new ArrayList<String>();
    try (var reader = new LineReader(input)) {
      while (reader.next() instanceof Row.Sendable(byte[] line)) {
        lines.add(new String(line, StandardCharsets.UTF_8));
      }
    }
    return lines;
  }

  /** Gives any number of bytes at a time. */
  private static final class Dripping extends ByteArrayInputStream {
    private final SplittableRandom random;

    Dripping(String text, SplittableRandom random) {
      super(text.getBytes(StandardCharsets.UTF_8));
      this.random = random;
    }

    @Override
    public synchronized int read(byte[] target, int offset, int length) {
      int bound = random.nextBoolean() ? 10 : 100_000;
      return super.read(target, offset, Math.min(length, 1 + random.nextInt(bound)));
    }
  }
}
