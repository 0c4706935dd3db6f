package io.gamay.query.filter;

import io.gamay.query.evaluate.Block;
import java.util.function.LongSupplier;

/** A source whose docIds are counted and whose time is taken. One thread. */
final class MeasuredSource implements DocIdSource {

  private final DocIdSource source;
  private final LongSupplier nanoTime;
  private long rows;
  private long nanos;

  MeasuredSource(DocIdSource source, LongSupplier nanoTime) {
    this.source = source;
    this.nanoTime = nanoTime;
  }

  @Override
  public boolean next(Block out) {
    long started = nanoTime.getAsLong();
    boolean isFilled = source.next(out);
    nanos += nanoTime.getAsLong() - started;
    rows += isFilled ? out.count() : 0;
    return isFilled;
  }

  long rows() {
    return rows;
  }

  long nanos() {
    return nanos;
  }
}
