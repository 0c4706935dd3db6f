package io.gamay.quickstart.command;

import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;

/**
 * Takes what libraries print, line by line, away from the terminal. Bytes after the last line break
 * wait for the next one. Guarded by the print stream around it.
 */
final class StrayLines extends OutputStream {
  private final Consumer<String> sink;
  private final ByteArrayOutputStream line = new ByteArrayOutputStream();

  private StrayLines(Consumer<String> sink) {
    this.sink = sink;
  }

  /** A stream whose lines go to the sink; empty lines are left out. */
  static PrintStream into(Consumer<String> sink) {
    return new PrintStream(new StrayLines(sink), true, StandardCharsets.UTF_8);
  }

  @Override
  public void write(int b) {
    if (b != '\n') {
      line.write(b);
      return;
    }
    String text = line.toString(StandardCharsets.UTF_8).stripTrailing();
    line.reset();
    if (!text.isEmpty()) {
      sink.accept(text);
    }
  }
}
