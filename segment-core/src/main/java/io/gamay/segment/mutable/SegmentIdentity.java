package io.gamay.segment.mutable;

import io.gamay.segment.schema.TableSchema;

/** What never changes about a mutable segment. */
record SegmentIdentity(String segmentName, int partition, TableSchema schema, long startOffset) {}
