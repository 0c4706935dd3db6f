/**
 * The sealed segment file: its blocks, footer and checksums; the only code that knows file offsets.
 * Blocks come in from the writers of the column rooms and leave as checked memory. Called by the
 * rooms {@code seal}, {@code immutable}, {@code dictionary}, {@code forward} and {@code inverted}.
 */
@NullMarked
package io.gamay.segment.format;

import org.jspecify.annotations.NullMarked;
