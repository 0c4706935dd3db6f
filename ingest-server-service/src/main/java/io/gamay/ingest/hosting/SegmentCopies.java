package io.gamay.ingest.hosting;

import io.gamay.cluster.segment.SegmentMetadata;
import io.gamay.cluster.segment.SegmentName;
import io.gamay.cluster.segment.StoredCopy;
import io.gamay.segment.immutable.ImmutableSegment;
import io.gamay.segment.ledger.OffsetRange;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/**
 * The sealed files that lie here, each with the download order that it satisfies: opens, brings,
 * and deletes them. Shows nothing to queries itself. Blocks on disk and network; thread-safe.
 */
final class SegmentCopies {

  private final LocalSegments local;
  private final SegmentFetcher fetcher;
  private final LeaseRegistry leases;
  private final DownloadMarks downloads;

  SegmentCopies(LocalSegments local, SegmentFetcher fetcher, LeaseRegistry leases) {
    this.local = local;
    this.fetcher = fetcher;
    this.leases = leases;
    this.downloads = new DownloadMarks(local);
  }

  /** As {@link SegmentFetcher#openLocal}. */
  Optional<ImmutableSegment> openLocal(HostedPartition hosted, SegmentMetadata metadata)
      throws IOException {
    return fetcher.openLocal(hosted.tableId(), metadata, hosted.indexes());
  }

  /** A fresh copy, which satisfies the orders that are known before its fetch begins. */
  ImmutableSegment fetch(HostedPartition hosted, SegmentMetadata metadata) throws IOException {
    int order = hosted.downloads().newest();
    ImmutableSegment segment = fetcher.fetch(hosted.tableId(), metadata, hosted.indexes());
    downloads.note(hosted.tableId(), metadata.name(), order);
    return segment;
  }

  /** As ordered: the deep store's, not what another server has. */
  ImmutableSegment fetchAgain(HostedPartition hosted, SegmentMetadata metadata) throws IOException {
    int order = hosted.downloads().newest();
    ImmutableSegment segment = fetcher.fetchFromStore(hosted.tableId(), metadata, hosted.indexes());
    downloads.note(hosted.tableId(), metadata.name(), order);
    return segment;
  }

  /** The newest order that the copy here satisfies; one that is yet to be fetched satisfies all. */
  int downloadOf(HostedPartition hosted, SegmentName name) {
    boolean isEvicted = hosted.view().segment(name).filter(ServedSegment::isEvicted).isPresent();
    return isEvicted ? hosted.downloads().newest() : downloads.of(hosted.tableId(), name);
  }

  /**
   * An open file as queries are to see it.
   *
   * @param segment in leased care from now on
   */
  ServedSegment served(SegmentMetadata metadata, ImmutableSegment segment) {
    SegmentName name = metadata.name();
    List<OffsetRange> lost = metadata.stored().map(StoredCopy::lost).orElse(List.of());
    return ServedSegment.sealed(name, segment, lost, leases.hold(name.toString(), segment::close));
  }

  /** The holding of a segment whose file is not here. */
  SegmentHolding ofNothing(SegmentName name) {
    return leases.hold(name.toString(), () -> {});
  }

  /** Deletes the file and what is noted of it; of one that stays, all is noted as before. */
  void delete(SegmentKey key) throws IOException {
    local.delete(key.tableId(), key.segment());
    downloads.forget(key.tableId(), key.segment());
  }
}
