package io.gamay.query.merge;

/** What one segment knows of an answer, and what finding it out cost. */
public record SegmentResult(PartialResult result, ExecutionStatistics statistics) {}
