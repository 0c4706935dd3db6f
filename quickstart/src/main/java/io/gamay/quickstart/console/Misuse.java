package io.gamay.quickstart.console;

/** What was asked wrongly, as one sentence: an option's value that cannot be, above all. */
public final class Misuse extends RuntimeException {
  public Misuse(String sentence) {
    super(sentence);
  }
}
