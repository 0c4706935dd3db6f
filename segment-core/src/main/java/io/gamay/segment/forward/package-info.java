/**
 * From docIds to values: packed integers, plain values of fixed and varying width, zone maps.
 * Values come in one by one from the seal and leave as arrays, a block of docIds at a time. Called
 * by the rooms {@code seal}, {@code immutable}, {@code dictionary} and {@code inverted}.
 */
@NullMarked
package io.gamay.segment.forward;

import org.jspecify.annotations.NullMarked;
