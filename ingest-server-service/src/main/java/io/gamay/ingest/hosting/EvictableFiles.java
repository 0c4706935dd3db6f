package io.gamay.ingest.hosting;

import io.gamay.cluster.segment.SegmentMetadata;
import io.gamay.cluster.segment.SegmentName;
import io.gamay.cluster.segment.StoredCopy;
import io.gamay.segment.immutable.ImmutableSegment;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Collection;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sealed files that come and go by use, within the room that they may take: takes segments over
 * without their files where there is no room, gives files up that the deep store has and nobody
 * reads, and brings back what queries need. A segment stays hosted whether its file is here or not.
 * Thread-safe.
 */
final class EvictableFiles {

  private static final Logger LOG = LoggerFactory.getLogger(EvictableFiles.class);

  /** For a repair to store it again. */
  private static final Duration NOT_STORED_MEMORY = Duration.ofMinutes(5);

  private final HostedPartitions partitions;
  private final SegmentCopies copies;
  private final SegmentFetcher fetcher;
  private final StoredObjects stored;
  private final Eviction eviction;
  private final LocalRoom room;
  private final RoomKeeper keeper;
  private final SegmentRecall recall;
  private final Predicate<SegmentKey> isLoading;
  private final Runnable nudgeHost;

  /** What was to be given up and the deep store lacks. Of the thread that gives up. */
  private final RecentRefusals notStored;

  /**
   * @param eviction closed with this
   * @param isLoading whether a file is being loaded for the first time
   * @param nudgeHost told when a file has come back
   */
  EvictableFiles(
      HostedPartitions partitions,
      SegmentCopies copies,
      SegmentFetcher fetcher,
      LeaseRegistry leases,
      Eviction eviction,
      Predicate<SegmentKey> isLoading,
      Runnable nudgeHost,
      InstantSource clock) {
    this.partitions = partitions;
    this.copies = copies;
    this.fetcher = fetcher;
    this.stored = new StoredObjects(fetcher, clock);
    this.eviction = eviction;
    this.room = eviction.room();
    this.keeper = new RoomKeeper(room, eviction.keeper(), this::giveUp, eviction.evictionCount());
    this.recall = new SegmentRecall(eviction, keeper, this::fetchForQuery);
    this.isLoading = isLoading;
    this.nudgeHost = nudgeHost;
    this.notStored = new RecentRefusals(clock, NOT_STORED_MEMORY);
    leases.onIdle(keeper::nudge);
  }

  // What takes room

  /** What an earlier process left takes room from the start on. */
  void noteFound(Collection<LocalSegments.LocalSegment> files, LocalSegments local) {
    if (!room.isLimited()) {
      return;
    }
    for (LocalSegments.LocalSegment file : files) {
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
  void noteShown(PartitionServing serving) {
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

  /** That a file that is shown takes room now. */
  void note(SegmentKey key, ServedSegment served, ImmutableSegment segment) {
    room.noteFile(key, bytesOf(segment), served.holding());
  }

  /** The file is gone. */
  void forget(SegmentKey key) {
    room.forget(key);
  }

  /** To be called now and then: looks soon whether there is room to be made or to be given. */
  void nudge() {
    stored.forgetOld();
    keeper.nudge();
  }

  private static long bytesOf(ImmutableSegment segment) {
    return segment.sizeBytes() + segment.sidecarSizeBytes();
  }

  // Without a file

  /**
   * Shows a segment that is not here yet: with its file where there is room, else evicted, to be
   * fetched when a query needs it.
   *
   * @throws IOException if it is not shown now
   */
  void takeOver(HostedPartition hosted, SegmentMetadata metadata) throws IOException {
    SegmentKey key = new SegmentKey(hosted.tableId(), metadata.name());
    Optional<LocalRoom.Claim> claim = room.tryClaim(metadata.stored().orElseThrow().sizeBytes());
    if (claim.isPresent()) {
      try (LocalRoom.Claim held = claim.get()) {
        ImmutableSegment segment = copies.fetch(hosted, metadata);
        ServedSegment served = copies.served(metadata, segment);
        hosted.show(served);
        room.noteFile(key, bytesOf(segment), served.holding(), held);
      }
      return;
    }
    if (!stored.has(hosted.tableId(), metadata)) {
      throw new IOException(
          "no room for segment %s, which the deep store does not have either: it is not taken over unseen"
              .formatted(metadata.name()));
    }
    copies.delete(key);
    room.forget(key);
    hosted.show(ServedSegment.evicted(metadata, copies.ofNothing(metadata.name())));
  }

  /**
   * As {@link RoomKeeper.Evictor}: gives up a file that the deep store has and nobody reads. The
   * segment stays hosted.
   */
  private boolean giveUp(SegmentKey key) throws IOException {
    SegmentName name = key.segment();
    Optional<HostedPartition> found = partitions.find(HostedPartitions.Key.of(key));
    Optional<SegmentMetadata> member = found.flatMap(hosted -> hosted.onlineMember(name));
    if (member.isEmpty() || found.get().isFed(name) || isComing(key)) {
      return false;
    }
    HostedPartition hosted = found.get();
    SegmentMetadata metadata = member.get();
    PartitionView view = hosted.view();
    Optional<ServedSegment> shown = view.segment(name);
    if (shown.isEmpty() || !view.showsCopyOf(metadata)) {
      return false;
    }
    if (!shown.get().isEvicted() && !retireIfStored(key, metadata, shown.get())) {
      return false;
    }
    ServedSegment evicted = evicted(shown.get(), metadata);
    hosted.serving().update(now -> now.shows(shown.get()) ? now.with(evicted) : now);
    try {
      copies.delete(key);
    } catch (IOException e) {
      LOG.warn("file of {} cannot be deleted now", name, e);
      room.noteFile(key, metadata.stored().orElseThrow().sizeBytes(), evicted.holding());
      return false;
    }
    LOG.info("file of {} was given up: it is fetched when a query needs it", name);
    return true;
  }

  private boolean retireIfStored(SegmentKey key, SegmentMetadata metadata, ServedSegment shown)
      throws IOException {
    if (notStored.has(key)) {
      return false;
    }
    if (!fetcher.isStored(metadata)) {
      notStored.note(key);
      eviction.noteRefused();
      LOG.warn(
          "file of {} stays here although there is no room: the deep store lacks it",
          key.segment());
      return false;
    }
    return shown.holding().retireIfIdle();
  }

  private ServedSegment evicted(ServedSegment shown, SegmentMetadata metadata) {
    StoredCopy copy = metadata.stored().orElseThrow();
    return new ServedSegment(
        shown.name(),
        shown.start(),
        shown.end(),
        shown.missing(),
        new ServedSegment.Content.Evicted(copy.dataCrc(), copy.sizeBytes()),
        copies.ofNothing(shown.name()));
  }

  /** What is done for a file that is here leases it. */
  private boolean isComing(SegmentKey key) {
    return recall.isFetching(key) || isLoading.test(key);
  }

  // For queries

  /** As {@link SegmentHost#nextUse}. */
  long nextUse() {
    return room.nextUse();
  }

  /** Whether a file is on its way for a query. */
  boolean isFetching(SegmentKey key) {
    return recall.isFetching(key);
  }

  /** The segments whose files are on their way for queries. */
  Set<SegmentKey> fetching() {
    return recall.fetching();
  }

  /** As {@link SegmentHost#recall}. */
  CompletableFuture<LeasedSegment> recall(String tableId, SegmentName name, int dataCrc) {
    SegmentKey key = new SegmentKey(tableId, name);
    Optional<ServedSegment> shown =
        partitions
            .find(HostedPartitions.Key.of(key))
            .flatMap(hosted -> hosted.view().segment(name))
            .filter(served -> served.dataCrc().equals(OptionalInt.of(dataCrc)));
    if (shown.isEmpty()) {
      return CompletableFuture.failedFuture(notHosted(name));
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
    return recall.recall(key, bytes);
  }

  /** As {@link SegmentRecall.Source}: on a thread that fetches. */
  private LeasedSegment fetchForQuery(SegmentKey key, LocalRoom.Claim claim) throws IOException {
    SegmentName name = key.segment();
    Optional<HostedPartition> found = partitions.find(HostedPartitions.Key.of(key));
    Optional<SegmentMetadata> member = found.flatMap(hosted -> hosted.onlineMember(name));
    if (member.isEmpty()) {
      throw notHosted(name);
    }
    HostedPartition hosted = found.get();
    SegmentMetadata metadata = member.get();
    Optional<LeasedSegment> here = leasedIfHere(hosted, metadata);
    if (here.isPresent()) {
      return here.get();
    }
    Optional<ImmutableSegment> left = copies.openLocal(hosted, metadata);
    ImmutableSegment segment = left.isPresent() ? left.get() : copies.fetch(hosted, metadata);
    ServedSegment served = copies.served(metadata, segment);
    SegmentLease lease;
    try {
      lease = served.holding().lease().orElseThrow();
    } catch (LeaseRegistry.TooManyLeasesException e) {
      served.holding().retire();
      throw e;
    }
    served.holding().noteUse(room.nextUse());
    hosted.show(served);
    room.noteFile(key, bytesOf(segment), served.holding(), claim);
    nudgeHost.run();
    return new LeasedSegment(served, lease);
  }

  private static Optional<LeasedSegment> leasedIfHere(
      HostedPartition hosted, SegmentMetadata metadata) {
    PartitionView view = hosted.view();
    return view.showsCopyOf(metadata)
        ? view.segment(metadata.name()).flatMap(EvictableFiles::leased)
        : Optional.empty();
  }

  /** Empty if its file is not here, or just goes. */
  private static Optional<LeasedSegment> leased(ServedSegment served) {
    return served.isEvicted()
        ? Optional.empty()
        : served.holding().lease().map(lease -> new LeasedSegment(served, lease));
  }

  private static IOException notHosted(SegmentName name) {
    return new IOException("segment %s is hosted here no more".formatted(name));
  }

  /** Ends all waiting and all threads. */
  void close() {
    recall.close();
    eviction.close();
  }
}
