package io.gamay.ingest.execute;

import java.util.concurrent.CompletableFuture;

/** Asks streams for their ends. Thread-safe. */
@FunctionalInterface
public interface TailEnds {

  /** The end offset of a table's partition as its stream tells it after this call. */
  CompletableFuture<Long> endOffset(String tableId, int partition);
}
