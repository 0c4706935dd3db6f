package io.gamay.cluster.report;

/**
 * Whether one sealed segment on one server is as a reload asked for.
 *
 * @param trouble why the last try failed; empty if it did not
 */
public record ReloadReport(String segment, boolean isDone, String trouble) {}
