/**
 * Brings tables to where they belong, when somebody orders it. Orders stand in metadata; the leader
 * goes on with each in small steps through {@link io.gamay.controller.assignment.SegmentMover}.
 * Called by {@code web} and by the leader's chores.
 */
@NullMarked
package io.gamay.controller.rebalance;

import org.jspecify.annotations.NullMarked;
