/**
 * Bytes of records in, typed columns by source field out. Knows record formats; knows neither Kafka
 * nor segments. A bad record is a counted value, never an exception.
 */
@NullMarked
package io.gamay.ingest.decode;

import org.jspecify.annotations.NullMarked;
