/**
 * Forward indexes, docId to value or dictId: those of mutable segments, which widen as dictionaries
 * grow, and those of sealed ones, packed. Used by {@code segment.mutable}, {@code segment.seal} and
 * {@code segment.immutable}.
 */
@NullMarked
package io.gamay.segment.forward;

import org.jspecify.annotations.NullMarked;
