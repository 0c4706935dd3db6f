package io.gamay.quickstart.console;

/**
 * What could not be done, as one sentence for the person at the terminal that names the way out.
 */
public final class Failure extends RuntimeException {
  public Failure(String sentence) {
    super(sentence);
  }

  public Failure(String sentence, Throwable cause) {
    super(sentence, cause);
  }
}
