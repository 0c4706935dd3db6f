package io.gamay.ingest.hosting;

import io.gamay.cluster.segment.SegmentMetadata;
import io.gamay.cluster.segment.SegmentName;
import io.gamay.segment.format.SegmentCorruptException;
import io.gamay.segment.format.SegmentFiles;
import io.gamay.segment.immutable.ImmutableSegment;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings ONLINE segments to where metadata wants them: shows those that are not shown, and gives
 * those that are a newer copy or other indexes. Each is tried again until it is done or wanted no
 * more. Thread-safe.
 */
final class SegmentLoader {

  private static final Logger LOG = LoggerFactory.getLogger(SegmentLoader.class);

  private final SegmentCopies copies;
  private final EvictableFiles files;
  private final RetryPool loads;
  private final RetryPool reloads;
  private final IndexRebuilder rebuilder;
  private final CorruptCopies corruptCopies;
  private final Runnable nudgeHost;

  /** Who takes copies whose bytes are not what was written. */
  interface CorruptCopies {
    void drop(String tableId, SegmentName segment, ImmutableSegment corrupt);
  }

  /**
   * @param loads brings segments that are not served; closed with this
   * @param reloads works on segments that are served; closed with this
   * @param sidecars by which these are written
   * @param nudgeHost told when something has changed
   */
  SegmentLoader(
      SegmentCopies copies,
      EvictableFiles files,
      RetryPool loads,
      RetryPool reloads,
      LeaseRegistry leases,
      SegmentFiles sidecars,
      RandomGenerator random,
      CorruptCopies corruptCopies,
      Runnable nudgeHost) {
    this.copies = copies;
    this.files = files;
    this.loads = loads;
    this.reloads = reloads;
    this.rebuilder = new IndexRebuilder(leases, sidecars, random);
    this.corruptCopies = corruptCopies;
    this.nudgeHost = nudgeHost;
  }

  /** Whether work for it has begun or waits for a try. */
  boolean isBusy(SegmentKey key) {
    return loads.isBusy(key) || reloads.isBusy(key);
  }

  /** Whether what is shown of it gets indexes or a newer copy, or waits for that. */
  boolean isReloading(SegmentKey key) {
    return reloads.isBusy(key);
  }

  /** The segments that work has begun for or waits for a try. */
  Set<SegmentKey> busy() {
    Set<SegmentKey> busy = new HashSet<>();
    for (RetryPool pool : List.of(loads, reloads)) {
      for (Object key : pool.busyKeys()) {
        if (key instanceof SegmentKey segment) {
          busy.add(segment);
        }
      }
    }
    return busy;
  }

  /** What waits for its next try has it now. */
  void hurry(SegmentKey key) {
    loads.hurry(key);
    reloads.hurry(key);
  }

  /** Sees to it that the copy that metadata names is shown, unless the feed is about to do so. */
  void ensureLoaded(HostedPartition hosted, SegmentMetadata metadata) {
    SegmentName name = metadata.name();
    if (hosted.view().showsCopyOf(metadata) || hosted.isBrought(name)) {
      hosted.loadFailures().remove(name);
      return;
    }
    loads.submit(
        new SegmentKey(hosted.tableId(), name),
        new RetryPool.Attempt() {
          @Override
          public void run() throws IOException {
            load(hosted, metadata);
          }

          @Override
          public boolean isWanted() {
            return hosted.isMember(name)
                && !hosted.isBrought(name)
                && !hosted.view().showsCopyOf(metadata);
          }

          @Override
          public void onFailure(Throwable failure) {
            LOG.warn("segment {} cannot be loaded now", name, failure);
            hosted.loadFailures().put(name, "cannot be loaded: " + failure);
            nudgeHost.run();
          }
        });
  }

  private void load(HostedPartition hosted, SegmentMetadata metadata) throws IOException {
    Optional<ImmutableSegment> here = copies.openLocal(hosted, metadata);
    if (here.isPresent()) {
      show(hosted, metadata, here.get());
    } else {
      files.takeOver(hosted, metadata);
    }
    hosted.loadFailures().remove(metadata.name());
    nudgeHost.run();
  }

  private void show(HostedPartition hosted, SegmentMetadata metadata, ImmutableSegment segment) {
    ServedSegment served = copies.served(metadata, segment);
    hosted.show(served);
    files.note(new SegmentKey(hosted.tableId(), metadata.name()), served, segment);
  }

  /**
   * The named copy is fetched again if a newer order than it satisfies asks for that, and gets the
   * indexes that are wanted now, while it is shown.
   */
  void ensureReloaded(HostedPartition hosted, SegmentMetadata metadata) {
    SegmentName name = metadata.name();
    if (!isReloadWanted(hosted, metadata)) {
      hosted.reloadFailures().remove(name);
      return;
    }
    reloads.submit(
        new SegmentKey(hosted.tableId(), name),
        new RetryPool.Attempt() {
          @Override
          public void run() throws IOException {
            reload(hosted, metadata);
          }

          @Override
          public boolean isWanted() {
            return isReloadWanted(hosted, metadata);
          }

          @Override
          public void onFailure(Throwable failure) {
            LOG.warn("segment {} cannot be reloaded now", name, failure);
            if (hosted.isMember(name)) {
              String what =
                  isDownloadWanted(hosted, name)
                      ? "cannot be downloaded again: "
                      : "indexes cannot be rebuilt: ";
              hosted.reloadFailures().put(name, what + failure);
            }
          }
        });
  }

  /** Whether the copy that metadata names is shown here, and not as it is wanted. */
  private boolean isReloadWanted(HostedPartition hosted, SegmentMetadata metadata) {
    SegmentName name = metadata.name();
    return hosted.isMember(name)
        && !hosted.isBrought(name)
        && hosted.view().showsCopyOf(metadata)
        && (isDownloadWanted(hosted, name) || isIndexWanted(hosted, name));
  }

  private boolean isDownloadWanted(HostedPartition hosted, SegmentName name) {
    int wanted = hosted.downloads().wanted(name);
    return wanted > 0 && copies.downloadOf(hosted, name) < wanted;
  }

  /** Whether the file that is shown, if one is, lacks indexes or has others than are wanted. */
  static boolean isIndexWanted(HostedPartition hosted, SegmentName name) {
    return IndexRebuilder.sealed(hosted.view(), name)
        .filter(segment -> !IndexRebuilder.isAsWanted(segment, hosted.indexes()))
        .isPresent();
  }

  private void reload(HostedPartition hosted, SegmentMetadata metadata) throws IOException {
    SegmentName name = metadata.name();
    if (isDownloadWanted(hosted, name)) {
      // While it is leased it is not given up, so that no file is deleted that has just come.
      Optional<SegmentLease> lease =
          hosted.view().segment(name).flatMap(shown -> shown.holding().lease());
      if (lease.isPresent()) {
        try (SegmentLease _ = lease.get()) {
          show(hosted, metadata, copies.fetchAgain(hosted, metadata));
        }
        LOG.info("segment {} was downloaded again", name);
      }
    }
    rebuild(hosted, name);
    hosted.reloadFailures().remove(name);
    nudgeHost.run();
  }

  private void rebuild(HostedPartition hosted, SegmentName name) throws IOException {
    Optional<ImmutableSegment> shown = IndexRebuilder.sealed(hosted.view(), name);
    try {
      rebuilder.rebuild(hosted.serving(), name, hosted.indexes());
    } catch (SegmentCorruptException e) {
      shown.ifPresent(copy -> corruptCopies.drop(hosted.tableId(), name, copy));
      throw e;
    }
  }

  /** Ends all work. */
  void close() {
    loads.close();
    reloads.close();
  }
}
