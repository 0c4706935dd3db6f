/**
<<<<<<< HEAD
 * DocId to dictId or value. Mutable forward indexes grow at their end under one writer; their views
 * are read by the columns of a segment, nobody else.
=======
 * Forward indexes, docId to value or dictId: those of mutable segments, which widen as dictionaries
 * grow, and those of sealed ones, packed. Used by {@code segment.mutable}, {@code segment.seal} and
 * {@code segment.immutable}.
>>>>>>> origin/main
 */
@NullMarked
package io.gamay.segment.forward;

import org.jspecify.annotations.NullMarked;
