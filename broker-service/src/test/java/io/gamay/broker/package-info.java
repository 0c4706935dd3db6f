/** Doubts about the broker as a whole. */
@NullMarked
package io.gamay.broker;

import org.jspecify.annotations.NullMarked;
