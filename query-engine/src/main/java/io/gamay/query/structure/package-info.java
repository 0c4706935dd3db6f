/**
 * What follows from the dictionaries of segments alone, whatever is asked: computed when a query
 * first needs it and kept for the next ones, under a bound in bytes. Knows dictionaries, gives
 * arrays by dictId. Never holds anything of an answer.
 */
@NullMarked
package io.gamay.query.structure;

import org.jspecify.annotations.NullMarked;
