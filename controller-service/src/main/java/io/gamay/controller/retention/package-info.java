/**
 * The end of segments: those that are too old, and objects that no segment names. Called by the
 * leader's chores.
 */
@NullMarked
package io.gamay.controller.retention;

import org.jspecify.annotations.NullMarked;
