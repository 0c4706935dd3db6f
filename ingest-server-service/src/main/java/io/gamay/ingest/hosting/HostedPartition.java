package io.gamay.ingest.hosting;

import io.gamay.cluster.assignment.DownloadOrders;
import io.gamay.cluster.segment.SegmentName;
import io.gamay.cluster.view.ClusterView.SegmentView;
import io.gamay.cluster.view.ClusterView.TableView;
import io.gamay.segment.schema.IndexDecisions;
import java.util.Map;
import java.util.NavigableMap;
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

  private volatile int configVersion;
  private volatile IndexDecisions indexes = IndexDecisions.NONE;
  private volatile DownloadOrders downloads = DownloadOrders.NONE;
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

  /** Nothing is to be done or said of a segment any more. */
  void forget(SegmentName segment) {
    loadFailures.remove(segment);
    reloadFailures.remove(segment);
  }

  /** What the table's config asks for, as metadata said last. */
  IndexDecisions indexes() {
    return indexes;
  }

  /** The version of that config; 0 before the first. */
  int configVersion() {
    return configVersion;
  }

  /** Sealed segments that are to be fetched again, as metadata said last. */
  DownloadOrders downloads() {
    return downloads;
  }

  void setTable(TableView now) {
    indexes = now.config().indexes();
    configVersion = now.config().version();
    downloads = now.downloads();
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
