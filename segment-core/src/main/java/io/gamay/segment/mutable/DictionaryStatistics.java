package io.gamay.segment.mutable;

import io.gamay.segment.dictionary.MutableDictionaryView;
import io.gamay.segment.read.ByteLengths;
import io.gamay.segment.read.ColumnStatistics;
import io.gamay.segment.schema.Value;
import java.util.Optional;
import java.util.function.LongSupplier;

/** Statistics of the columns whose dictionary knows the bounds. */
final class DictionaryStatistics {

  private DictionaryStatistics() {}

  static ColumnStatistics of(
      MutableDictionaryView dictionary,
      boolean sorted,
      long nullCount,
      long valueCount,
      Optional<ByteLengths> lengths) {
    return new ColumnStatistics(
        valueOf(dictionary, dictionary.minId()),
        valueOf(dictionary, dictionary.maxId()),
        dictionary.cardinality(),
        sorted,
        nullCount,
        valueCount,
        lengths);
  }

  /** Empty for values of fixed width, and where there are none. */
  static Optional<ByteLengths> lengths(MutableDictionaryView dictionary, LongSupplier totalBytes) {
    if (dictionary.storedType().isFixedWidth() || dictionary.cardinality() == 0) {
      return Optional.empty();
    }
    return Optional.of(
        new ByteLengths(
            dictionary.shortestBytes(), dictionary.longestBytes(), totalBytes.getAsLong()));
  }

  private static Optional<Value> valueOf(MutableDictionaryView dictionary, int dictId) {
    return dictId < 0 ? Optional.empty() : Optional.of(dictionary.valueAt(dictId));
  }
}
