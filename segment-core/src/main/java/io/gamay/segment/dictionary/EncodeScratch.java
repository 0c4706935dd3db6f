package io.gamay.segment.dictionary;

/**
 * Room for one batch of values on its way through a dictionary. The dictionaries of one writer
 * share it, so that it stays in the nearest cache.
 */
public final class EncodeScratch {

  /** Hashes of the values. */
  final int[] hashes = new int[MutableDictionary.BATCH];

  /** The values: keys, or first words of bytes. */
  final long[] words = new long[MutableDictionary.BATCH];

  /** The first entries that have the hashes. */
  final long[] entries = new long[MutableDictionary.BATCH];

  /** Heads of the records that the entries lead to. */
  final long[] heads = new long[MutableDictionary.BATCH];

  /** The values that the entries lead to, in the form of {@link #words}. */
  final long[] storedWords = new long[MutableDictionary.BATCH];
}
