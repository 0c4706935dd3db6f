/**
 * Typed values in columns, their numbering and their order as bytes; the other rooms of a query's
 * execution build on it.
 */
@NullMarked
package io.gamay.query.vector;

import org.jspecify.annotations.NullMarked;
