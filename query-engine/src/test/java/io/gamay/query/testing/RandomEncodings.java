package io.gamay.query.testing;

import io.gamay.segment.schema.ColumnSpec;
import io.gamay.segment.schema.EncodingDecisions;
import io.gamay.segment.schema.IndexDecisions;
import io.gamay.segment.schema.TableSchema;
import io.gamay.testkit.random.SeededRandom;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Random decisions on how columns are written and indexed. */
public final class RandomEncodings {

  private RandomEncodings() {}

  /** Either format, any columns without dictionaries, any indexes that the columns can have. */
  public static EncodingDecisions encodings(SeededRandom random, TableSchema schema) {
    Set<String> raw = new HashSet<>();
    double share = random.oneOf(List.of(0.0, 0.3, 1.0));
    for (ColumnSpec spec : schema.columns()) {
      if (spec.singleValue() && random.chance(share)) {
        raw.add(spec.name());
      }
    }
    IndexDecisions indexes = indexes(random, schema).fitting(schema.columns(), raw);
    boolean isFirstVersion = random.chance(0.2);
    return new EncodingDecisions(
        isFirstVersion ? 1 : EncodingDecisions.CURRENT_FORMAT_VERSION,
        raw,
        indexes.invertedColumns(),
        indexes.rangeColumns(),
        isFirstVersion ? Map.of() : indexes.bloomColumns());
  }

  /** Indexes of some columns. */
  public static IndexDecisions indexes(SeededRandom random, TableSchema schema) {
    double share = random.oneOf(List.of(0.0, 0.3, 0.7));
    Set<String> inverted = new HashSet<>();
    Set<String> range = new HashSet<>();
    Map<String, Double> bloom = new HashMap<>();
    for (ColumnSpec spec : schema.columns()) {
      if (random.chance(share)) {
        inverted.add(spec.name());
      }
      if (random.chance(share)) {
        range.add(spec.name());
      }
      if (random.chance(share)) {
        bloom.put(spec.name(), random.oneOf(List.of(0.3, 0.01)));
      }
    }
    return new IndexDecisions(inverted, range, bloom);
  }
}
