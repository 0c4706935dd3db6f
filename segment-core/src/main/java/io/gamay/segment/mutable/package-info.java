/**
 * The segment that is being fed: row batches come in from the partition's thread, fixed views leave
 * to any number of readers. Called by the consuming loop (as writer), the sealer and query
 * execution (as readers, under a lease).
 */
@NullMarked
package io.gamay.segment.mutable;

import org.jspecify.annotations.NullMarked;
