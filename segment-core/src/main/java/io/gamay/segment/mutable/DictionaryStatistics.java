package io.gamay.segment.mutable;

import io.gamay.segment.dictionary.MutableDictionaryView;
import io.gamay.segment.read.ColumnStatistics;
import io.gamay.segment.schema.Value;
import java.util.Optional;

/** Statistics of the columns whose dictionary knows the bounds. */
final class DictionaryStatistics {

  private DictionaryStatistics() {}

  static ColumnStatistics of(
      MutableDictionaryView dictionary, boolean sorted, long nullCount, long valueCount) {
    return new ColumnStatistics(
        valueOf(dictionary, dictionary.minId()),
        valueOf(dictionary, dictionary.maxId()),
        dictionary.cardinality(),
        sorted,
        nullCount,
        valueCount);
  }

  private static Optional<Value> valueOf(MutableDictionaryView dictionary, int dictId) {
    return dictId < 0 ? Optional.empty() : Optional.of(dictionary.valueAt(dictId));
  }
}
