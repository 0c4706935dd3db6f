package io.gamay.ingest.consume;

import io.gamay.ingest.hosting.PartitionServing;
import io.gamay.ingest.stream.PartitionStream;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether a partition's stream delivers records. The partition stays assigned and its segments
 * answer while it does not; polls go on, so that it sees by itself when it may read again.
 * Partition's thread.
 */
final class ConsumptionPause {

  private static final Logger LOG = LoggerFactory.getLogger(ConsumptionPause.class);

  private final ConsumptionLimits limits;
  private final PartitionServing serving;
  private Optional<PauseReason> waitsFor = Optional.empty();
  private String inWords = "";
  private boolean isPaused;

  ConsumptionPause(ConsumptionLimits limits, PartitionServing serving) {
    this.limits = limits;
    this.serving = serving;
  }

  /**
   * Why the partition waits, in words; empty when it does not wait for memory, for disk, or for its
   * table to be consumed again.
   */
  String reason() {
    return waitsFor.isEmpty() ? "" : "paused: " + inWords;
  }

  /**
   * Pauses or resumes the stream.
   *
   * @param byTable why the table is not consumed now; empty when it is
   * @param canRead whether there is a segment that takes rows and nothing is broken
   * @param mustRead whether reading on is bounded and the only way to memory that is free again
   */
  void decide(
      @Nullable PartitionStream stream,
      Optional<String> byTable,
      boolean canRead,
      boolean mustRead) {
    if (!canRead || mustRead) {
      note(Optional.empty(), "");
    } else if (byTable.isPresent()) {
      note(Optional.of(PauseReason.TABLE), byTable.get());
    } else {
      Optional<PauseReason> shortage = limits.shortage();
      note(shortage, shortage.map(limits::describe).orElse(""));
    }
    boolean wantsPause = !canRead || waitsFor.isPresent();
    if (stream != null && wantsPause != isPaused) {
      isPaused = wantsPause;
      if (wantsPause) {
        stream.pause();
      } else {
        stream.resume();
      }
    }
  }

  /** The partition is consumed here no more. */
  void end() {
    limits.noteRunning(this);
  }

  private void note(Optional<PauseReason> now, String words) {
    inWords = words;
    if (now.equals(waitsFor)) {
      return;
    }
    waitsFor = now;
    now.ifPresentOrElse(
        why -> {
          limits.notePaused(this, why);
          LOG.warn("partition {} of {} is {}", serving.partition(), serving.tableId(), reason());
        },
        () -> {
          limits.noteRunning(this);
          LOG.info("partition {} of {} is read on", serving.partition(), serving.tableId());
        });
  }
}
