/**
 * Writes any view of a segment as one sealed file. A {@link io.gamay.segment.read.SegmentReader}
 * and what the ledger says come in, a {@link io.gamay.segment.seal.SealedSegment} leaves. Called by
 * the server when a segment's end offset is decided.
 */
@NullMarked
package io.gamay.segment.seal;

import org.jspecify.annotations.NullMarked;
