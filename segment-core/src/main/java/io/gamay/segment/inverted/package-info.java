/**
 * From dictIds to docIds: one Roaring bitmap per dictId. (dictId, docId) pairs come in from the
 * seal, bitmaps leave to queries. Called by the rooms {@code seal} and {@code immutable}.
 */
@NullMarked
package io.gamay.segment.inverted;

import org.jspecify.annotations.NullMarked;
