/**
 * How a query is run, as those tell it who choose: operators with what decided and, if it was
 * measured, what each did. Descriptions of segments come in, one tree for a server and one table
 * for the client leave. Called by whoever runs segments, servers and brokers; only for EXPLAIN.
 */
@NullMarked
package io.gamay.query.explain;

import org.jspecify.annotations.NullMarked;
