package io.gamay.segment.mutable;

import io.gamay.segment.dictionary.EncodeScratch;

/**
 * Room for one step of an append, shared by the columns of a segment: they take turns.
 *
 * @param dictIds of the step's values, {@link MutableColumn#STEP} of them
 */
record WriterScratch(EncodeScratch encode, int[] dictIds) {

  WriterScratch() {
    this(new EncodeScratch(), new int[MutableColumn.STEP]);
  }
}
