/**
 * Kafka in: records of one partition leave as {@link io.gamay.ingest.stream.StreamBatch}, on the
 * partition's own thread. The only room that knows Kafka; called by {@code consume} and {@code
 * wiring}.
 */
@NullMarked
package io.gamay.ingest.stream;

import org.jspecify.annotations.NullMarked;
