package io.gamay.quickstart.console;

import java.io.PrintStream;
import org.jspecify.annotations.Nullable;

/**
 * Where the command prints: answers on {@code out}, everything said about them on {@code err}, so
 * that a script may read the first and a person sees both.
 *
 * @param isInteractive whether a person watches, and lines may be drawn over
 * @param columns characters of a line, beyond which tables that a person reads are wrapped
 */
public record Terminal(PrintStream out, PrintStream err, boolean isInteractive, int columns) {
  private static final int USUAL_COLUMNS = 100;

  /** Lines may be as long as they get. */
  public Terminal(PrintStream out, PrintStream err, boolean isInteractive) {
    this(out, err, isInteractive, Integer.MAX_VALUE);
  }

  /** This process's standard streams. */
  @SuppressWarnings("SystemConsoleNull")
  public static Terminal ofProcess() {
    var console = System.console();
    boolean isInteractive = console != null && console.isTerminal();
    int columns = isInteractive ? columns(System.getenv("COLUMNS")) : Integer.MAX_VALUE;
    return new Terminal(System.out, System.err, isInteractive, columns);
  }

  /** What the variable {@code COLUMNS} says; a usual width where it says nothing. */
  static int columns(@Nullable String variable) {
    try {
      int columns = variable == null ? 0 : Integer.parseInt(variable.strip());
      return columns > 0 ? columns : USUAL_COLUMNS;
    } catch (NumberFormatException _) {
      return USUAL_COLUMNS;
    }
  }

  /** Whether it prints on this process's standard output. */
  public boolean isOfProcess() {
    return out.equals(System.out);
  }

  /** A line of answer. */
  public void line(String text) {
    out.println(text);
  }

  /** A line about the answer. */
  public void note(String text) {
    err.println(text);
  }

  /** One sentence that says what failed. */
  public void error(String sentence) {
    err.println("gamay: " + sentence);
  }
}
