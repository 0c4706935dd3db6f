package io.gamay.cluster.report;

import io.gamay.segment.ledger.LedgerCounts;

/**
 * One consuming segment as its server sees it.
 *
 * @param state a name of the server's state machine, for example INITIAL_CONSUMING
 * @param currentOffset the next offset to read
 * @param latestOffset Kafka's end offset when it was last seen, -1 when unknown
 * @param lastConsumedMillis when rows last came in, epoch milliseconds; 0 before the first
 * @param ledger of [start, currentOffset)
 * @param memoryBytes taken from the machine by the rows, unused room in slabs included
 * @param reason why it does not go on; empty when it does
 */
public record ConsumingReport(
    String instance,
    String segment,
    int partition,
    String state,
    long startOffset,
    long currentOffset,
    long latestOffset,
    long lastConsumedMillis,
    int docCount,
    LedgerCounts ledger,
    long memoryBytes,
    String reason) {}
