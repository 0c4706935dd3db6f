package io.gamay.query.aggregate;

import io.gamay.segment.read.ColumnReader;
import java.util.HashMap;
import java.util.Map;

/** The columns whose dictIds an aggregation reads, each once. One thread. */
final class DenseColumns {

  private final Map<String, BlockDictIds> columns = new HashMap<>();

  BlockDictIds ids(String column, ColumnReader reader) {
    return columns.computeIfAbsent(column, _ -> new BlockDictIds(reader));
  }
}
