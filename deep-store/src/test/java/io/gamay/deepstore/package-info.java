/** Doubts about the deep store. */
@NullMarked
package io.gamay.deepstore;

import org.jspecify.annotations.NullMarked;
