/** Assembles the rooms; the one place that sees them all. */
@NullMarked
package io.gamay.broker.wiring;

import org.jspecify.annotations.NullMarked;
