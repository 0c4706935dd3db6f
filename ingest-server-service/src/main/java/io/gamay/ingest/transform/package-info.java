/**
 * Decoded records become rows of the table's schema: defaults, computed columns, and the fate of
 * each offset.
 */
@NullMarked
package io.gamay.ingest.transform;

import org.jspecify.annotations.NullMarked;
