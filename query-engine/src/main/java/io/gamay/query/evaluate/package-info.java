/**
 * Typed expressions in, vectors of one block's values out; called by filters, aggregations,
 * selections and the building of results.
 */
@NullMarked
package io.gamay.query.evaluate;

import org.jspecify.annotations.NullMarked;
