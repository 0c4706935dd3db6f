/**
 * Which values are surely not in a column: a split-block bloom filter. Hashes of values come in
 * from the seal, answers leave to the pruning of queries. Called by the rooms {@code seal} and
 * {@code immutable}.
 */
@NullMarked
package io.gamay.segment.bloom;

import org.jspecify.annotations.NullMarked;
