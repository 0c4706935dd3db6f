/** Doubts about sealing and reading back: round trips, identity of bytes, faults. */
@NullMarked
package io.gamay.segment.seal;

import org.jspecify.annotations.NullMarked;
