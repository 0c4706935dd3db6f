package io.gamay.ingest.hosting;

import io.gamay.cluster.segment.SegmentName;
import io.gamay.cluster.table.TableConfig;
import io.gamay.cluster.view.ClusterView.SegmentView;
import io.gamay.segment.schema.IndexDecisions;
import java.time.Instant;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** One partition on this server, as the reconciler keeps it; written by the reconciler's thread. */
final class HostedPartition {

  private final PartitionServing serving;

  /** Why the last try to load a segment failed. */
  private final Map<SegmentName, String> loadFailures = new ConcurrentHashMap<>();

  /** Why the last try to fetch a segment that is served again, or to index it anew, failed. */
  private final Map<SegmentName, String> reloadFailures = new ConcurrentHashMap<>();

  /** Segments that are to be fetched again, and when that was asked for. */
  private final Map<SegmentName, Instant> downloadDemands = new ConcurrentHashMap<>();

  /** Segments that were, and the newest demand that this met. */
  private final Map<SegmentName, Instant> demandsMet = new ConcurrentHashMap<>();

  private volatile int configVersion;
  private volatile IndexDecisions indexes = IndexDecisions.NONE;
  private volatile NavigableMap<Integer, SegmentView> members = new TreeMap<>();
  private volatile @Nullable PartitionFeed feed;
  private final RestartPause restartPause = new RestartPause();
  private volatile boolean isRestartDemanded;
  private volatile String trouble = "";

  HostedPartition(PartitionServing serving) {
    this.serving = serving;
  }

  PartitionServing serving() {
    return serving;
  }

  Map<SegmentName, String> loadFailures() {
    return loadFailures;
  }

  Map<SegmentName, String> reloadFailures() {
    return reloadFailures;
  }

  /** Wants a segment fetched again, unless this very demand was met already. Any thread. */
  void demandDownload(SegmentName segment, Instant demandedAt) {
    if (!isMet(segment, demandedAt)) {
      downloadDemands.merge(segment, demandedAt, HostedPartition::later);
    }
  }

  /** The newest demand for a segment that is not met. */
  Optional<Instant> downloadDemand(SegmentName segment) {
    return Optional.ofNullable(downloadDemands.get(segment));
  }

  /** Whether a segment was fetched again since a demand. */
  boolean isMet(SegmentName segment, Instant demandedAt) {
    Instant met = demandsMet.get(segment);
    return met != null && !met.isBefore(demandedAt);
  }

  void noteDownloaded(SegmentName segment, Instant demandedAt) {
    demandsMet.merge(segment, demandedAt, HostedPartition::later);
    downloadDemands.remove(segment, demandedAt);
  }

  /** Nothing is to be done or said of a segment any more. */
  void forget(SegmentName segment) {
    loadFailures.remove(segment);
    reloadFailures.remove(segment);
    downloadDemands.remove(segment);
    demandsMet.remove(segment);
  }

  private static Instant later(Instant one, Instant other) {
    return one.isAfter(other) ? one : other;
  }

  /** What the table's config asks for, as metadata said last. */
  IndexDecisions indexes() {
    return indexes;
  }

  /** The version of that config; 0 before the first. */
  int configVersion() {
    return configVersion;
  }

  void setConfig(TableConfig now) {
    indexes = now.indexes();
    configVersion = now.version();
  }

  /** The segments that this instance is a member of, as metadata said last. */
  NavigableMap<Integer, SegmentView> members() {
    return members;
  }

  void setMembers(NavigableMap<Integer, SegmentView> now) {
    members = now;
  }

  @Nullable PartitionFeed feed() {
    return feed;
  }

  void setFeed(@Nullable PartitionFeed now) {
    feed = now;
    isRestartDemanded = false;
  }

  /** Why it could not be brought in order; empty when it could. */
  String trouble() {
    return trouble;
  }

  void setTrouble(String reason) {
    trouble = reason;
  }

  RestartPause restartPause() {
    return restartPause;
  }

  /** What the feed works on is gone: it is to begin again from what is left. Any thread. */
  void demandRestart() {
    isRestartDemanded = true;
  }

  /** Whether there is a feed that only a new one gets on from. */
  boolean isFeedBroken() {
    PartitionFeed now = feed;
    return now != null && (isRestartDemanded || now.isBroken());
  }

  boolean isMember(SegmentName segment) {
    SegmentView view = members.get(segment.sequence());
    return view != null && view.metadata().name().equals(segment);
  }

  boolean isBrought(SegmentName segment) {
    PartitionFeed now = feed;
    return now != null && now.isBringing(segment);
  }
}
