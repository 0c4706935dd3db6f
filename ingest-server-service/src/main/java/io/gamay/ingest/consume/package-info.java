/**
 * The loop that owns a partition's newest segments: batches come in on the partition's thread, rows
 * appear in {@code hosting}'s view, and segments end as the leader of the cluster decides. Called
 * by {@code wiring} through {@code hosting}.
 */
@NullMarked
package io.gamay.ingest.consume;

import org.jspecify.annotations.NullMarked;
