package io.gamay.query.structure;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.gamay.segment.read.DictionaryReader;
import java.util.Optional;

/**
 * Keeps what was derived from dictionaries, for as long as these live and there is room; what was
 * dropped is derived again. A dictionary that grows is known by its {@link
 * DictionaryReader#lineage}; what was derived from fewer values than a view has is derived anew.
 * Thread-safe.
 */
public final class DictionaryStructures {

  /** Bytes that suffice for the dictionaries of a few segments. */
  public static final long DEFAULT_BYTES = 32L << 20;

  private final Cache<Object, Scaled> scaled;

  public DictionaryStructures(long maxBytes) {
    scaled =
        Caffeine.newBuilder()
            .weakKeys()
            .maximumWeight(maxBytes)
            .weigher((Object _, Scaled held) -> held.sizeBytes())
            .build();
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
}
