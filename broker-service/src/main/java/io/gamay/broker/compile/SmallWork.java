package io.gamay.broker.compile;

/**
 * What of a query may stay on the event loop that brought it: within these bounds each step takes
 * some 0.1 ms, so that other connections do not wait for it, and is spared two changes of thread.
 * More is for the query threads.
 */
public final class SmallWork {

  /** Segments and tails that are routed, asked for or taken in. */
  public static final int MOST_PARTS = 100;

  /** Characters of a query: they bound its plan. */
  public static final int MOST_CHARACTERS = 512;

  /** Bytes of a response, or of results that are merged. */
  public static final int MOST_BYTES = 4096;

  private SmallWork() {}
}
