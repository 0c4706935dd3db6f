package io.gamay.segment.read;

/**
 * Lengths in bytes of a column's values of varying width.
 *
 * @param shortest of one value
 * @param longest of one value
 * @param total of the values of all rows, a value counted as often as it occurs
 */
public record ByteLengths(int shortest, int longest, long total) {}
