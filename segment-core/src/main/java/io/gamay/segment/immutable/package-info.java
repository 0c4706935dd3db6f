/**
 * A sealed file, mapped and readable. A path comes in, a {@link
 * io.gamay.segment.read.SegmentReader} leaves. Called by the server's hosting room, which lends it
 * to queries.
 */
@NullMarked
package io.gamay.segment.immutable;

import org.jspecify.annotations.NullMarked;
