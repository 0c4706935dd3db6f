/**
 * Plans over what this server holds: a request comes in, leased segments are read on the query
 * pool, a partial result with the offsets that it covers leaves. Called by {@code web}.
 */
@NullMarked
package io.gamay.ingest.execute;

import org.jspecify.annotations.NullMarked;
