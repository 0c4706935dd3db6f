package io.gamay.cluster.report;

/**
 * A record that is not a row.
 *
 * @param sample the first bytes of the record, as UTF-8 text where they are, else Base64
 */
public record QuarantinedRecord(
    String segment,
    int partition,
    long offset,
    String reason,
    String detail,
    String sample,
    boolean isSampleBase64,
    int recordSizeBytes) {}
