/**
 * The conversation with the leading controller: reports leave, answers come back. Called by {@code
 * consume}; never blocks.
 */
@NullMarked
package io.gamay.ingest.commit;

import org.jspecify.annotations.NullMarked;
