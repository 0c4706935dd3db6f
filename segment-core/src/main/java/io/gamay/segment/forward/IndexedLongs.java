package io.gamay.segment.forward;

/** Integers by index, in whatever form they are stored. Immutable and thread-safe. */
public sealed interface IndexedLongs permits PackedReader, IntegersReader {

  long count();

  long longAt(long index);
}
