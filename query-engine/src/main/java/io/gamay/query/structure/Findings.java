package io.gamay.query.structure;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.gamay.segment.read.DictionaryReader;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;
import java.util.function.ToLongFunction;

/**
 * What was found out about all values of dictionaries, by what was asked, for as long as the
 * dictionaries live and there is room. Thread-safe.
 */
final class Findings<T> {

  /** Of one dictionary, the one that was found first goes first. */
  private static final int MAX_OF_DICTIONARY = 64;

  /** What an entry and its question take, roughly. */
  private static final long ENTRY_BYTES = 256;

  private final ToLongFunction<T> bytesOf;
  private final Cache<Object, Known<T>> byLineage;

  /**
   * @param maxBytes of all that is kept
   * @param bytesOf what a finding takes
   */
  Findings(long maxBytes, ToLongFunction<T> bytesOf) {
    this.bytesOf = bytesOf;
    this.byLineage =
        Caffeine.newBuilder()
            .executor(Runnable::run)
            .weakKeys()
            .maximumWeight(maxBytes)
            .weigher((Object _, Known<T> known) -> weight(known))
            .build();
  }

  /** About the first {@code cardinality} values. */
  private record Known<T>(int cardinality, Map<Object, T> byQuestion) {}

  private int weight(Known<T> known) {
    long bytes = 64;
    for (T finding : known.byQuestion().values()) {
      bytes += ENTRY_BYTES + bytesOf.applyAsLong(finding);
    }
    return (int) Math.min(bytes, Integer.MAX_VALUE);
  }

  /**
   * @param question equal to another only if both have the same answer
   * @param answer asked if it is not known
   */
  T find(DictionaryReader dictionary, Object question, Supplier<T> answer) {
    Object lineage = dictionary.lineage();
    Known<T> known = byLineage.getIfPresent(lineage);
    if (known == null || known.cardinality() != dictionary.cardinality()) {
      known = new Known<>(dictionary.cardinality(), Map.of());
    }
    T found = known.byQuestion().get(question);
    if (found == null) {
      found = answer.get();
      byLineage.put(lineage, with(known, question, found));
    }
    return found;
  }

  private static <T> Known<T> with(Known<T> known, Object question, T found) {
    Map<Object, T> all = new LinkedHashMap<>(known.byQuestion());
    if (all.size() >= MAX_OF_DICTIONARY) {
      all.remove(all.keySet().iterator().next());
    }
    all.put(question, found);
    return new Known<>(known.cardinality(), Collections.unmodifiableMap(all));
  }
}
