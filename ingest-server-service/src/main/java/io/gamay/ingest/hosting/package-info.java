/**
 * Segments that this server holds: sealed files come in from the deep store or from the consuming
 * loop, leased readers leave to query execution. Keeps what metadata wants here, and nothing else.
 * Called by {@code consume}, {@code execute}, {@code web} and {@code wiring}.
 */
@NullMarked
package io.gamay.ingest.hosting;

import org.jspecify.annotations.NullMarked;
