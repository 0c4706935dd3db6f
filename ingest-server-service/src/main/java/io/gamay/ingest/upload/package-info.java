/**
 * Sealed files out: a local file and an attempt come in, an object in the deep store that was read
 * back leaves. Called by {@code consume}; blocks on disk and network.
 */
@NullMarked
package io.gamay.ingest.upload;

import org.jspecify.annotations.NullMarked;
