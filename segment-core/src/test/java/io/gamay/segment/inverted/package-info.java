/** Doubts about inverted indexes. */
@NullMarked
package io.gamay.segment.inverted;

import org.jspecify.annotations.NullMarked;
