/** Responses become one answer that says which offsets it covers and what it lacks. */
@NullMarked
package io.gamay.broker.gather;

import org.jspecify.annotations.NullMarked;
