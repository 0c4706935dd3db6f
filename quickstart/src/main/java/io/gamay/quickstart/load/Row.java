package io.gamay.quickstart.load;

/** One record of a file, in the file's order. */
sealed interface Row {
  /**
   * What can be sent.
   *
   * @param json the record as JSON text in UTF-8
   */
  record Sendable(byte[] json) implements Row {}

  /**
   * What cannot; the records after it can still be told apart.
   *
   * @param line where it begins, 1-based
   * @param reason in words
   */
  record Unreadable(long line, String reason) implements Row {}
}
