package io.gamay.ingest.hosting;

import io.gamay.cluster.assignment.CurrentSegment;
import io.gamay.cluster.assignment.CurrentSegment.ServingState;
import io.gamay.cluster.segment.SegmentMetadata;
import io.gamay.cluster.segment.SegmentName;
import io.gamay.cluster.view.ClusterView;
import io.gamay.cluster.view.ClusterView.SegmentView;
import io.gamay.cluster.view.ClusterView.TableView;
import io.gamay.segment.format.SegmentFiles;
import io.gamay.segment.read.SegmentReader;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiConsumer;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes this server hold what metadata wants here: loads ONLINE segments, keeps a feed for each
 * partition with segments that are not, drops what is wanted no more, and says what it really
 * serves. Level-triggered: {@link #reconcile} compares wanted and actual and may run as often as
 * one likes, one call at a time. The other methods may be called from any thread.
 */
public final class SegmentHost implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(SegmentHost.class);

  private final String instanceId;
  private final LocalSegments local;
  private final HostedPartitions partitions = new HostedPartitions();
  private final SegmentCopies copies;
  private final EvictableFiles files;
  private final SegmentLoader loader;
  private final MissedSegments missed;
  private final HostingReports reports;
  private final Eviction eviction;
  private final PartitionFeed.Factory feeds;
  private final CurrentStates states;
  private final Runnable nudge;
  private final InstantSource clock;
  private final Duration dropGrace;

  /** Since when something that is here is wanted no more; reconciler's thread. */
  private final Map<SegmentKey, Instant> unwantedSince = new HashMap<>();

  private volatile boolean hasReconciled;

  /**
   * @param loads brings segments that are not served
   * @param reloads works on segments that are served, so many at a time as it has threads
   * @param eviction bounds the sealed files here; this host's own from now on
   * @param sidecars by which these are written
   * @param random for the names of unfinished files only
   * @param publishStates takes what is served of a table: table id, state by segment
   * @param nudge asks for a {@link #reconcile} soon
   * @param dropGrace how long a segment stays after metadata stopped to want it here: longer than
   *     brokers' views are old and queries run
   */
  public SegmentHost(
      String instanceId,
      LocalSegments local,
      SegmentFetcher fetcher,
      LeaseRegistry leases,
      RetryPool loads,
      RetryPool reloads,
      Eviction eviction,
      SegmentFiles sidecars,
      RandomGenerator random,
      PartitionFeed.Factory feeds,
      BiConsumer<String, Map<SegmentName, CurrentSegment>> publishStates,
      Runnable nudge,
      InstantSource clock,
      Duration dropGrace) {
    this.instanceId = instanceId;
    this.local = local;
    this.copies = new SegmentCopies(local, fetcher, leases);
    this.files =
        new EvictableFiles(
            partitions,
            copies,
            fetcher,
            leases,
            eviction,
            key -> loads.isBusy(key) && !loads.isWaiting(key),
            nudge,
            clock);
    this.loader =
        new SegmentLoader(
            copies, files, loads, reloads, leases, sidecars, random, this::dropCorrupt, nudge);
    this.missed = new MissedSegments(instanceId, partitions);
    this.reports = new HostingReports(partitions, missed, eviction.room(), copies, loader);
    this.eviction = eviction;
    this.feeds = feeds;
    this.states = new CurrentStates(publishStates);
    this.nudge = nudge;
    this.clock = clock;
    this.dropGrace = dropGrace;
  }

  /** What is shown to queries of a partition; empty if this server has nothing of it. */
  public Optional<PartitionServing> serving(String tableId, int partition) {
    return partitions
        .find(new HostedPartitions.Key(tableId, partition))
        .map(HostedPartition::serving);
  }

  /** The partitions of a table that are here. */
  public List<PartitionServing> servingOf(String tableId) {
    return partitions.of(tableId).stream().map(HostedPartition::serving).toList();
  }

  /** The tables that something is here of. */
  public Set<String> tableIds() {
    Set<String> tableIds = new HashSet<>();
    partitions.all().forEach(hosted -> tableIds.add(hosted.tableId()));
    return tableIds;
  }

  /** The feeds of a table's partitions. */
  public List<PartitionFeed> feedsOf(String tableId) {
    return partitions.of(tableId).stream()
        .map(HostedPartition::feed)
        .filter(Objects::nonNull)
        .toList();
  }

  /** Whether metadata was compared with what is here at least once. */
  public boolean hasReconciled() {
    return hasReconciled;
  }

  /** How what is here stands. */
  public HostingReports reports() {
    return reports;
  }

  /** Bounds the sealed files on this disk, and tells what it has done. */
  public Eviction eviction() {
    return eviction;
  }

  /** The number of a query's use of segments, for {@link SegmentHolding#noteUse}. */
  public long nextUse() {
    return files.nextUse();
  }

  /**
   * The sealed segment with its file on this disk, leased. It may have to be fetched first; nobody
   * is blocked meanwhile. Who waits no longer cancels the future. It fails if the file does not
   * come, or if no segment with these data is hosted here any more.
   */
  public CompletableFuture<LeasedSegment> recall(String tableId, SegmentName name, int dataCrc) {
    return files.recall(tableId, name, dataCrc);
  }

  /**
   * A read met bytes that are not what was written: the file is shown no more and fetched anew,
   * unless another copy has taken the place of the one that was read.
   */
  public void dropCorrupt(String tableId, SegmentName segment, SegmentReader corrupt) {
    SegmentKey key = new SegmentKey(tableId, segment);
    Optional<HostedPartition> found =
        partitions
            .find(HostedPartitions.Key.of(key))
            .filter(hosted -> isShown(hosted, segment, corrupt));
    if (found.isEmpty()) {
      return;
    }
    LOG.error("local file of {} is corrupt, is served no more and fetched again", segment);
    try {
      copies.delete(key);
    } catch (IOException e) {
      LOG.warn("corrupt file of {} cannot be deleted", segment, e);
    }
    files.forget(key);
    HostedPartition hosted = found.get();
    hosted.hide(segment);
    if (isToBeCommitted(hosted, segment) && hosted.isBrought(segment)) {
      hosted.demandRestart();
    }
    nudge.run();
  }

  private static boolean isShown(HostedPartition hosted, SegmentName name, SegmentReader copy) {
    return IndexRebuilder.sealed(hosted.view(), name).filter(shown -> shown == copy).isPresent();
  }

  /** Nobody else may have the rows: they are read from the stream again. */
  private static boolean isToBeCommitted(HostedPartition hosted, SegmentName segment) {
    SegmentView member = hosted.members().get(segment.sequence());
    return member != null && !HostedPartition.isOnline(member.metadata());
  }

  /** Compares what is wanted with what is, soon. */
  public void reload() {
    nudge.run();
  }

  /** Compares what is wanted with what is, and starts what is to be done. */
  public void reconcile(ClusterView view) {
    if (view.revision() == 0) {
      return;
    }
    if (!hasReconciled) {
      files.noteFound(filesHere(), local);
    }
    Set<HostedPartitions.Key> wanted = new HashSet<>();
    for (TableView table : view.tables().values()) {
      for (ClusterView.PartitionView partition : table.partitions().values()) {
        NavigableMap<Integer, SegmentView> members = membersOf(partition.segments());
        HostedPartitions.Key key = new HostedPartitions.Key(table.tableId(), partition.partition());
        if (!members.isEmpty()) {
          wanted.add(key);
          reconcileAlone(table, partitions.findOrAdd(key), members);
        }
      }
    }
    partitions.clearMembersBut(wanted);
    if (!hasReconciled) {
      missed.noteWanted();
    }
    missed.forgetServed();
    hasReconciled = true;
    dropUnwanted();
    states.publish(partitions.all());
    partitions.all().forEach(hosted -> files.noteShown(hosted.serving()));
    files.nudge();
  }

  /** Ends all feeds and forgets all segments. Queries must have ended. */
  @Override
  public void close() {
    partitions.all().forEach(HostedPartition::closeFeed);
    loader.close();
    files.close();
    partitions.all().forEach(HostedPartition::hideAll);
    partitions.clear();
  }

  private NavigableMap<Integer, SegmentView> membersOf(Map<Integer, SegmentView> segments) {
    NavigableMap<Integer, SegmentView> members = new TreeMap<>();
    segments.forEach(
        (sequence, segment) -> {
          if (segment.assignment().wanted().containsKey(instanceId)
              || segment.assignment().leaving().contains(instanceId)) {
            members.put(sequence, segment);
          }
        });
    return members;
  }

  /** One partition that cannot be brought in order does not hold up the others. */
  private void reconcileAlone(
      TableView table, HostedPartition hosted, NavigableMap<Integer, SegmentView> members) {
    try {
      reconcilePartition(table, hosted, members);
      hosted.setTrouble("");
    } catch (RuntimeException e) {
      int partition = hosted.serving().partition();
      LOG.error("partition {} of {} cannot be reconciled", partition, table.tableId(), e);
      hosted.setTrouble("partition %d of %s: %s".formatted(partition, table.tableId(), e));
    }
  }

  private void reconcilePartition(
      TableView table, HostedPartition hosted, NavigableMap<Integer, SegmentView> members) {
    hosted.setMembers(members);
    hosted.setTable(table);
    boolean isOver = hosted.isFeedBroken() && hosted.restartPause().isOver(clock.instant());
    if (isOver || hosted.isFedAnother()) {
      endFeed(hosted);
    }
    boolean feeds =
        members.values().stream().anyMatch(member -> !HostedPartition.isOnline(member.metadata()));
    PartitionFeed feed = hosted.feed();
    if (feed == null && feeds) {
      feed = this.feeds.create(hosted.serving());
      hosted.setFeed(feed);
    }
    for (SegmentView member : members.values()) {
      if (HostedPartition.isOnline(member.metadata())) {
        loader.ensureLoaded(hosted, member.metadata());
        loader.ensureReloaded(hosted, member.metadata());
      }
    }
    if (feed != null) {
      feed.onMetadata(table, members);
    }
  }

  /** What the feed showed goes with it, but for segments that hosting shows as they should be. */
  private static void endFeed(HostedPartition hosted) {
    PartitionServing serving = hosted.serving();
    LOG.warn("partition {} of {} is consumed anew", serving.partition(), serving.tableId());
    hosted.closeFeed();
    serving.update(view -> loadedOnly(hosted, view)).segments().stream()
        .filter(shown -> !isLoaded(hosted, shown))
        .forEach(shown -> shown.holding().retire());
  }

  private static PartitionView loadedOnly(HostedPartition hosted, PartitionView view) {
    return new PartitionView(
        view.segments().stream().filter(shown -> isLoaded(hosted, shown)).toList(), false);
  }

  private static boolean isLoaded(HostedPartition hosted, ServedSegment shown) {
    return hosted
        .onlineMember(shown.name())
        .flatMap(SegmentMetadata::stored)
        .filter(named -> shown.dataCrc().equals(OptionalInt.of(named.dataCrc())))
        .isPresent();
  }

  /**
   * Tries again, at once, what is in ERROR here: a load that waits for its next try, a partition
   * whose consumption is broken. What is in order is left as it is.
   *
   * @param segment one of the table's; empty: all
   * @return the segments that are tried again
   */
  public List<String> reset(String tableId, Optional<SegmentName> segment) {
    List<String> again = new ArrayList<>();
    for (HostedPartition hosted : partitions.of(tableId)) {
      for (SegmentName broken : broken(hosted)) {
        if (segment.isEmpty() || segment.get().equals(broken)) {
          reset(hosted, broken);
          again.add(broken.toString());
        }
      }
    }
    again.sort(Comparator.naturalOrder());
    nudge.run();
    return again;
  }

  private static Set<SegmentName> broken(HostedPartition hosted) {
    Set<SegmentName> broken = new HashSet<>(hosted.loadFailures().keySet());
    broken.addAll(hosted.reloadFailures().keySet());
    PartitionFeed feed = hosted.feed();
    if (feed != null) {
      feed.states()
          .forEach(
              (name, state) -> {
                if (state.state() == ServingState.ERROR) {
                  broken.add(name);
                }
              });
    }
    return broken;
  }

  private void reset(HostedPartition hosted, SegmentName name) {
    LOG.info("segment {} is tried again by order", name);
    loader.hurry(new SegmentKey(hosted.tableId(), name));
    PartitionFeed feed = hosted.feed();
    CurrentSegment fed = feed == null ? null : feed.states().get(name);
    if (fed != null && fed.state() == ServingState.ERROR) {
      hosted.restartPause().skip(clock.instant());
      hosted.demandRestart();
    }
  }

  /** What is here but was wanted by no view for the time of the grace goes. */
  private void dropUnwanted() {
    Map<SegmentKey, @Nullable HostedPartition> unwanted = unwantedNow();
    unwantedSince.keySet().retainAll(unwanted.keySet());
    Instant now = clock.instant();
    unwanted.forEach(
        (key, hosted) -> {
          Instant since = unwantedSince.computeIfAbsent(key, _ -> now);
          if (!now.isBefore(since.plus(dropGrace)) && !isBusy(key)) {
            drop(key, hosted);
          }
        });
    partitions.removeEmpty(busyPartitions());
  }

  /** Whether a file may yet come: what is not wanted is not begun, what has begun ends. */
  private boolean isBusy(SegmentKey key) {
    return loader.isBusy(key) || files.isFetching(key);
  }

  /** Only the reconciler's thread makes a partition busy: none is missing when this is read. */
  private Set<HostedPartitions.Key> busyPartitions() {
    Set<HostedPartitions.Key> busy = new HashSet<>();
    loader.busy().forEach(key -> busy.add(HostedPartitions.Key.of(key)));
    files.fetching().forEach(key -> busy.add(HostedPartitions.Key.of(key)));
    return busy;
  }

  private Map<SegmentKey, @Nullable HostedPartition> unwantedNow() {
    Map<SegmentKey, @Nullable HostedPartition> unwanted = new HashMap<>();
    for (LocalSegments.LocalSegment file : filesHere()) {
      SegmentKey key = new SegmentKey(file.tableId(), file.segment());
      HostedPartition hosted = partitions.find(HostedPartitions.Key.of(key)).orElse(null);
      if (hosted == null || !hosted.isMember(file.segment())) {
        unwanted.put(key, hosted);
      }
    }
    for (HostedPartition hosted : partitions.all()) {
      for (ServedSegment served : hosted.view().segments()) {
        if (!hosted.isMember(served.name())) {
          unwanted.put(new SegmentKey(hosted.tableId(), served.name()), hosted);
        }
      }
    }
    return unwanted;
  }

  private Collection<LocalSegments.LocalSegment> filesHere() {
    try {
      return local.list();
    } catch (IOException e) {
      LOG.warn("local segments cannot be listed", e);
      return List.of();
    }
  }

  private void drop(SegmentKey key, @Nullable HostedPartition hosted) {
    LOG.info("segment {} is wanted here no more and is dropped", key.segment());
    if (hosted != null) {
      if (hosted.members().isEmpty()) {
        hosted.closeFeed();
      }
      hosted.hide(key.segment());
      hosted.forget(key.segment());
    }
    try {
      copies.delete(key);
      files.forget(key);
      unwantedSince.remove(key);
    } catch (IOException e) {
      LOG.warn("file of {} cannot be deleted now", key.segment(), e);
    }
  }
}
