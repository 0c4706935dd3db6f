/**
 * Bytes between broker and server: requests with plans, responses with partial results; versioned.
 */
@NullMarked
package io.gamay.query.wire;

import org.jspecify.annotations.NullMarked;
