/**
 * From dictIds to docIds: a Roaring bitmap for each dictId that is rare, a count for every one.
 * (dictId, docId) pairs come in from the seal, bitmaps leave to queries. Called by the rooms {@code
 * seal} and {@code immutable}.
 */
@NullMarked
package io.gamay.segment.inverted;

import org.jspecify.annotations.NullMarked;
