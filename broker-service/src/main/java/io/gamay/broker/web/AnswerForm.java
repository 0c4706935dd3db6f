package io.gamay.broker.web;

/** Writes one answer, part by part, in the order of these methods. One thread at a time. */
interface AnswerForm {

  /** What comes before the rows. */
  void begin();

  /**
   * Rows of the answer's table, from {@code first} up to {@code end}, which follow the last ones.
   */
  void rows(int first, int end);

  /** What comes behind the rows. */
  void end();
}
