package io.gamay.query.structure;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.gamay.segment.read.DictionaryReader;
import io.gamay.segment.schema.StoredType;
import java.util.Optional;

/**
 * Keeps what was derived from dictionaries, for as long as these live and there is room; what was
 * dropped is derived again. A dictionary that grows is known by its {@link
 * DictionaryReader#lineage}; what was derived from fewer values than a view has is derived anew.
 * Thread-safe.
 */
public final class DictionaryStructures {

  /** Fewer values than this are put together by value sooner than numbers are looked up. */
  private static final int FEWEST_SHARED = 1024;

  private static final int HEAP_SHARE = 8;

  private final int fewestShared;
  private final Cache<Object, Scaled> scaled;
  private final Cache<ColumnKey, Shared> shared;

  /** With room for an eighth of the heap. */
  public DictionaryStructures() {
    this(Runtime.getRuntime().maxMemory() / HEAP_SHARE, FEWEST_SHARED);
  }

  /**
   * @param maxBytes of what is kept
   * @param fewestShared values of a dictionary for which a shared numbering is kept
   */
  public DictionaryStructures(long maxBytes, int fewestShared) {
    this.fewestShared = fewestShared;
    scaled =
        Caffeine.newBuilder()
            .weakKeys()
            .maximumWeight(maxBytes / 4)
            .weigher((Object _, Scaled held) -> held.sizeBytes())
            .build();
    shared =
        Caffeine.newBuilder()
            .maximumWeight(maxBytes - maxBytes / 4)
            .weigher((ColumnKey _, Shared held) -> held.sizeBytes())
            .build();
  }

  private record ColumnKey(String table, String column, StoredType type) {}

  /** As large as when it was last put here. */
  private record Shared(SharedValues values, long bytes) {
    int sizeBytes() {
      return (int) Math.min(bytes, Integer.MAX_VALUE);
    }
  }

  /** Derived from the first {@code cardinality} values. */
  private record Scaled(int cardinality, Optional<ScaledValues> values) {
    int sizeBytes() {
      long bytes = 64 + values.map(ScaledValues::sizeBytes).orElse(0L);
      return (int) Math.min(bytes, Integer.MAX_VALUE);
    }
  }

  /** The values of a numeric dictionary as integers, where they can be told so. */
  public Optional<ScaledValues> scaled(DictionaryReader dictionary) {
    Object lineage = dictionary.lineage();
    Scaled known = scaled.getIfPresent(lineage);
    if (known == null || known.cardinality() < dictionary.cardinality()) {
      known = new Scaled(dictionary.cardinality(), ScaledValues.of(dictionary));
      scaled.put(lineage, known);
    }
    return known.values();
  }

  /**
   * One numbering for the dictionaries of a table's column, the given one already taken in; empty
   * for dictionaries of so few values that it does not pay, and for floating-point numbers.
   */
  public Optional<SharedValues> shared(String table, String column, DictionaryReader dictionary) {
    StoredType type = dictionary.storedType();
    if (dictionary.cardinality() < fewestShared
        || type == StoredType.FLOAT
        || type == StoredType.DOUBLE) {
      return Optional.empty();
    }
    ColumnKey key = new ColumnKey(table, column, type);
    Shared held = shared.get(key, _ -> new Shared(new SharedValues(type), 0));
    if (held.values().isMostlyGone()) {
      held = new Shared(new SharedValues(type), 0);
    }
    int before = held.values().count();
    held.values().numbersOf(dictionary);
    if (held.bytes() == 0 || held.values().count() != before) {
      shared.put(key, new Shared(held.values(), held.values().sizeBytes()));
    }
    return Optional.of(held.values());
  }
}
