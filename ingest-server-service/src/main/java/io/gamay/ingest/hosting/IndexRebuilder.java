package io.gamay.ingest.hosting;

import io.gamay.cluster.segment.SegmentName;
import io.gamay.ingest.hosting.ServedSegment.Content;
import io.gamay.segment.format.SegmentFiles;
import io.gamay.segment.immutable.ImmutableSegment;
import io.gamay.segment.schema.IndexDecisions;
import io.gamay.segment.seal.SidecarSealer;
import java.io.IOException;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives sealed segments that are served the indexes that their table's config asks for now: what a
 * file lacks is built into its sidecar, and the file, opened anew, takes the place of the one that
 * is shown, while queries go on with theirs. Stateless; thread-safe.
 */
final class IndexRebuilder {

  private static final Logger LOG = LoggerFactory.getLogger(IndexRebuilder.class);

  private final LeaseRegistry leases;
  private final SegmentFiles files;
  private final SidecarSealer sealer;

  /**
   * @param random for the names of unfinished files only
   */
  IndexRebuilder(LeaseRegistry leases, SegmentFiles files, RandomGenerator random) {
    this.leases = leases;
    this.files = files;
    this.sealer = new SidecarSealer(files, random);
  }

  /** Whether a segment shows what is wanted, as far as it can have it. */
  static boolean isAsWanted(ImmutableSegment segment, IndexDecisions wanted) {
    return segment.wantedIndexes().equals(segment.fitting(wanted))
        && segment.missingIndexes().equals(IndexDecisions.NONE);
  }

  /** The sealed file that is shown under a name, if one is. */
  static Optional<ImmutableSegment> sealed(PartitionView view, SegmentName name) {
    return view.segment(name).flatMap(IndexRebuilder::sealed);
  }

  private static Optional<ImmutableSegment> sealed(ServedSegment served) {
    return served.content() instanceof Content.Sealed(ImmutableSegment segment)
        ? Optional.of(segment)
        : Optional.empty();
  }

  /**
   * Brings the indexes of one segment in order; does nothing if they are, or if it is shown no
   * more.
   *
   * @throws IOException if the disk does not do it now: the segment is shown as it was
   */
  void rebuild(PartitionServing serving, SegmentName name, IndexDecisions wanted)
      throws IOException {
    Optional<ServedSegment> shown = serving.view().segment(name);
    Optional<ImmutableSegment> segment = shown.flatMap(IndexRebuilder::sealed);
    if (segment.isEmpty() || isAsWanted(segment.get(), wanted)) {
      return;
    }
    Optional<SegmentLease> lease = shown.get().holding().lease();
    if (lease.isEmpty()) {
      return;
    }
    try (SegmentLease _ = lease.get()) {
      ImmutableSegment reopened = reopen(segment.get(), wanted);
      replace(serving, shown.get(), reopened);
    }
  }

  private ImmutableSegment reopen(ImmutableSegment segment, IndexDecisions wanted)
      throws IOException {
    ImmutableSegment reopened = ImmutableSegment.open(files, segment.path(), wanted);
    if (!isAsWanted(reopened, wanted)) {
      reopened.sidecarProblem().ifPresent(problem -> LOG.warn("{} is built anew", problem));
      reopened.close();
      sealer.seal(segment, wanted);
      reopened = ImmutableSegment.open(files, segment.path(), wanted);
    }
    if (reopened.dataCrc() != segment.dataCrc() || !isAsWanted(reopened, wanted)) {
      reopened.close();
      throw new IOException("file %s has changed meanwhile".formatted(segment.path()));
    }
    return reopened;
  }

  private void replace(PartitionServing serving, ServedSegment shown, ImmutableSegment reopened) {
    SegmentName name = shown.name();
    ServedSegment indexed =
        new ServedSegment(
            name,
            shown.start(),
            shown.end(),
            shown.missing(),
            new Content.Sealed(reopened),
            leases.hold(name.toString(), reopened::close));
    PartitionView before = serving.update(view -> view.shows(shown) ? view.with(indexed) : view);
    if (before.shows(shown)) {
      LOG.info("segment {} now has indexes {}", name, reopened.wantedIndexes());
      shown.holding().retire();
    } else {
      indexed.holding().retire();
    }
  }
}
