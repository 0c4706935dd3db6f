package io.gamay.cluster.report;

/**
 * What one server holds of one sealed segment, to be compared with what a reload asked for.
 *
 * @param configVersion of the table's config that the server goes by
 * @param isIndexed whether the segment has the indexes of that config
 * @param downloadOrder the newest order to fetch it again that its copy satisfies, 0 if none
 * @param trouble why the last try failed; empty if it did not
 */
public record ReloadReport(
    String segment, int configVersion, boolean isIndexed, int downloadOrder, String trouble) {}
