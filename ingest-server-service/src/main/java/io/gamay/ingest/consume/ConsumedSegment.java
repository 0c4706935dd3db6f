package io.gamay.ingest.consume;

import io.gamay.cluster.segment.PartitionsSeen;
import io.gamay.cluster.segment.SegmentMetadata;
import io.gamay.cluster.segment.SegmentName;
import io.gamay.ingest.hosting.SegmentHolding;
import io.gamay.ingest.hosting.ServedSegment;
import io.gamay.segment.immutable.ImmutableSegment;
import io.gamay.segment.ledger.OffsetLedger;
import io.gamay.segment.ledger.OffsetRange;
import io.gamay.segment.mutable.MutableSegment;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * A segment in a consumer's care, with its rows in memory, in a file, or both. The partition's
 * thread's; others read the progress and end the report under way.
 */
final class ConsumedSegment {

  /** Rows in memory with their ledger. */
  record Rows(MutableSegment segment, OffsetLedger ledger, SegmentHolding holding) {}

  /** The file on the disk, mapped. */
  record LocalFile(ImmutableSegment segment, SegmentHolding holding) {}

  private final SegmentMetadata created;
  private volatile SegmentProgress progress;
  private @Nullable Rows rows;
  private @Nullable LocalFile file;
  private @Nullable ServedSegment shown;

  /** That the values of its file fall into; found before its upload is reported. */
  private Map<String, PartitionsSeen> partitions = Map.of();

  /** What the last answers of the leader said of the end, until metadata allows to act on it. */
  private SegmentEvent.@Nullable EndLearnt answer;

  private Instant nextReport = Instant.MIN;
  private SegmentProgress.Report lastReport = SegmentProgress.Report.NONE;
  private volatile boolean isReportUnderWay;
  private volatile String workTrouble = "";
  private @Nullable Instant catchUpUntil;
  private OptionalLong fullAt = OptionalLong.empty();
  private @Nullable PartitionMetadata limitedBy;
  private SizeLimit sizeLimit = new SizeLimit(Long.MAX_VALUE, false);

  ConsumedSegment(SegmentMetadata created, SegmentProgress progress) {
    this.created = created;
    this.progress = progress;
  }

  /** As metadata created it: name, start, versions, encoding. */
  SegmentMetadata created() {
    return created;
  }

  SegmentName name() {
    return created.name();
  }

  SegmentProgress progress() {
    return progress;
  }

  void setProgress(SegmentProgress now) {
    progress = now;
  }

  Optional<Rows> rows() {
    return Optional.ofNullable(rows);
  }

  Rows requireRows() {
    Rows now = rows;
    if (now == null) {
      throw new IllegalStateException("segment " + name() + " has no rows in memory");
    }
    return now;
  }

  void setRows(@Nullable Rows now) {
    rows = now;
  }

  Optional<LocalFile> file() {
    return Optional.ofNullable(file);
  }

  void setFile(@Nullable LocalFile now) {
    file = now;
  }

  Map<String, PartitionsSeen> partitions() {
    return partitions;
  }

  void setPartitions(Map<String, PartitionsSeen> seen) {
    partitions = seen;
  }

  Optional<ServedSegment> shown() {
    return Optional.ofNullable(shown);
  }

  void setShown(@Nullable ServedSegment now) {
    shown = now;
  }

  SegmentEvent.@Nullable EndLearnt answer() {
    return answer;
  }

  void setAnswer(SegmentEvent.@Nullable EndLearnt now) {
    answer = now;
  }

  Instant nextReport() {
    return nextReport;
  }

  void setNextReport(Instant when) {
    nextReport = when;
  }

  SegmentProgress.Report lastReport() {
    return lastReport;
  }

  void setLastReport(SegmentProgress.Report kind) {
    lastReport = kind;
  }

  boolean isReportUnderWay() {
    return isReportUnderWay;
  }

  void setReportUnderWay(boolean is) {
    isReportUnderWay = is;
  }

  /** Why the last try to seal or to upload failed; empty when none did. */
  String workTrouble() {
    return workTrouble;
  }

  /** Any thread. */
  void setWorkTrouble(String reason) {
    workTrouble = reason;
  }

  @Nullable Instant catchUpUntil() {
    return catchUpUntil;
  }

  void setCatchUpUntil(@Nullable Instant when) {
    catchUpUntil = when;
  }

  /** The rows that it is to end with; empty when any number will do. */
  OptionalLong fullAt() {
    return fullAt;
  }

  void setFullAt(OptionalLong rows) {
    fullAt = rows;
  }

  /** Whether it takes rows, has some offsets, and was not found full yet. */
  boolean isGrowing() {
    return progress.state() == ConsumingState.INITIAL_CONSUMING
        && progress.position() > created.startOffset();
  }

  /** The rows that make a file of the wanted size, as metadata tells it. */
  @SuppressWarnings(
      "ReferenceEquality") // a metadata object is one moment, and comparing whole ones costs
  SizeLimit sizeLimit(PartitionMetadata metadata) {
    if (limitedBy != metadata) {
      limitedBy = metadata;
      sizeLimit =
          SizeLimit.of(
              metadata.configOf(created).flush(),
              metadata.sealed(SizeLimit.WINDOW),
              metadata.isCommittingBefore(created.name()),
              created);
    }
    return sizeLimit;
  }

  /** What its rows use; a file grows with it. */
  long memoryBytes() {
    Rows now = rows;
    return now == null ? 0 : now.segment().memoryBytes() + now.ledger().memoryBytes();
  }

  /** What it takes from the machine. */
  long heldBytes() {
    Rows now = rows;
    return now == null ? 0 : now.segment().reservedBytes() + now.ledger().memoryBytes();
  }

  /** Offsets of this segment that could not be read, as far as its end is known. */
  List<OffsetRange> missing() {
    Rows now = rows;
    LocalFile sealed = file;
    if (sealed != null) {
      return sealed.segment().lostRanges();
    }
    if (now == null) {
      return List.of();
    }
    OptionalLong end = progress.end();
    long told = now.ledger().position();
    return end.isPresent() && end.getAsLong() < told
        ? now.ledger().view().below(end.getAsLong()).lostRanges()
        : now.ledger().lostRanges();
  }
}
