/**
 * The distinct values of a column and their numbers. Mutable dictionaries take values in order of
 * arrival and give dictIds; sorted ones are written at the seal. Both are read through {@link
 * io.gamay.segment.read.DictionaryReader}. Called by the mutable and sealed columns.
 */
@NullMarked
package io.gamay.segment.dictionary;

import org.jspecify.annotations.NullMarked;
