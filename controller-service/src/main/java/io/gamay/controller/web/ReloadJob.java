package io.gamay.controller.web;

import io.gamay.cluster.layout.TableNode;
import io.gamay.cluster.report.ReloadReport;
import io.gamay.cluster.segment.SegmentName;
import io.gamay.cluster.view.ClusterView.TableView;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What was asked of the servers by one reload. All of it stands in its id, so that no controller
 * has to keep it: how far it is, the servers' segments tell.
 *
 * @param submittedAt epoch milliseconds, for people
 * @param configVersion of the table then
 * @param messageCount servers that took it
 * @param downloadOrder number of the order to fetch segments again, 0 if there is none
 * @param segment the only one that is meant; empty: all
 */
record ReloadJob(
    String tableId,
    long submittedAt,
    int configVersion,
    int messageCount,
    int downloadOrder,
    Optional<SegmentName> segment) {

  private static final Pattern ID =
      Pattern.compile(
          "([^~]+)~(\\d{1,18})~(\\d{1,9})~(\\d{1,9})~(?:reload|download([1-9]\\d{0,8}))(?:~(.+))?");

  /** Empty for what is no job's id. */
  static Optional<ReloadJob> parse(String id) {
    Matcher matcher = ID.matcher(id);
    if (!matcher.matches()) {
      return Optional.empty();
    }
    try {
      return Optional.of(
          new ReloadJob(
              matcher.group(1),
              Long.parseLong(matcher.group(2)),
              Integer.parseInt(matcher.group(3)),
              Integer.parseInt(matcher.group(4)),
              Optional.ofNullable(matcher.group(5)).map(Integer::parseInt).orElse(0),
              Optional.ofNullable(matcher.group(6)).map(SegmentName::parse)));
    } catch (IllegalArgumentException notASegment) {
      return Optional.empty();
    }
  }

  /**
   * @param table as it is stored, with the job's order as its newest one if there is one
   */
  static ReloadJob of(
      TableNode table, boolean isDownload, Optional<SegmentName> segment, Instant now) {
    return new ReloadJob(
        table.tableId(),
        now.toEpochMilli(),
        table.configVersion(),
        0,
        isDownload ? table.downloads().newest() : 0,
        segment);
  }

  /** Safe within a path. */
  String id() {
    return "%s~%d~%d~%d~%s%s"
        .formatted(
            tableId,
            submittedAt,
            configVersion,
            messageCount,
            isDownload() ? "download" + downloadOrder : "reload",
            segment.map(name -> "~" + name).orElse(""));
  }

  boolean isDownload() {
    return downloadOrder > 0;
  }

  ReloadJob taken(int byServers) {
    return new ReloadJob(tableId, submittedAt, configVersion, byServers, downloadOrder, segment);
  }

  /** Below {@code /internal/tables/{tableId}/} of a server: asks what it holds. */
  String statusPath() {
    return "reloaded" + segment.map(name -> "?segment=" + name).orElse("");
  }

  /** Whether the segment that it names, if any, bears the table's name. */
  boolean canBeOf(TableView table) {
    return segment.map(name -> name.table().equals(table.config().name())).orElse(true);
  }

  /** Whether the job is about a sealed segment of its table. */
  boolean isAbout(SegmentName name, TableView table) {
    if (segment.isPresent()) {
      return segment.get().equals(name);
    }
    boolean isOrderKnown = table.downloads().ofAll() >= downloadOrder;
    return !isDownload() || !isOrderKnown || table.downloads().isReached(name);
  }

  /** Whether a server holds a segment as it was asked for. */
  boolean isMetBy(ReloadReport held) {
    return held.configVersion() >= configVersion
        && held.isIndexed()
        && held.downloadOrder() >= downloadOrder;
  }

  /** As Pinot has it: all text. */
  Map<String, String> metadata(TableView table) {
    Map<String, String> metadata = new LinkedHashMap<>();
    metadata.put("jobId", id());
    metadata.put("tableName", table.config().nameWithType());
    metadata.put("jobType", "RELOAD_SEGMENT");
    metadata.put("submissionTimeMs", Long.toString(submittedAt));
    metadata.put("messageCount", Integer.toString(messageCount));
    metadata.put("forceDownload", Boolean.toString(isDownload()));
    segment.ifPresent(name -> metadata.put("segmentName", name.toString()));
    return metadata;
  }
}
