package io.gamay.query.merge;

/**
 * What one segment, one server, or several together know of an answer; two of the same plan merge
 * into one.
 */
public interface PartialResult {}
