package io.gamay.query.structure;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.gamay.segment.read.DictionaryReader;
import io.gamay.segment.schema.StoredType;
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

  /** The part of the room that tests of values may take, on top of it, and so may sketches. */
  private static final int FINDINGS_SHARE = 16;

  private final int fewestShared;
  private final long maxColumnBytes;
  private final Cache<Object, Scaled> scaled;
  private final Cache<ColumnKey, Shared> shared;
  private final Findings<long[]> matching;
  private final Findings<byte[]> sketches;

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
            .executor(Runnable::run)
            .weakKeys()
            .maximumWeight(maxBytes / 4)
            .weigher((Object _, Scaled held) -> held.sizeBytes())
            .build();
    matching =
        new Findings<>(maxBytes / FINDINGS_SHARE, members -> (long) Long.BYTES * members.length);
    sketches = new Findings<>(maxBytes / FINDINGS_SHARE, sketch -> sketch.length);
    shared =
        Caffeine.newBuilder()
            .executor(Runnable::run)
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
   * Which values of a dictionary pass a test: one bit per dictId, not to be changed.
   *
   * @param test equal to another only if both pass the same values
   * @param evaluated what it gives, asked if it is not known
   */
  public long[] matching(DictionaryReader dictionary, Object test, Supplier<long[]> evaluated) {
    return matching.find(dictionary, test, evaluated);
  }

  /**
   * A sketch of all values of a dictionary as bytes, not to be changed.
   *
   * @param kind equal to another only if both make the same of the same values
   * @param made what it is, asked if it is not known
   */
  public byte[] sketch(DictionaryReader dictionary, Object kind, Supplier<byte[]> made) {
    return sketches.find(dictionary, kind, made);
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
    if (held.bytes() > 0 && (values.isMostlyGone() || values.isMostlyStray())) {
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
