/**
 * A filter and what is known of a segment's values in, whether any row can pass out; called by
 * servers and brokers.
 */
@NullMarked
package io.gamay.query.prune;

import org.jspecify.annotations.NullMarked;
