/** What can go wrong with a query that a client is told of, by Pinot's numbers. */
@NullMarked
package io.gamay.query.error;

import org.jspecify.annotations.NullMarked;
