/** Doubts about the gateway as a whole. */
@NullMarked
package io.gamay.gateway;

import org.jspecify.annotations.NullMarked;
