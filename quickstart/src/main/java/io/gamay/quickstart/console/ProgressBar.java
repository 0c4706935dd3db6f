package io.gamay.quickstart.console;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Locale;

/**
 * How far a load has come, on one line that is drawn over, a few times a second. Draws nothing when
 * nobody watches. One thread.
 */
public final class ProgressBar {
  private static final int WIDTH = 28;
  private static final Duration BETWEEN_DRAWS = Duration.ofMillis(200);

  private final Terminal terminal;
  private final InstantSource clock;
  private final String things;
  private final Instant start;
  private Instant lastDraw;

  /** Of rows. */
  public ProgressBar(Terminal terminal, InstantSource clock) {
    this(terminal, clock, "rows");
  }

  /**
   * @param things what is counted
   */
  public ProgressBar(Terminal terminal, InstantSource clock, String things) {
    this.things = things;
    this.terminal = terminal;
    this.clock = clock;
    this.start = clock.instant();
    this.lastDraw = start.minus(BETWEEN_DRAWS);
  }

  /** Draws again if it is time to. */
  public void show(long count, double fraction) {
    if (!terminal.isInteractive()) {
      return;
    }
    Instant now = clock.instant();
    if (now.isBefore(lastDraw.plus(BETWEEN_DRAWS))) {
      return;
    }
    lastDraw = now;
    terminal.err().print("\r" + line(count, fraction, Duration.between(start, now), things));
    terminal.err().flush();
  }

  /** Clears the line, for what is printed next. */
  public void finish() {
    if (terminal.isInteractive()) {
      terminal.err().print("\r" + " ".repeat(WIDTH + 50) + "\r");
      terminal.err().flush();
    }
  }

  /** Time since the bar was made. */
  public Duration elapsed() {
    return Duration.between(start, clock.instant());
  }

  static String line(long count, double fraction, Duration elapsed, String things) {
    double clamped = Math.clamp(fraction, 0.0, 1.0);
    int filled = (int) (clamped * WIDTH);
    return String.format(
        Locale.ROOT,
        "[%s%s] %3d%%  %,d %s  %,d %s/s ",
        "#".repeat(filled),
        ".".repeat(WIDTH - filled),
        (int) (clamped * 100),
        count,
        things,
        rowsPerSecond(count, elapsed),
        things);
  }

  /** Mean rate; 0 before any time has passed. */
  public static long rowsPerSecond(long rowCount, Duration elapsed) {
    long millis = elapsed.toMillis();
    return millis <= 0 ? 0 : rowCount * 1000 / millis;
  }
}
