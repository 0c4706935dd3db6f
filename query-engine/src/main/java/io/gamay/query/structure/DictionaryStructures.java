package io.gamay.query.structure;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.gamay.segment.read.DictionaryReader;
import io.gamay.segment.schema.StoredType;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

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

  /** The part of the room that tests of values may take, on top of it. */
  private static final int MATCHING_SHARE = 16;

  /** Tests that are kept for one dictionary. */
  private static final int MAX_TESTS = 64;

  private final int fewestShared;
  private final long maxColumnBytes;
  private final Cache<Object, Scaled> scaled;
  private final Cache<ColumnKey, Shared> shared;
  private final Cache<Object, Matching> matching;

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
    this.maxColumnBytes = maxBytes / 4;
    scaled =
        Caffeine.newBuilder()
            .weakKeys()
            .maximumWeight(maxBytes / 4)
            .weigher((Object _, Scaled held) -> held.sizeBytes())
            .build();
    matching =
        Caffeine.newBuilder()
            .weakKeys()
            .maximumWeight(maxBytes / MATCHING_SHARE)
            .weigher((Object _, Matching held) -> held.sizeBytes())
            .build();
    shared =
        Caffeine.newBuilder()
            .maximumWeight(maxBytes - maxBytes / 4)
            .weigher((ColumnKey _, Shared held) -> held.sizeBytes())
            .build();
  }

  private record ColumnKey(String table, String column, StoredType type) {}

  /** As large as when it was last put here. */
  private record Shared(Optional<SharedValues> values, long bytes) {

    /** Of a column that is put together by value. */
    static final Shared TOO_LARGE = new Shared(Optional.empty(), 64);

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

  /**
   * Which of the first {@code cardinality} values pass tests, by what is tested: one bit per
   * dictId, the test asked last at the end.
   */
  private record Matching(int cardinality, Map<Object, long[]> byTest) {
    int sizeBytes() {
      long bytes = 64 + byTest.size() * (256L + cardinality / Byte.SIZE);
      return (int) Math.min(bytes, Integer.MAX_VALUE);
    }

    Matching with(Object test, long[] found) {
      Map<Object, long[]> tests = new LinkedHashMap<>(byTest);
      if (tests.size() >= MAX_TESTS) {
        tests.remove(tests.keySet().iterator().next());
      }
      tests.put(test, found);
      return new Matching(cardinality, Collections.unmodifiableMap(tests));
    }
  }

  /**
   * Which values of a dictionary pass a test: one bit per dictId, not to be changed.
   *
   * @param test equal to another only if both pass the same values
   * @param evaluated what it gives, asked if it is not known
   */
  public long[] matching(DictionaryReader dictionary, Object test, Supplier<long[]> evaluated) {
    Object lineage = dictionary.lineage();
    Matching known = matching.getIfPresent(lineage);
    if (known == null || known.cardinality() != dictionary.cardinality()) {
      known = new Matching(dictionary.cardinality(), Map.of());
    }
    long[] found = known.byTest().get(test);
    if (found == null) {
      found = evaluated.get();
      matching.put(lineage, known.with(test, found));
    }
    return found;
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
   * as long as all dictionaries are of so few values that it does not pay, for floating-point
   * numbers, and where it would take more than a quarter of the room.
   */
  public Optional<SharedValues> shared(String table, String column, DictionaryReader dictionary) {
    StoredType type = dictionary.storedType();
    if (8L * dictionary.cardinality() > maxColumnBytes
        || type == StoredType.FLOAT
        || type == StoredType.DOUBLE) {
      return Optional.empty();
    }
    ColumnKey key = new ColumnKey(table, column, type);
    Shared held =
        dictionary.cardinality() < fewestShared
            ? shared.getIfPresent(key)
            : shared.get(key, _ -> new Shared(Optional.of(new SharedValues(type)), 0));
    if (held == null || held.values().isEmpty()) {
      return Optional.empty();
    }
    SharedValues values = held.values().get();
    if (held.bytes() > 0 && values.isMostlyGone()) {
      values = new SharedValues(type);
    }
    values.numbersOf(dictionary);
    long bytes = values.sizeBytes();
    if (bytes > maxColumnBytes) {
      shared.put(key, Shared.TOO_LARGE);
      return Optional.empty();
    }
    if (held.bytes() != bytes) {
      shared.put(key, new Shared(Optional.of(values), bytes));
    }
    return Optional.of(values);
  }
}
