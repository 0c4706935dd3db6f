package io.gamay.quickstart.console;

import java.io.PrintStream;

/**
 * Where the command prints: answers on {@code out}, everything said about them on {@code err}, so
 * that a script may read the first and a person sees both.
 *
 * @param isInteractive whether a person watches, and lines may be drawn over
 */
public record Terminal(PrintStream out, PrintStream err, boolean isInteractive) {

  /** This process's standard streams. */
  @SuppressWarnings("SystemConsoleNull")
  public static Terminal ofProcess() {
    var console = System.console();
    return new Terminal(System.out, System.err, console != null && console.isTerminal());
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
