package io.gamay.broker.web;

import io.gamay.broker.gather.QueryAnswer;
import io.gamay.query.merge.ResultTable;
import java.io.ByteArrayOutputStream;
import java.util.function.LongSupplier;

/**
 * The bytes of an answer in one of the formats, made piece by piece as they are asked for. One
 * thread at a time.
 */
final class AnswerBody {

  /** A piece is sent when it has become this large. */
  private static final int PIECE_BYTES = 1 << 15;

  /** Rows written between two looks at a piece's size. */
  private static final int STEP_ROWS = 64;

  private final ByteArrayOutputStream out = new ByteArrayOutputStream(4096);
  private final AnswerForm form;
  private final int rowCount;
  private int row;
  private boolean hasBegun;
  private boolean isOver;

  /**
   * @param timeUsedMillis since the query came, when asked
   */
  AnswerBody(
      AnswerFormat format, QueryAnswer answer, String brokerId, LongSupplier timeUsedMillis) {
    this.form =
        switch (format) {
          case JSON -> new JsonAnswer(out, answer, brokerId, timeUsedMillis);
          case NDJSON -> new NdjsonAnswer(out, answer, brokerId, timeUsedMillis);
          case CSV -> new CsvAnswer(out, answer);
          case ARROW -> new ArrowAnswer(out, answer);
        };
    this.rowCount = answer.table().map(ResultTable::rowCount).orElse(0);
  }

  boolean isOver() {
    return isOver;
  }

  /** The next piece. */
  byte[] next() {
    out.reset();
    while (!isOver && out.size() < PIECE_BYTES) {
      step();
    }
    return out.toByteArray();
  }

  /** All of it at once. */
  byte[] whole() {
    while (!isOver) {
      step();
    }
    return out.toByteArray();
  }

  private void step() {
    if (!hasBegun) {
      form.begin();
      hasBegun = true;
    } else if (row < rowCount) {
      int end = Math.min(row + STEP_ROWS, rowCount);
      form.rows(row, end);
      row = end;
    } else {
      form.end();
      isOver = true;
    }
  }
}
