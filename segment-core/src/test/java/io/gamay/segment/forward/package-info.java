/** Doubts about forward indexes. */
@NullMarked
package io.gamay.segment.forward;

import org.jspecify.annotations.NullMarked;
