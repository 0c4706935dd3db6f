/**
 * Off-heap memory of mutable segments: append-only vectors in chunks that never move, cut from
 * slabs that may lie in huge pages. Values come in from one writer thread and leave through
 * immutable views; the mutable dictionaries, forward indexes and columns call it, nobody else.
 */
@NullMarked
package io.gamay.segment.memory;

import org.jspecify.annotations.NullMarked;
