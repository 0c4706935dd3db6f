/**
 * The metadata store contract: versioned nodes, transactions, watches, ephemeral nodes, leadership.
 */
@NullMarked
package io.gamay.cluster.store;

import org.jspecify.annotations.NullMarked;
