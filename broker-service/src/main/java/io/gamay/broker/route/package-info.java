/**
 * A table's view in; which sealed segments and which tails hold a query's rows, and which replica
 * to ask for each, out.
 */
@NullMarked
package io.gamay.broker.route;

import org.jspecify.annotations.NullMarked;
