package io.gamay.controller.web;

import io.gamay.cluster.view.ClusterView.TableView;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What was asked of the servers by one reload. All of it stands in its id, so that no controller
 * has to keep it: how far it is, the servers' segments tell.
 *
 * @param submittedAt epoch milliseconds
 * @param configVersion of the table then
 * @param messageCount servers that took it
 * @param segment the only one that is meant; empty: all
 */
record ReloadJob(
    String tableId,
    long submittedAt,
    int configVersion,
    int messageCount,
    boolean isDownload,
    Optional<String> segment) {

  private static final Pattern ID =
      Pattern.compile("(.+)~(\\d{1,18})~(\\d{1,9})~(\\d{1,9})~(reload|download)(?:~(.+))?");

  static Optional<ReloadJob> parse(String id) {
    Matcher matcher = ID.matcher(id);
    return matcher.matches()
        ? Optional.of(
            new ReloadJob(
                matcher.group(1),
                Long.parseLong(matcher.group(2)),
                Integer.parseInt(matcher.group(3)),
                Integer.parseInt(matcher.group(4)),
                matcher.group(5).equals("download"),
                Optional.ofNullable(matcher.group(6))))
        : Optional.empty();
  }

  /** Safe within a path. */
  String id() {
    return "%s~%d~%d~%d~%s%s"
        .formatted(
            tableId,
            submittedAt,
            configVersion,
            messageCount,
            isDownload ? "download" : "reload",
            segment.map(name -> "~" + name).orElse(""));
  }

  ReloadJob taken(int byServers) {
    return new ReloadJob(tableId, submittedAt, configVersion, byServers, isDownload, segment);
  }

  /** Below {@code /internal/tables/{tableId}/} of a server: asks for it. */
  String orderPath() {
    return isDownload ? "reload?downloadDemandedAt=%d%s".formatted(submittedAt, only()) : "reload";
  }

  /** Below the same: asks how far it is. */
  String statusPath() {
    String since = isDownload ? "&downloadedSince=" + submittedAt : "";
    return "reloaded?configVersion=%d%s%s".formatted(configVersion, since, only());
  }

  private String only() {
    return segment.map(name -> "&segment=" + name).orElse("");
  }

  /** As Pinot has it: all text. */
  Map<String, String> metadata(TableView table) {
    Map<String, String> metadata = new LinkedHashMap<>();
    metadata.put("jobId", id());
    metadata.put("tableName", table.config().nameWithType());
    metadata.put("jobType", "RELOAD_SEGMENT");
    metadata.put("submissionTimeMs", Long.toString(submittedAt));
    metadata.put("messageCount", Integer.toString(messageCount));
    metadata.put("forceDownload", Boolean.toString(isDownload));
    segment.ifPresent(name -> metadata.put("segmentName", name));
    return metadata;
  }
}
