/** Consumes partitions, hosts segments, answers plans. */
@NullMarked
package io.gamay.ingest;

import org.jspecify.annotations.NullMarked;
