package io.gamay.ingest.consume;

import io.gamay.cluster.segment.SegmentMetadata;
import io.gamay.cluster.segment.SegmentName;
import io.gamay.ingest.hosting.RetryPool;
import io.gamay.ingest.hosting.SegmentLease;
import io.gamay.ingest.upload.SegmentUploader;
import io.gamay.segment.format.SegmentCorruptException;
import io.gamay.segment.immutable.ImmutableSegment;
import io.gamay.segment.ledger.LedgerView;
import io.gamay.segment.ledger.RejectedRecord;
import io.gamay.segment.read.SegmentReader;
import io.gamay.segment.seal.SealInputs;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is done for a segment away from the partition's thread: sealing and uploading, each tried
 * again until it is done, impossible, or wanted no more.
 */
final class SegmentWork {

  private static final Logger LOG = LoggerFactory.getLogger(SegmentWork.class);

  private final ConsumerServices services;
  private final String tableId;

  /** Work of an earlier consumer of the partition, which may still be under way, is not this. */
  private record SealKey(SegmentWork owner, SegmentName segment) {}

  private record UploadKey(SegmentWork owner, SegmentName segment, int attempt) {}

  SegmentWork(ConsumerServices services, String tableId) {
    this.services = services;
    this.tableId = tableId;
  }

  /** What comes of a seal. */
  interface SealOutcome {
    /**
     * @param file open; the receiver's
     */
    void onSealed(ImmutableSegment file);

    void onImpossible(String reason);
  }

  /**
   * @param rows the segment's rows, fixed
   * @param ledger of exactly those offsets
   * @param trouble takes why a try failed, and nothing once one did not
   */
  void seal(
      SegmentMetadata segment,
      ConsumedSegment.Rows rows,
      SegmentReader view,
      LedgerView ledger,
      BooleanSupplier isWanted,
      Consumer<String> trouble,
      SealOutcome outcome) {
    services
        .seals()
        .submit(
            new SealKey(this, segment.name()),
            new RetryPool.Attempt() {
              @Override
              public void run() throws IOException {
                Optional<SegmentLease> lease = rows.holding().lease();
                if (lease.isEmpty()) {
                  return;
                }
                try (SegmentLease _ = lease.get()) {
                  ImmutableSegment file = sealOnce(segment, view, ledger);
                  trouble.accept("");
                  outcome.onSealed(file);
                } catch (IllegalArgumentException | IllegalStateException e) {
                  LOG.error("segment {} cannot be sealed", segment.name(), e);
                  outcome.onImpossible("cannot be sealed: " + e.getMessage());
                }
              }

              @Override
              public boolean isWanted() {
                return isWanted.getAsBoolean();
              }

              @Override
              public void onFailure(Throwable failure) {
                LOG.warn("segment {} cannot be sealed now", segment.name(), failure);
                trouble.accept("cannot be sealed now: " + failure);
              }
            });
  }

  /** What comes of an upload. */
  interface UploadOutcome {
    void onUploaded(SegmentUploader.Outcome outcome);

    /** The file is not what was sealed: nothing is uploaded. */
    void onCorrupt(SegmentCorruptException why);
  }

  /**
   * Uploads a file every byte of which was checked before: once it is committed nobody has its rows
   * in memory.
   *
   * @param trouble takes why a try failed, and nothing once one did not
   */
  void upload(
      SegmentName segment,
      int attempt,
      Path file,
      BooleanSupplier isWanted,
      Consumer<String> trouble,
      UploadOutcome outcome) {
    services
        .uploads()
        .submit(
            new UploadKey(this, segment, attempt),
            new RetryPool.Attempt() {
              @Override
              public void run() throws IOException {
                try {
                  verify(file);
                } catch (SegmentCorruptException e) {
                  LOG.error("sealed file of {} is corrupt and is not uploaded", segment, e);
                  outcome.onCorrupt(e);
                  return;
                }
                SegmentUploader.Outcome done =
                    services.uploader().upload(tableId, segment, attempt, file);
                trouble.accept("");
                outcome.onUploaded(done);
              }

              @Override
              public boolean isWanted() {
                return isWanted.getAsBoolean();
              }

              @Override
              public void onFailure(Throwable failure) {
                LOG.warn("segment {} cannot be uploaded now", segment, failure);
                trouble.accept("cannot be uploaded now: " + failure);
              }
            });
  }

  /** What a segment's work waits for in its turn; empty when it is under way or there is none. */
  String waitOf(ConsumedSegment segment) {
    SegmentProgress progress = segment.progress();
    if (services.seals().isWaiting(new SealKey(this, segment.name()))) {
      return "waits to be sealed: %d seals are under way, %d wait"
          .formatted(services.seals().runningCount(), services.seals().waitingCount());
    }
    return services.uploads().isWaiting(new UploadKey(this, segment.name(), progress.attempt()))
        ? "waits to be uploaded: %d uploads are under way, %d wait"
            .formatted(services.uploads().runningCount(), services.uploads().waitingCount())
        : "";
  }

  private static void verify(Path file) throws IOException {
    try (ImmutableSegment sealed = ImmutableSegment.open(file)) {
      sealed.verify();
    }
  }

  private ImmutableSegment sealOnce(SegmentMetadata segment, SegmentReader view, LedgerView ledger)
      throws IOException {
    Path file = services.local().prepare(tableId, segment.name());
    SealInputs inputs =
        new SealInputs(
            segment.name().table(),
            segment.encoding(),
            ledger.counts(),
            ledger.lostRanges(),
            ledger.rejected(RejectedRecord.MAX_SAMPLES_PER_SEGMENT),
            ledger.rejectedByReason());
    services.sealer().seal(view, inputs, file);
    services.limits().disk().refresh();
    return ImmutableSegment.open(file);
  }
}
