package io.gamay.ingest.hosting;

import io.gamay.cluster.segment.SegmentName;

/** A segment of one creation of a table. */
record SegmentKey(String tableId, SegmentName segment) {}
