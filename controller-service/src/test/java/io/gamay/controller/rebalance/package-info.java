/** Doubts about what is brought to where it belongs. */
@NullMarked
package io.gamay.controller.rebalance;

import org.jspecify.annotations.NullMarked;
