/** What became of every Kafka offset of a segment: indexed, filtered, rejected, absent or lost. */
@NullMarked
package io.gamay.segment.ledger;

import org.jspecify.annotations.NullMarked;
