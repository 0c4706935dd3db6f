package io.gamay.ingest.hosting;

import io.gamay.cluster.assignment.CurrentSegment;
import io.gamay.cluster.assignment.CurrentSegment.ServingState;
import io.gamay.cluster.report.IndexReport;
import io.gamay.cluster.report.ReloadReport;
import io.gamay.cluster.segment.SegmentMetadata;
import io.gamay.cluster.segment.SegmentName;
import io.gamay.cluster.segment.SegmentState;
import io.gamay.cluster.segment.StoredCopy;
import io.gamay.cluster.view.ClusterView;
import io.gamay.cluster.view.ClusterView.SegmentView;
import io.gamay.cluster.view.ClusterView.TableView;
import io.gamay.segment.format.SegmentCorruptException;
import io.gamay.segment.format.SegmentFiles;
import io.gamay.segment.immutable.ImmutableSegment;
import io.gamay.segment.immutable.IndexDescription;
import io.gamay.segment.ledger.OffsetRange;
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
import java.util.concurrent.ConcurrentHashMap;
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

  /** For a repair to store it again. */
  private static final Duration NOT_STORED_MEMORY = Duration.ofMinutes(5);

  private final String instanceId;
  private final LocalSegments local;
  private final DownloadMarks downloads;
  private final SegmentFetcher fetcher;
  private final LeaseRegistry leases;
  private final RetryPool loads;
  private final RetryPool reloads;
  private final IndexRebuilder rebuilder;
  private final Eviction eviction;
  private final LocalRoom room;
  private final RoomKeeper keeper;
  private final SegmentRecall recall;
  private final PartitionFeed.Factory feeds;
  private final BiConsumer<String, Map<SegmentName, CurrentSegment>> publishStates;
  private final Runnable nudge;
  private final InstantSource clock;

  /** What was to be given up and the deep store lacks. Of the thread that gives up. */
  private final RecentRefusals notStored;

  private final Duration dropGrace;

  private final Map<PartitionKey, HostedPartition> partitions = new ConcurrentHashMap<>();

  /** Since when something that is here is wanted no more; reconciler's thread. */
  private final Map<SegmentKey, Instant> unwantedSince = new HashMap<>();

  private final Set<String> publishedTables = new HashSet<>();

  private volatile boolean hasReconciled;

  private record PartitionKey(String tableId, int partition) {}

  /**
   * @param loads brings segments that are not served
   * @param reloads works on segments that are served, so many at a time as it has threads
   * @param eviction bounds the sealed files here; this host's own from now on
   * @param files by which sidecars are written
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
      SegmentFiles files,
      RandomGenerator random,
      PartitionFeed.Factory feeds,
      BiConsumer<String, Map<SegmentName, CurrentSegment>> publishStates,
      Runnable nudge,
      InstantSource clock,
      Duration dropGrace) {
    this.instanceId = instanceId;
    this.local = local;
    this.downloads = new DownloadMarks(local);
    this.fetcher = fetcher;
    this.leases = leases;
    this.loads = loads;
    this.reloads = reloads;
    this.rebuilder = new IndexRebuilder(leases, files, random);
    this.eviction = eviction;
    this.room = eviction.room();
    this.keeper = new RoomKeeper(room, eviction.keeper(), this::giveUp, eviction.evictionCount());
    this.recall = new SegmentRecall(eviction, keeper, this::recalled);
    leases.onIdle(keeper::nudge);
    this.feeds = feeds;
    this.publishStates = publishStates;
    this.nudge = nudge;
    this.clock = clock;
    this.notStored = new RecentRefusals(clock, NOT_STORED_MEMORY);
    this.dropGrace = dropGrace;
  }

  /** What is shown to queries of a partition; empty if this server has nothing of it. */
  public Optional<PartitionServing> serving(String tableId, int partition) {
    return Optional.ofNullable(partitions.get(new PartitionKey(tableId, partition)))
        .map(HostedPartition::serving);
  }

  /** The partitions of a table that are here. */
  public List<PartitionServing> servingOf(String tableId) {
    return partitions.entrySet().stream()
        .filter(entry -> entry.getKey().tableId().equals(tableId))
        .map(entry -> entry.getValue().serving())
        .toList();
  }

  /** The tables that something is here of. */
  public Set<String> tableIds() {
    Set<String> tableIds = new HashSet<>();
    partitions.keySet().forEach(key -> tableIds.add(key.tableId()));
    return tableIds;
  }

  /** The feeds of a table's partitions. */
  public List<PartitionFeed> feedsOf(String tableId) {
    return partitions.entrySet().stream()
        .filter(entry -> entry.getKey().tableId().equals(tableId))
        .map(entry -> entry.getValue().feed())
        .filter(Objects::nonNull)
        .toList();
  }

  /**
   * Partitions whose tails do not answer yet because they have not caught up since the start of
   * this server, and are not in an error either; for a person.
   */
  public List<String> catchingUp() {
    List<String> behind = new ArrayList<>();
    partitions.forEach(
        (key, hosted) -> {
          PartitionFeed feed = hosted.feed();
          if (feed != null
              && !hosted.serving().view().isTailReady()
              && feed.states().values().stream()
                  .noneMatch(state -> state.state() == ServingState.ERROR)) {
            behind.add("partition %d of %s".formatted(key.partition(), key.tableId()));
          }
        });
    return behind;
  }

  /** Whether metadata was compared with what is here at least once. */
  public boolean hasReconciled() {
    return hasReconciled;
  }

  /** Why segments that are served as they should be are not reloaded, for a person. */
  public List<String> reloadTroubles() {
    List<String> troubles = new ArrayList<>();
    for (HostedPartition hosted : partitions.values()) {
      hosted
          .reloadFailures()
          .forEach((segment, reason) -> troubles.add("segment " + segment + ": " + reason));
    }
    troubles.sort(Comparator.naturalOrder());
    return troubles;
  }

  /** Why things are not as they should be, for a person; empty when they are. */
  public List<String> troubles() {
    List<String> troubles = new ArrayList<>();
    for (HostedPartition hosted : partitions.values()) {
      hosted
          .loadFailures()
          .forEach((segment, reason) -> troubles.add("segment " + segment + ": " + reason));
      if (!hosted.trouble().isEmpty()) {
        troubles.add(hosted.trouble());
      }
      PartitionServing serving = hosted.serving();
      hosted
          .restartPause()
          .due()
          .ifPresent(
              due ->
                  troubles.add(
                      "partition %d of %s is consumed anew at %s"
                          .formatted(serving.partition(), serving.tableId(), due)));
      PartitionFeed feed = hosted.feed();
      if (feed != null) {
        Set<SegmentName> paused = feed.paused();
        feed.states()
            .forEach(
                (segment, state) -> {
                  if (!state.reason().isEmpty() && !paused.contains(segment)) {
                    troubles.add("segment " + segment + ": " + state.reason());
                  }
                });
      }
    }
    return troubles;
  }

  /** What waits because this server's limits say so, and for what; for a person. No trouble. */
  public List<String> pauses() {
    List<String> pauses = new ArrayList<>();
    for (HostedPartition hosted : partitions.values()) {
      PartitionFeed feed = hosted.feed();
      if (feed != null) {
        Map<SegmentName, CurrentSegment> states = feed.states();
        for (SegmentName segment : feed.paused()) {
          CurrentSegment state = states.get(segment);
          if (state != null) {
            pauses.add("segment " + segment + ": " + state.reason());
          }
        }
      }
    }
    pauses.sort(Comparator.naturalOrder());
    return pauses;
  }

  /**
   * A read met bytes that are not what was written: the file is shown no more and fetched anew,
   * unless another copy has taken the place of the one that was read.
   */
  public void dropCorrupt(String tableId, SegmentName segment, SegmentReader corrupt) {
    HostedPartition hosted = partitions.get(new PartitionKey(tableId, segment.partition()));
    if (hosted == null || !isShown(hosted, segment, corrupt)) {
      return;
    }
    LOG.error("local file of {} is corrupt, is served no more and fetched again", segment);
    try {
      local.delete(tableId, segment);
    } catch (IOException e) {
      LOG.warn("corrupt file of {} cannot be deleted", segment, e);
    }
    downloads.forget(tableId, segment);
    room.forget(new SegmentKey(tableId, segment));
    hide(hosted.serving(), segment);
    if (isToBeCommitted(hosted, segment) && hosted.isBrought(segment)) {
      hosted.demandRestart();
    }
    nudge.run();
  }

  private static boolean isShown(HostedPartition hosted, SegmentName name, SegmentReader copy) {
    return IndexRebuilder.sealed(hosted.serving().view(), name)
        .filter(shown -> shown == copy)
        .isPresent();
  }

  /** Nobody else may have the rows: they are read from the stream again. */
  private static boolean isToBeCommitted(HostedPartition hosted, SegmentName segment) {
    SegmentView member = hosted.members().get(segment.sequence());
    return member != null && !isOnline(member.metadata());
  }

  /** Compares what is wanted with what is, and starts what is to be done. */
  public void reconcile(ClusterView view) {
    if (view.revision() == 0) {
      return;
    }
    if (room.isLimited() && !hasReconciled) {
      noteFilesFound();
    }
    Set<PartitionKey> wanted = new HashSet<>();
    for (TableView table : view.tables().values()) {
      for (ClusterView.PartitionView partition : table.partitions().values()) {
        NavigableMap<Integer, SegmentView> members = membersOf(partition.segments());
        PartitionKey key = new PartitionKey(table.tableId(), partition.partition());
        if (!members.isEmpty()) {
          wanted.add(key);
          reconcileAlone(table, hosted(key), members);
        }
      }
    }
    partitions.forEach(
        (key, hosted) -> {
          if (!wanted.contains(key)) {
            hosted.setMembers(new TreeMap<>());
          }
        });
    hasReconciled = true;
    dropUnwanted();
    publish();
    partitions.values().forEach(hosted -> noteFilesShown(hosted.serving()));
    keeper.nudge();
  }

  /** Ends all feeds and forgets all segments. Queries must have ended. */
  @Override
  public void close() {
    partitions.values().forEach(SegmentHost::closeFeed);
    loads.close();
    reloads.close();
    recall.close();
    eviction.close();
    partitions.values().forEach(hosted -> hideAll(hosted.serving()));
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

  private HostedPartition hosted(PartitionKey key) {
    return partitions.computeIfAbsent(
        key, _ -> new HostedPartition(new PartitionServing(key.tableId(), key.partition())));
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
    if (hosted.isFeedBroken() && hosted.restartPause().isOver(clock.instant())) {
      endBrokenFeed(hosted);
    }
    boolean feeds = members.values().stream().anyMatch(member -> !isOnline(member.metadata()));
    PartitionFeed feed = hosted.feed();
    if (feed == null && feeds) {
      feed = this.feeds.create(hosted.serving());
      hosted.setFeed(feed);
    }
    for (SegmentView member : members.values()) {
      if (isOnline(member.metadata())) {
        ensureLoaded(table.tableId(), hosted, member.metadata());
        ensureReloaded(table.tableId(), hosted, member.metadata());
      }
    }
    if (feed != null) {
      feed.onMetadata(table, members);
    }
  }

  /** What the feed showed goes with it, but for segments that hosting shows as they should be. */
  private void endBrokenFeed(HostedPartition hosted) {
    PartitionServing serving = hosted.serving();
    LOG.warn("partition {} of {} is consumed anew", serving.partition(), serving.tableId());
    closeFeed(hosted);
    serving.update(view -> loadedOnly(hosted, view)).segments().stream()
        .filter(shown -> !isLoaded(hosted, shown))
        .forEach(shown -> shown.holding().retire());
  }

  private static PartitionView loadedOnly(HostedPartition hosted, PartitionView view) {
    return new PartitionView(
        view.segments().stream().filter(shown -> isLoaded(hosted, shown)).toList(), false);
  }

  private static boolean isLoaded(HostedPartition hosted, ServedSegment shown) {
    SegmentView member = hosted.members().get(shown.name().sequence());
    return member != null
        && isOnline(member.metadata())
        && member.metadata().name().equals(shown.name())
        && shown
            .dataCrc()
            .equals(OptionalInt.of(member.metadata().stored().orElseThrow().dataCrc()));
  }

  private void ensureLoaded(String tableId, HostedPartition hosted, SegmentMetadata metadata) {
    SegmentName name = metadata.name();
    if (isServed(hosted.serving().view(), metadata) || hosted.isBrought(name)) {
      hosted.loadFailures().remove(name);
      return;
    }
    loads.submit(
        new SegmentKey(tableId, name),
        new RetryPool.Attempt() {
          @Override
          public void run() throws IOException {
            load(tableId, hosted, metadata);
          }

          @Override
          public boolean isWanted() {
            return hosted.isMember(name)
                && !hosted.isBrought(name)
                && !isServed(hosted.serving().view(), metadata);
          }

          @Override
          public void onFailure(Throwable failure) {
            LOG.warn("segment {} cannot be loaded now", name, failure);
            hosted.loadFailures().put(name, "cannot be loaded: " + failure);
            nudge.run();
          }
        });
  }

  /**
   * The named copy is fetched again if a newer order than it satisfies asks for that, and gets the
   * indexes that are wanted now, while it is shown.
   */
  private void ensureReloaded(String tableId, HostedPartition hosted, SegmentMetadata metadata) {
    SegmentName name = metadata.name();
    if (!isReloadWanted(tableId, hosted, metadata)) {
      hosted.reloadFailures().remove(name);
      return;
    }
    reloads.submit(
        new SegmentKey(tableId, name),
        new RetryPool.Attempt() {
          @Override
          public void run() throws IOException {
            reload(tableId, hosted, metadata);
          }

          @Override
          public boolean isWanted() {
            return isReloadWanted(tableId, hosted, metadata);
          }

          @Override
          public void onFailure(Throwable failure) {
            LOG.warn("segment {} cannot be reloaded now", name, failure);
            if (hosted.isMember(name)) {
              String what =
                  isDownloadWanted(tableId, hosted, name)
                      ? "cannot be downloaded again: "
                      : "indexes cannot be rebuilt: ";
              hosted.reloadFailures().put(name, what + failure);
            }
          }
        });
  }

  /** Whether the copy that metadata names is shown here, and not as it is wanted. */
  private boolean isReloadWanted(String tableId, HostedPartition hosted, SegmentMetadata metadata) {
    SegmentName name = metadata.name();
    return hosted.isMember(name)
        && !hosted.isBrought(name)
        && isServed(hosted.serving().view(), metadata)
        && (isDownloadWanted(tableId, hosted, name) || isIndexWanted(hosted, name));
  }

  private boolean isDownloadWanted(String tableId, HostedPartition hosted, SegmentName name) {
    int wanted = hosted.downloads().wanted(name);
    return wanted > 0 && downloadOf(tableId, hosted, name) < wanted;
  }

  /** The newest order that the copy here satisfies; one that is yet to be fetched satisfies all. */
  private int downloadOf(String tableId, HostedPartition hosted, SegmentName name) {
    boolean isEvicted =
        hosted.serving().view().segment(name).filter(ServedSegment::isEvicted).isPresent();
    return isEvicted ? hosted.downloads().newest() : downloads.of(tableId, name);
  }

  private static boolean isIndexWanted(HostedPartition hosted, SegmentName name) {
    return IndexRebuilder.sealed(hosted.serving().view(), name)
        .filter(segment -> !IndexRebuilder.isAsWanted(segment, hosted.indexes()))
        .isPresent();
  }

  private void reload(String tableId, HostedPartition hosted, SegmentMetadata metadata)
      throws IOException {
    SegmentName name = metadata.name();
    if (isDownloadWanted(tableId, hosted, name)) {
      // While it is leased it is not given up, so that no file is deleted that has just come.
      Optional<SegmentLease> lease =
          hosted.serving().view().segment(name).flatMap(shown -> shown.holding().lease());
      if (lease.isPresent()) {
        try (SegmentLease _ = lease.get()) {
          ServedSegment served =
              show(hosted.serving(), metadata, fetchAgain(tableId, hosted, metadata));
          note(tableId, served, Optional.empty());
        }
        LOG.info("segment {} was downloaded again", name);
      }
    }
    rebuild(tableId, hosted, name);
    hosted.reloadFailures().remove(name);
    nudge.run();
  }

  private void rebuild(String tableId, HostedPartition hosted, SegmentName name)
      throws IOException {
    Optional<ImmutableSegment> shown = IndexRebuilder.sealed(hosted.serving().view(), name);
    try {
      rebuilder.rebuild(hosted.serving(), name, hosted.indexes());
    } catch (SegmentCorruptException e) {
      shown.ifPresent(copy -> dropCorrupt(tableId, name, copy));
      throw e;
    }
  }

  /** How the indexes of a table's sealed segments here stand. */
  public List<IndexReport> indexReports(String tableId) {
    List<IndexReport> reports = new ArrayList<>();
    partitions.forEach(
        (key, hosted) -> {
          if (key.tableId().equals(tableId)) {
            hosted.serving().view().segments().stream()
                .flatMap(served -> indexReport(tableId, hosted, served).stream())
                .forEach(reports::add);
          }
        });
    reports.sort(Comparator.comparing(IndexReport::segment));
    return reports;
  }

  private Optional<IndexReport> indexReport(
      String tableId, HostedPartition hosted, ServedSegment served) {
    SegmentName name = served.name();
    if (served.isEvicted()) {
      return Optional.of(
          new IndexReport(name.toString(), true, false, troubleOf(hosted, name), List.of()));
    }
    return IndexRebuilder.sealed(hosted.serving().view(), name)
        .map(
            segment ->
                new IndexReport(
                    name.toString(),
                    IndexRebuilder.isAsWanted(segment, hosted.indexes()),
                    reloads.isBusy(new SegmentKey(tableId, name)),
                    troubleOf(hosted, name),
                    segment.describeIndexes().stream().map(IndexDescription::toString).toList()));
  }

  private static String troubleOf(HostedPartition hosted, SegmentName name) {
    return Optional.ofNullable(hosted.reloadFailures().get(name))
        .or(() -> Optional.ofNullable(hosted.loadFailures().get(name)))
        .orElse("");
  }

  /** Compares what is wanted with what is, soon. */
  public void reload() {
    nudge.run();
  }

  /**
   * What is held of sealed segments of a table, to be compared with what is asked for. May look at
   * files.
   *
   * @param segment one of them; empty: all
   */
  public List<ReloadReport> reloadReports(String tableId, Optional<SegmentName> segment) {
    List<ReloadReport> reports = new ArrayList<>();
    forEachSealed(
        tableId,
        segment,
        (hosted, name) -> {
          int configVersion = hosted.configVersion();
          reports.add(
              new ReloadReport(
                  name.toString(),
                  configVersion,
                  !isIndexWanted(hosted, name),
                  downloadOf(tableId, hosted, name),
                  troubleOf(hosted, name)));
        });
    reports.sort(Comparator.comparing(ReloadReport::segment));
    return reports;
  }

  private void forEachSealed(
      String tableId,
      Optional<SegmentName> segment,
      BiConsumer<HostedPartition, SegmentName> action) {
    partitions.forEach(
        (key, hosted) -> {
          if (key.tableId().equals(tableId)) {
            hosted.serving().view().segments().stream()
                .filter(served -> served.dataCrc().isPresent())
                .map(ServedSegment::name)
                .filter(name -> segment.isEmpty() || segment.get().equals(name))
                .forEach(name -> action.accept(hosted, name));
          }
        });
  }

  private void load(String tableId, HostedPartition hosted, SegmentMetadata metadata)
      throws IOException {
    Optional<ImmutableSegment> here = fetcher.openLocal(tableId, metadata, hosted.indexes());
    if (here.isPresent()) {
      note(tableId, show(hosted.serving(), metadata, here.get()), Optional.empty());
    } else {
      fetchOrEvict(tableId, hosted, metadata);
    }
    hosted.loadFailures().remove(metadata.name());
    nudge.run();
  }

  /** Where there is no room, it is fetched when a query needs it. */
  private void fetchOrEvict(String tableId, HostedPartition hosted, SegmentMetadata metadata)
      throws IOException {
    Optional<LocalRoom.Claim> claim = room.tryClaim(metadata.stored().orElseThrow().sizeBytes());
    if (claim.isPresent()) {
      try (LocalRoom.Claim held = claim.get()) {
        ServedSegment served = show(hosted.serving(), metadata, fetch(tableId, hosted, metadata));
        note(tableId, served, Optional.of(held));
      }
      return;
    }
    SegmentName name = metadata.name();
    if (!fetcher.isStored(metadata)) {
      throw new IOException(
          "no room for segment %s, which the deep store does not have either: it is not taken over unseen"
              .formatted(name));
    }
    local.delete(tableId, name);
    room.forget(new SegmentKey(tableId, name));
    put(hosted.serving(), ServedSegment.evicted(metadata, ofNothing(name)));
  }

  private SegmentHolding ofNothing(SegmentName name) {
    return leases.hold(name.toString(), () -> {});
  }

  /** A fresh copy, which satisfies the orders that are known before its fetch begins. */
  private ImmutableSegment fetch(String tableId, HostedPartition hosted, SegmentMetadata metadata)
      throws IOException {
    int order = hosted.downloads().newest();
    ImmutableSegment segment = fetcher.fetch(tableId, metadata, hosted.indexes());
    downloads.note(tableId, metadata.name(), order);
    return segment;
  }

  /** As ordered: the deep store's, not what another server has. */
  private ImmutableSegment fetchAgain(
      String tableId, HostedPartition hosted, SegmentMetadata metadata) throws IOException {
    int order = hosted.downloads().newest();
    ImmutableSegment segment = fetcher.fetchFromStore(tableId, metadata, hosted.indexes());
    downloads.note(tableId, metadata.name(), order);
    return segment;
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
    partitions.forEach(
        (key, hosted) -> {
          if (key.tableId().equals(tableId)) {
            for (SegmentName broken : broken(hosted)) {
              if (segment.isEmpty() || segment.get().equals(broken)) {
                reset(tableId, hosted, broken);
                again.add(broken.toString());
              }
            }
          }
        });
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

  private void reset(String tableId, HostedPartition hosted, SegmentName name) {
    LOG.info("segment {} is tried again by order", name);
    SegmentKey key = new SegmentKey(tableId, name);
    loads.hurry(key);
    reloads.hurry(key);
    PartitionFeed feed = hosted.feed();
    CurrentSegment fed = feed == null ? null : feed.states().get(name);
    if (fed != null && fed.state() == ServingState.ERROR) {
      hosted.restartPause().skip(clock.instant());
      hosted.demandRestart();
    }
  }

  private ServedSegment show(
      PartitionServing serving, SegmentMetadata metadata, ImmutableSegment segment) {
    SegmentName name = metadata.name();
    List<OffsetRange> lost = metadata.stored().map(StoredCopy::lost).orElse(List.of());
    ServedSegment served =
        ServedSegment.sealed(name, segment, lost, leases.hold(name.toString(), segment::close));
    put(serving, served);
    return served;
  }

  /** That a file takes room now, and not its claim any more. */
  private void note(String tableId, ServedSegment served, Optional<LocalRoom.Claim> claim) {
    if (served.content() instanceof ServedSegment.Content.Sealed(ImmutableSegment segment)) {
      SegmentKey key = new SegmentKey(tableId, served.name());
      if (claim.isPresent()) {
        room.noteFile(key, bytesOf(segment), served.holding(), claim.get());
      } else {
        room.noteFile(key, bytesOf(segment), served.holding());
      }
    }
  }

  private static void put(PartitionServing serving, ServedSegment served) {
    serving
        .update(view -> view.with(served))
        .segment(served.name())
        .ifPresent(before -> before.holding().retire());
  }

  private static long bytesOf(ImmutableSegment segment) {
    return segment.sizeBytes() + segment.sidecarSizeBytes();
  }

  // Files that come and go by use

  /** Bounds the sealed files on this disk, and tells what it has done. */
  public Eviction eviction() {
    return eviction;
  }

  /** The number of a query's use of segments, for {@link SegmentHolding#noteUse}. */
  public long nextUse() {
    return room.nextUse();
  }

  /**
   * The sealed segment with its file on this disk, leased. It may have to be fetched first; nobody
   * is blocked meanwhile. Who waits no longer cancels the future. It fails if the file does not
   * come, or if no segment with these data is hosted here any more.
   */
  public CompletableFuture<LeasedSegment> recall(String tableId, SegmentName name, int dataCrc) {
    Optional<ServedSegment> shown =
        serving(tableId, name.partition())
            .flatMap(serving -> serving.view().segment(name))
            .filter(served -> served.dataCrc().equals(OptionalInt.of(dataCrc)));
    if (shown.isEmpty()) {
      return CompletableFuture.failedFuture(new IOException(notHosted(name)));
    }
    Optional<LeasedSegment> here = leased(shown.get());
    if (here.isPresent()) {
      return CompletableFuture.completedFuture(here.get());
    }
    long bytes =
        switch (shown.get().content()) {
          case ServedSegment.Content.Evicted(int _, long sizeBytes) -> sizeBytes;
          case ServedSegment.Content.Sealed(ImmutableSegment segment) -> segment.sizeBytes();
          case ServedSegment.Content.Mutable _ ->
              throw new IllegalStateException("rows in memory have no checksum");
        };
    return recall.recall(new SegmentKey(tableId, name), bytes);
  }

  /** As {@link SegmentRecall.Source}: on a thread that fetches. */
  private LeasedSegment recalled(SegmentKey key, LocalRoom.Claim claim) throws IOException {
    SegmentName name = key.segment();
    HostedPartition hosted = partitions.get(new PartitionKey(key.tableId(), name.partition()));
    SegmentView member = hosted == null ? null : hosted.members().get(name.sequence());
    if (hosted == null
        || member == null
        || !hosted.isMember(name)
        || !isOnline(member.metadata())) {
      throw new IOException(notHosted(name));
    }
    SegmentMetadata metadata = member.metadata();
    Optional<LeasedSegment> here = leasedIfHere(hosted, metadata);
    if (here.isPresent()) {
      return here.get();
    }
    Optional<ImmutableSegment> left = fetcher.openLocal(key.tableId(), metadata, hosted.indexes());
    ImmutableSegment segment =
        left.isPresent() ? left.get() : fetch(key.tableId(), hosted, metadata);
    List<OffsetRange> lost = metadata.stored().map(StoredCopy::lost).orElse(List.of());
    ServedSegment served =
        ServedSegment.sealed(name, segment, lost, leases.hold(name.toString(), segment::close));
    SegmentLease lease;
    try {
      lease = served.holding().lease().orElseThrow();
    } catch (LeaseRegistry.TooManyLeasesException e) {
      served.holding().retire();
      throw e;
    }
    served.holding().noteUse(room.nextUse());
    put(hosted.serving(), served);
    room.noteFile(key, bytesOf(segment), served.holding(), claim);
    nudge.run();
    return new LeasedSegment(served, lease);
  }

  private static Optional<LeasedSegment> leasedIfHere(
      HostedPartition hosted, SegmentMetadata metadata) {
    PartitionView view = hosted.serving().view();
    return isServed(view, metadata)
        ? view.segment(metadata.name()).flatMap(SegmentHost::leased)
        : Optional.empty();
  }

  /** Empty if its file is not here, or just goes. */
  private static Optional<LeasedSegment> leased(ServedSegment served) {
    return served.isEvicted()
        ? Optional.empty()
        : served.holding().lease().map(lease -> new LeasedSegment(served, lease));
  }

  private static String notHosted(SegmentName name) {
    return "segment %s is hosted here no more".formatted(name);
  }

  /**
   * As {@link RoomKeeper.Evictor}: gives up a file that the deep store has and nobody reads. The
   * segment stays hosted.
   */
  private boolean giveUp(SegmentKey key) throws IOException {
    SegmentName name = key.segment();
    HostedPartition hosted = partitions.get(new PartitionKey(key.tableId(), name.partition()));
    SegmentView member = hosted == null ? null : hosted.members().get(name.sequence());
    if (hosted == null
        || member == null
        || !hosted.isMember(name)
        || !isOnline(member.metadata())
        || isFed(hosted, name)
        || isComing(key)) {
      return false;
    }
    SegmentMetadata metadata = member.metadata();
    Optional<ServedSegment> shown = hosted.serving().view().segment(name);
    if (shown.isEmpty() || !isServed(hosted.serving().view(), metadata)) {
      return false;
    }
    if (!shown.get().isEvicted()) {
      if (notStored.has(key)) {
        return false;
      }
      if (!fetcher.isStored(metadata)) {
        notStored.note(key);
        LOG.warn("file of {} stays here although there is no room: the deep store lacks it", name);
        return false;
      }
      if (!shown.get().holding().retireIfIdle()) {
        return false;
      }
    }
    ServedSegment evicted = evicted(shown.get(), metadata);
    hosted.serving().update(view -> isShown(view, shown.get()) ? view.with(evicted) : view);
    try {
      local.delete(key.tableId(), name);
    } catch (IOException e) {
      LOG.warn("file of {} cannot be deleted now", name, e);
      room.noteFile(key, metadata.stored().orElseThrow().sizeBytes(), evicted.holding());
      return false;
    }
    downloads.forget(key.tableId(), name);
    LOG.info("file of {} was given up: it is fetched when a query needs it", name);
    return true;
  }

  private ServedSegment evicted(ServedSegment shown, SegmentMetadata metadata) {
    StoredCopy copy = metadata.stored().orElseThrow();
    return new ServedSegment(
        shown.name(),
        shown.start(),
        shown.end(),
        shown.missing(),
        new ServedSegment.Content.Evicted(copy.dataCrc(), copy.sizeBytes()),
        ofNothing(shown.name()));
  }

  private static boolean isShown(PartitionView view, ServedSegment served) {
    return view.segment(served.name()).equals(Optional.of(served));
  }

  /** What is done for a file that is here leases it. */
  private boolean isComing(SegmentKey key) {
    return recall.isFetching(key) || (loads.isBusy(key) && !loads.isWaiting(key));
  }

  private static boolean isFed(HostedPartition hosted, SegmentName name) {
    PartitionFeed feed = hosted.feed();
    return feed != null && feed.states().containsKey(name);
  }

  /** What an earlier process left takes room from the start on. */
  private void noteFilesFound() {
    for (LocalSegments.LocalSegment file : filesHere()) {
      try {
        room.noteFound(
            new SegmentKey(file.tableId(), file.segment()),
            local.sizeBytes(file.tableId(), file.segment()));
      } catch (IOException e) {
        LOG.warn("size of {} is not known", file.segment(), e);
      }
    }
  }

  /** Those that consumption has sealed, or that have other indexes now, among them. */
  private void noteFilesShown(PartitionServing serving) {
    for (ServedSegment served : serving.view().segments()) {
      if (served.content() instanceof ServedSegment.Content.Sealed(ImmutableSegment segment)) {
        SegmentKey key = new SegmentKey(serving.tableId(), served.name());
        if (!room.isNoted(key)) {
          served.holding().noteUse(room.nextUse());
        }
        room.noteFile(key, bytesOf(segment), served.holding());
      }
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
    Set<PartitionKey> busy = busyPartitions();
    partitions
        .entrySet()
        .removeIf(entry -> !busy.contains(entry.getKey()) && isEmpty(entry.getValue()));
  }

  /** Whether a file may yet come: what is not wanted is not begun, what has begun ends. */
  private boolean isBusy(SegmentKey key) {
    return loads.isBusy(key) || reloads.isBusy(key) || recall.isFetching(key);
  }

  /** Only the reconciler's thread makes a partition busy: none is missing when this is read. */
  private Set<PartitionKey> busyPartitions() {
    Set<PartitionKey> busy = new HashSet<>();
    for (RetryPool pool : List.of(loads, reloads)) {
      for (Object key : pool.busyKeys()) {
        if (key instanceof SegmentKey(String tableId, SegmentName segment)) {
          busy.add(new PartitionKey(tableId, segment.partition()));
        }
      }
    }
    for (SegmentKey key : recall.fetching()) {
      busy.add(new PartitionKey(key.tableId(), key.segment().partition()));
    }
    return busy;
  }

  private Map<SegmentKey, @Nullable HostedPartition> unwantedNow() {
    Map<SegmentKey, @Nullable HostedPartition> unwanted = new HashMap<>();
    for (LocalSegments.LocalSegment file : filesHere()) {
      HostedPartition hosted =
          partitions.get(new PartitionKey(file.tableId(), file.segment().partition()));
      if (hosted == null || !hosted.isMember(file.segment())) {
        unwanted.put(new SegmentKey(file.tableId(), file.segment()), hosted);
      }
    }
    partitions.forEach(
        (key, hosted) -> {
          for (ServedSegment served : hosted.serving().view().segments()) {
            if (!hosted.isMember(served.name())) {
              unwanted.put(new SegmentKey(key.tableId(), served.name()), hosted);
            }
          }
        });
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
        closeFeed(hosted);
      }
      hide(hosted.serving(), key.segment());
      hosted.forget(key.segment());
    }
    try {
      local.delete(key.tableId(), key.segment());
      downloads.forget(key.tableId(), key.segment());
      room.forget(key);
      unwantedSince.remove(key);
    } catch (IOException e) {
      LOG.warn("file of {} cannot be deleted now", key.segment(), e);
    }
  }

  private void publish() {
    Map<String, Map<SegmentName, CurrentSegment>> byTable = new HashMap<>();
    publishedTables.forEach(table -> byTable.put(table, new HashMap<>()));
    partitions.forEach(
        (key, hosted) ->
            byTable.computeIfAbsent(key.tableId(), _ -> new HashMap<>()).putAll(statesOf(hosted)));
    byTable.forEach(publishStates);
    publishedTables.clear();
    byTable.forEach(
        (table, states) -> {
          if (!states.isEmpty()) {
            publishedTables.add(table);
          }
        });
  }

  private static Map<SegmentName, CurrentSegment> statesOf(HostedPartition hosted) {
    Map<SegmentName, CurrentSegment> states = new HashMap<>();
    PartitionView view = hosted.serving().view();
    PartitionFeed feed = hosted.feed();
    Map<SegmentName, CurrentSegment> fed = feed == null ? Map.of() : feed.states();
    for (SegmentView member : hosted.members().values()) {
      SegmentMetadata metadata = member.metadata();
      states.put(metadata.name(), stateOf(hosted, view, fed, metadata));
    }
    return states;
  }

  private static CurrentSegment stateOf(
      HostedPartition hosted,
      PartitionView view,
      Map<SegmentName, CurrentSegment> fed,
      SegmentMetadata metadata) {
    SegmentName name = metadata.name();
    if (isOnline(metadata) && isServed(view, metadata)) {
      return new CurrentSegment(ServingState.ONLINE, "");
    }
    String failure = hosted.loadFailures().get(name);
    if (failure != null) {
      return new CurrentSegment(ServingState.ERROR, failure);
    }
    CurrentSegment fedNow = fed.get(name);
    if (fedNow != null) {
      return fedNow;
    }
    return hosted.trouble().isEmpty()
        ? new CurrentSegment(ServingState.LOADING, "")
        : new CurrentSegment(ServingState.ERROR, hosted.trouble());
  }

  private static boolean isOnline(SegmentMetadata metadata) {
    return metadata.state() == SegmentState.ONLINE;
  }

  private static boolean isServed(PartitionView view, SegmentMetadata metadata) {
    int namedCrc = metadata.stored().orElseThrow().dataCrc();
    return view.segment(metadata.name())
        .map(served -> served.dataCrc())
        .filter(crc -> crc.isPresent() && crc.getAsInt() == namedCrc)
        .isPresent();
  }

  private static boolean isEmpty(HostedPartition hosted) {
    if (!hosted.members().isEmpty() || !hosted.serving().view().segments().isEmpty()) {
      return false;
    }
    closeFeed(hosted);
    return true;
  }

  private static void closeFeed(HostedPartition hosted) {
    PartitionFeed feed = hosted.feed();
    if (feed != null) {
      feed.close();
      hosted.setFeed(null);
    }
  }

  private static void hide(PartitionServing serving, SegmentName segment) {
    serving
        .update(view -> view.without(segment))
        .segment(segment)
        .ifPresent(before -> before.holding().retire());
  }

  private static void hideAll(PartitionServing serving) {
    serving
        .update(_ -> PartitionView.EMPTY)
        .segments()
        .forEach(segment -> segment.holding().retire());
  }
}
