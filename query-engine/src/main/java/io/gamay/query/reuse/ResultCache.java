package io.gamay.query.reuse;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.gamay.query.merge.SegmentResult;
import io.gamay.query.plan.ServerPlan;
import io.gamay.query.wire.SegmentResultCodec;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;

/**
 * Results of sealed segments, kept as bytes within a budget for the next query of the same plan.
 * Only whole results are kept that took clearly longer to find than they take to be read back, and
 * only of plans that are asked for again. Nobody waits for a result that another query is about to
 * find: both find it. Thread-safe.
 *
 * <p>Why bytes: what is read back is its reader's own, so that no merge and no state that changes
 * while it is read can spoil what others are given; and they take some two thirds of the memory, to
 * the byte. Reading back costs 2 to 3 ns a byte, some half of what merging the same groups costs.
 */
public final class ResultCache {

  /** Results that are found faster are not kept. */
  static final long QUICK_NANOS = 50_000;

  /**
   * What reading back a byte and merging what it says take at most, unless groups are very many.
   */
  private static final int BYTE_NANOS = 10;

  /** The largest result kept takes this share of the budget. */
  static final int LARGEST_SHARE = 64;

  private final long maxBytes;
  private final Cache<ResultKey, byte[]> kept;
  private final RecentPlans plans = new RecentPlans();
  private final LongAdder hits = new LongAdder();
  private final LongAdder misses = new LongAdder();

  /**
   * @param maxBytes for all that is kept; 0: nothing is kept
   */
  public ResultCache(long maxBytes) {
    this.maxBytes = maxBytes;
    this.kept =
        Caffeine.newBuilder()
            .maximumWeight(maxBytes)
            .weigher((ResultKey key, byte[] result) -> key.sizeBytes() + result.length)
            .executor(Runnable::run)
            .build();
  }

  /**
   * For one query: results are kept from the second query of a plan on.
   *
   * @param tableId unique id of the table's creation
   */
  public SegmentResults forQuery(String tableId, ServerPlan plan) {
    if (maxBytes == 0) {
      return new SegmentResults.None();
    }
    PlanBytes bytes = PlanBytes.of(plan);
    return new SegmentResults.OfPlan(this, bytes, tableId, plans.isRepeated(bytes));
  }

  public long maxBytes() {
    return maxBytes;
  }

  /** Memory of all that is kept, roughly. */
  public long sizeBytes() {
    kept.cleanUp();
    return kept.policy().eviction().orElseThrow().weightedSize().orElse(0);
  }

  /** Segments that were answered for by what was kept. */
  public long hits() {
    return hits.sum();
  }

  /** Segments for which it was looked for in vain. */
  public long misses() {
    return misses.sum();
  }

  Optional<Supplier<SegmentResult>> find(ResultKey key) {
    byte[] result = kept.getIfPresent(key);
    int segments = key.rows().size();
    if (result == null) {
      // Of several segments, each is looked for by itself after that.
      misses.add(segments == 1 ? 1 : 0);
      return Optional.empty();
    }
    hits.add(segments);
    return Optional.of(() -> SegmentResultCodec.decode(result));
  }

  void keep(ResultKey key, SegmentResult result, long nanos) {
    long largest = maxBytes / LARGEST_SHARE;
    // Bytes are seldom less than a quarter of what the result takes in memory.
    boolean isWhole = result.result().isWhole();
    if (!isWhole || nanos < QUICK_NANOS || result.result().sizeBytes() / 4 > largest) {
      return;
    }
    byte[] bytes = SegmentResultCodec.encode(result);
    if (key.sizeBytes() + bytes.length <= largest && nanos > (long) BYTE_NANOS * bytes.length) {
      kept.put(key, bytes);
    }
  }
}
