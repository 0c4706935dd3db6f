package io.gamay.ingest.hosting;

import io.gamay.cluster.assignment.DownloadOrders;
import io.gamay.cluster.segment.SegmentMetadata;
import io.gamay.cluster.segment.SegmentName;
import io.gamay.cluster.segment.SegmentState;
import io.gamay.cluster.view.ClusterView.SegmentView;
import io.gamay.cluster.view.ClusterView.TableView;
import io.gamay.segment.schema.IndexDecisions;
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

  String tableId() {
    return serving.tableId();
  }

  /** What queries see now. */
  PartitionView view() {
    return serving.view();
  }

  /** Shows a segment in the place of the one of its name, which is read no more by new queries. */
  void show(ServedSegment served) {
    serving
        .update(view -> view.with(served))
        .segment(served.name())
        .ifPresent(before -> before.holding().retire());
  }

  void hide(SegmentName segment) {
    serving
        .update(view -> view.without(segment))
        .segment(segment)
        .ifPresent(before -> before.holding().retire());
  }

  void hideAll() {
    serving
        .update(_ -> PartitionView.EMPTY)
        .segments()
        .forEach(segment -> segment.holding().retire());
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

  void clearMembers() {
    members = new TreeMap<>();
  }

  /** Whether nothing is shown or to be shown. */
  boolean isEmpty() {
    return members.isEmpty() && view().segments().isEmpty();
  }

  @Nullable PartitionFeed feed() {
    return feed;
  }

  void setFeed(@Nullable PartitionFeed now) {
    feed = now;
    isRestartDemanded = false;
  }

  void closeFeed() {
    PartitionFeed now = feed;
    if (now != null) {
      now.close();
      setFeed(null);
    }
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

  /** Whether the feed has the segment in its care. */
  boolean isFed(SegmentName segment) {
    PartitionFeed now = feed;
    return now != null && now.states().containsKey(segment);
  }

  /**
   * Whether the feed has a segment in its care whose place metadata gives to another one: it was
   * lost there, and made anew.
   */
  boolean isFedAnother() {
    PartitionFeed now = feed;
    return now != null
        && now.states().keySet().stream()
            .anyMatch(segment -> members.containsKey(segment.sequence()) && !isMember(segment));
  }

  /** What metadata says of a member that is ONLINE; empty if the segment is none. */
  Optional<SegmentMetadata> onlineMember(SegmentName segment) {
    return Optional.ofNullable(members.get(segment.sequence()))
        .map(SegmentView::metadata)
        .filter(metadata -> metadata.name().equals(segment) && isOnline(metadata));
  }

  static boolean isOnline(SegmentMetadata metadata) {
    return metadata.state() == SegmentState.ONLINE;
  }
}
