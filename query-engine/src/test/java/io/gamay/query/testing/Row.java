package io.gamay.query.testing;

import io.gamay.segment.schema.Value;
import java.util.List;
import java.util.Map;

/**
 * One row as it was produced.
 *
 * @param values by column; a missing column is a missing value; single-value columns have one
 */
public record Row(int partition, long offset, Map<String, List<Value>> values) {}
