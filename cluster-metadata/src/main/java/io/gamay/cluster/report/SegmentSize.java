package io.gamay.cluster.report;

/** Disk taken by a sealed segment on one server. */
public record SegmentSize(String segment, long diskSizeBytes) {}
