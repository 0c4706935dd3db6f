package io.gamay.ingest.consume;

import io.gamay.cluster.assignment.CurrentSegment;
import io.gamay.cluster.assignment.CurrentSegment.ServingState;
import io.gamay.cluster.commit.CommitAnswer;
import io.gamay.cluster.commit.CommitReport.StopReason;
import io.gamay.cluster.segment.CommitAttempt;
import io.gamay.cluster.segment.PartitionFunction;
import io.gamay.cluster.segment.PartitionsSeen;
import io.gamay.cluster.segment.SegmentMetadata;
import io.gamay.cluster.segment.SegmentName;
import io.gamay.cluster.segment.SegmentState;
import io.gamay.cluster.table.FlushThresholds;
import io.gamay.ingest.hosting.LeaseRegistry;
import io.gamay.ingest.hosting.PartitionServing;
import io.gamay.ingest.hosting.SegmentHolding;
import io.gamay.ingest.hosting.SegmentLease;
import io.gamay.ingest.hosting.ServedSegment;
import io.gamay.ingest.stream.PartitionStream;
import io.gamay.ingest.stream.StreamBatch;
import io.gamay.ingest.stream.StreamFailure;
import io.gamay.ingest.upload.SegmentUploader;
import io.gamay.segment.format.SegmentCorruptException;
import io.gamay.segment.immutable.ImmutableSegment;
import io.gamay.segment.ledger.OffsetLedger;
import io.gamay.segment.ledger.OffsetRange;
import io.gamay.segment.mutable.MutableSegment;
import io.gamay.segment.read.SegmentReader;
import io.gamay.segment.row.RowBatch;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The partition's thread at work: appends batches to the newest segment, moves every segment in its
 * care through {@link SegmentProgress}, and shows the outcome. Nothing here is thread-safe: others
 * post messages to the thread.
 *
 * <p>One segment is fed, the newest. A cut moves its rows from the end on into the successor, or,
 * if the successor has other versions, reads them from the stream again; until the successor has
 * reached the old position the old rows stand in for it (the cover).
 */
final class PartitionLoop {

  private static final Logger LOG = LoggerFactory.getLogger(PartitionLoop.class);
  private static final Duration CATCH_UP_TIME = Duration.ofSeconds(10);
  private static final int MOVED_ROWS = 8192;

  private final ConsumerServices services;
  private final PartitionServing serving;
  private final Consumer<Runnable> mailbox;
  private final SegmentWork work;
  private final SegmentReports reports;
  private final FlushPolicy flush = new FlushPolicy();
  private final MemoryShare memory;
  private final ConsumptionPause pause;
  private final ShownSegments shown;
  private final NavigableMap<Integer, ConsumedSegment> segments = new TreeMap<>();

  private PartitionMetadata metadata;
  private @Nullable TailGate gate;
  private @Nullable ConsumedSegment newest;
  private @Nullable BatchAssembler assembler;
  private @Nullable Cover cover;
  private @Nullable PartitionStream stream;
  private String failure = "";

  /** Nobody waits for seals and uploads any more; any thread reads it. */
  private volatile boolean isOver;

  /** Old rows that stand in for the segments behind it until these have reached its position. */
  private record Cover(ConsumedSegment segment, long position) {}

  /**
   * @param mailbox takes messages to this thread from others
   */
  PartitionLoop(
      ConsumerServices services,
      PartitionServing serving,
      Consumer<Runnable> mailbox,
      PartitionMetadata metadata) {
    this.services = services;
    this.serving = serving;
    this.mailbox = mailbox;
    this.metadata = metadata;
    this.work = new SegmentWork(services, serving.tableId());
    this.reports = new SegmentReports(services, serving.tableId());
    this.memory = new MemoryShare(services.limits().memory());
    this.pause = new ConsumptionPause(services.limits(), serving);
    this.shown = new ShownSegments(serving, memory);
  }

  /**
   * Takes files that survived into care and finds the first segment to read. May be called again
   * while the stream is not open.
   *
   * @return where the stream is to start; empty if metadata has nothing to read
   */
  OptionalLong prepare(PartitionMetadata now) {
    metadata = now;
    if (newest == null) {
      now.members().values().stream()
          .map(member -> member.metadata())
          .filter(segment -> segment.state() == SegmentState.COMMITTING)
          .forEach(this::openSurvivingFile);
      feedNext(-1);
      skipAsTold();
    }
    learn();
    display();
    return newest == null ? OptionalLong.empty() : OptionalLong.of(newest.progress().position());
  }

  void attach(PartitionStream opened) {
    stream = opened;
  }

  void setMetadata(PartitionMetadata now) {
    metadata = now;
  }

  void onBatch(StreamBatch batch) {
    ConsumedSegment feeding = newest;
    if (feeding != null
        && failure.isEmpty()
        && batch.nextOffset() > feeding.progress().position()) {
      StreamBatch allowed = allowedOf(feeding, batch);
      if (allowed.nextOffset() > feeding.progress().position()) {
        append(feeding, allowed);
      }
      if (allowed.nextOffset() < batch.nextOffset()) {
        seek(allowed.nextOffset());
      }
      tick(allowed);
      return;
    }
    tick(batch);
  }

  void onOffsetsGone(OffsetRange gone) {
    ConsumedSegment feeding = newest;
    if (feeding == null || gone.end() <= feeding.progress().position()) {
      return;
    }
    OffsetRange missed = new OffsetRange(feeding.progress().position(), gone.end());
    LOG.error("segment {} misses offsets {}: Kafka has them no more", feeding.name(), missed);
    miss(feeding, missed);
    display();
  }

  private void miss(ConsumedSegment feeding, OffsetRange missed) {
    ConsumedSegment.Rows rows = feeding.requireRows();
    rows.ledger().lost(missed);
    rows.ledger().publish();
    rows.segment().publish(missed.end());
    apply(feeding, new SegmentEvent.OffsetsGone(missed.start()));
    apply(feeding, new SegmentEvent.Advanced(missed.end()));
  }

  void onFailure(StreamFailure broken) {
    failure = broken.message();
    ConsumedSegment feeding = newest;
    if (feeding != null) {
      apply(feeding, new SegmentEvent.StreamBroken(broken.message()));
    }
    memory.note(segments.values(), null, services.clock().instant());
    services.onChange().run();
  }

  /** What other threads may know. */
  List<SegmentStatus> status() {
    return segments.values().stream().map(this::statusOf).toList();
  }

  /** The end of the stream as the last poll saw it. */
  OptionalLong knownEnd() {
    return stream == null ? OptionalLong.empty() : stream.knownEnd();
  }

  /** Lets what is under way for segments end, and not be tried again. Any thread. */
  void stopWork() {
    isOver = true;
  }

  /** Frees what is not shown; the rest is freed by whoever hides it. */
  void release() {
    pause.end();
    memory.forget(services.clock().instant());
    for (ConsumedSegment segment : segments.values()) {
      Optional<SegmentHolding> shown = segment.shown().map(ServedSegment::holding);
      segment
          .rows()
          .map(ConsumedSegment.Rows::holding)
          .filter(holding -> !shown.equals(Optional.of(holding)))
          .ifPresent(SegmentHolding::retire);
      segment
          .file()
          .map(ConsumedSegment.LocalFile::holding)
          .filter(holding -> !shown.equals(Optional.of(holding)))
          .ifPresent(SegmentHolding::retire);
    }
  }

  /**
   * While the table is paused rows are read only to complete what is to be committed: one row more
   * would have to be committed as well, and every other replica would have to read it.
   */
  private StreamBatch allowedOf(ConsumedSegment feeding, StreamBatch batch) {
    if (metadata.tablePause().isEmpty()) {
      return batch;
    }
    long bound = neededUpTo(feeding);
    return batch.nextOffset() <= bound ? batch : new BatchBelow(batch, bound);
  }

  private long neededUpTo(ConsumedSegment feeding) {
    long position = feeding.progress().position();
    if (feeding.progress().end().isPresent()) {
      return Math.max(position, feeding.progress().end().getAsLong());
    }
    if (cover != null) {
      return Math.max(position, cover.position());
    }
    return isReadOnInPause(feeding) ? Math.max(position, tailGate().end().orElse(0)) : position;
  }

  private void append(ConsumedSegment feeding, StreamBatch batch) {
    ConsumedSegment.Rows rows = feeding.requireRows();
    RowBatch assembled = Objects.requireNonNull(assembler).assemble(batch, rows.ledger());
    if (rows.ledger().position() != batch.nextOffset()) {
      throw new IllegalStateException(
          "ledger of %s stands at %d after a batch up to %d"
              .formatted(feeding.name(), rows.ledger().position(), batch.nextOffset()));
    }
    rows.segment().append(assembled);
    rows.ledger().publish();
    rows.segment().publish(batch.nextOffset());
    apply(feeding, new SegmentEvent.Advanced(batch.nextOffset()));
  }

  /** Everything that is to be looked at now and then; after every poll. */
  private void tick(StreamBatch batch) {
    learn();
    feedIfNone();
    skipAsTold();
    checkThresholds();
    checkCatchUp();
    checkCopies();
    uncover();
    display();
    forgetFinished();
    checkTail(batch);
    checkLimits();
    reports.send(List.copyOf(segments.values()), this::onAnswer);
  }

  // What metadata and answers say

  private void learn() {
    for (ConsumedSegment segment : List.copyOf(segments.values())) {
      Optional<SegmentMetadata> now = metadata.current(segment.name());
      boolean mayEnd = segment != newest || metadata.showsSuccessor(segment.name());
      if (now.isPresent() && mayEnd) {
        learn(segment, now.get());
      }
    }
  }

  private void learn(ConsumedSegment segment, SegmentMetadata now) {
    SegmentEvent.EndLearnt answer = segment.answer();
    if (answer != null) {
      segment.setAnswer(null);
      apply(segment, answer);
    }
    switch (now.state()) {
      case CONSUMING -> {}
      case COMMITTING -> {
        CommitAttempt attempt = now.attempt().orElseThrow();
        apply(
            segment,
            new SegmentEvent.EndLearnt(
                now.endOffset().orElseThrow(), attempt.number(), isMine(attempt)));
      }
      case ONLINE ->
          apply(
              segment,
              new SegmentEvent.OnlineLearnt(
                  now.endOffset().orElseThrow(),
                  now.stored().orElseThrow().dataCrc(),
                  isMine(now.attempt().orElseThrow())));
    }
  }

  private boolean isMine(CommitAttempt attempt) {
    return attempt.committer().equals(services.instanceId());
  }

  /**
   * Answers speak of written metadata: what they say of the end is acted on as soon as it shows.
   */
  private void onAnswer(SegmentName name, CommitAnswer answer) {
    mailbox.accept(
        () -> {
          ConsumedSegment segment = segments.get(name.sequence());
          if (segment == null || answer.endOffset() < 0 || answer.attempt() <= 0) {
            return;
          }
          switch (answer.kind()) {
            case COMMIT -> segment.setAnswer(endOf(answer, true));
            case CATCH_UP -> segment.setAnswer(endOf(answer, false));
            case KEEP -> {
              if (segment.progress().end().isEmpty()) {
                segment.setAnswer(endOf(answer, false));
              }
            }
            case HOLD, DISCARD, NOT_LEADER -> {}
          }
        });
  }

  private static SegmentEvent.EndLearnt endOf(CommitAnswer answer, boolean isMine) {
    return new SegmentEvent.EndLearnt(answer.endOffset(), answer.attempt(), isMine);
  }

  // The state machine's events and actions

  private void apply(ConsumedSegment segment, SegmentEvent event) {
    ConsumingState before = segment.progress().state();
    SegmentProgress.Step step = segment.progress().on(event);
    segment.setProgress(step.next());
    if (before != step.next().state()) {
      LOG.info(
          "segment {}: {} -> {} at {}",
          segment.name(),
          before,
          step.next().state(),
          step.next().position());
      segment.setWorkTrouble("");
      services.onChange().run();
    }
    for (SegmentAction action : step.actions()) {
      perform(segment, action);
    }
  }

  private void perform(ConsumedSegment segment, SegmentAction action) {
    switch (action) {
      case SegmentAction.Cut(long end) -> cut(segment, end);
      case SegmentAction.SkipTo _ -> skip(segment);
      case SegmentAction.Seal() -> seal(segment);
      case SegmentAction.Upload(int attempt) -> upload(segment, attempt);
    }
  }

  private void cut(ConsumedSegment segment, long end) {
    if (segment != newest) {
      throw new IllegalStateException("cut of %s, which is not fed".formatted(segment.name()));
    }
    newest = null;
    Optional<SegmentMetadata> successor =
        metadata.firstToFeed(segment.name().sequence(), segments.keySet());
    if (successor.isEmpty()) {
      return;
    }
    long position = segment.progress().position();
    ConsumedSegment next = create(successor.get());
    if (successor.get().startOffset() != end || !hasSameVersions(segment, successor.get())) {
      seek(successor.get().startOffset());
      if (successor.get().startOffset() == end && position > end && cover == null) {
        cover = new Cover(segment, position);
      }
      return;
    }
    moveRows(segment, end, next);
  }

  private static boolean hasSameVersions(ConsumedSegment segment, SegmentMetadata successor) {
    SegmentMetadata created = segment.created();
    return created.schemaVersion() == successor.schemaVersion()
        && created.configVersion() == successor.configVersion()
        && created.encoding().equals(successor.encoding());
  }

  private void moveRows(ConsumedSegment from, long end, ConsumedSegment to) {
    MutableSegment old = from.requireRows().segment();
    OffsetLedger ledger = from.requireRows().ledger().splitAt(end);
    ConsumedSegment.Rows rows = to.requireRows();
    to.setRows(new ConsumedSegment.Rows(rows.segment(), ledger, rows.holding()));
    int docCount = old.docCount();
    int first = old.snapshot().docCountBelow(end);
    for (int doc = first; doc < docCount; doc += MOVED_ROWS) {
      rows.segment().append(old.copyRows(doc, Math.min(doc + MOVED_ROWS, docCount)));
    }
    ledger.publish();
    rows.segment().publish(ledger.position());
    for (OffsetRange missed : ledger.lostRanges()) {
      apply(to, new SegmentEvent.OffsetsGone(missed.start()));
    }
    apply(to, new SegmentEvent.Advanced(ledger.position()));
  }

  private void skip(ConsumedSegment segment) {
    newest = null;
    feedNext(segment.name().sequence());
    if (newest != null) {
      seek(newest.progress().position());
    }
  }

  private void seal(ConsumedSegment segment) {
    long end = segment.progress().end().orElseThrow();
    ConsumedSegment.Rows rows = segment.requireRows();
    long memoryBytes = segment.memoryBytes();
    SegmentReader view = rows.segment().snapshotBelow(end);
    FlushThresholds thresholds = metadata.configOf(segment.created()).flush();
    work.seal(
        segment.created(),
        rows,
        view,
        rows.ledger().view().below(end),
        () -> !isOver && !segment.progress().state().isFinal(),
        segment::setWorkTrouble,
        new SegmentWork.SealOutcome() {
          @Override
          public void onSealed(ImmutableSegment file) {
            if (isOver) {
              file.close();
              return;
            }
            mailbox.accept(
                () -> {
                  flush.learn(thresholds, memoryBytes, file.sizeBytes());
                  PartitionLoop.this.onSealed(segment, file);
                });
          }

          @Override
          public void onImpossible(String reason) {
            mailbox.accept(() -> apply(segment, new SegmentEvent.SealImpossible(reason)));
          }
        });
  }

  private void onSealed(ConsumedSegment segment, ImmutableSegment file) {
    if (segments.get(segment.name().sequence()) != segment) {
      file.close();
      return;
    }
    segment.setFile(hold(segment.name(), file));
    apply(segment, new SegmentEvent.Sealed(file.dataCrc()));
  }

  private void upload(ConsumedSegment segment, int attempt) {
    ConsumedSegment.LocalFile file = segment.file().orElseThrow();
    Map<String, PartitionFunction> functions = metadata.table().config().routing().partitions();
    work.upload(
        segment.name(),
        attempt,
        file.segment().path(),
        () ->
            !isOver
                && segment.progress().attempt() == attempt
                && !segment.progress().state().isFinal(),
        segment::setWorkTrouble,
        new SegmentWork.UploadOutcome() {
          @Override
          public void onUploaded(SegmentUploader.Outcome outcome) {
            Map<String, PartitionsSeen> seen = partitionsOf(file, functions);
            mailbox.accept(
                () -> {
                  segment.setPartitions(seen);
                  apply(
                      segment,
                      switch (outcome) {
                        case SegmentUploader.Outcome.Stored _ -> new SegmentEvent.Uploaded(attempt);
                        case SegmentUploader.Outcome.Refused(String reason) ->
                            new SegmentEvent.UploadRefused(attempt, reason);
                      });
                });
          }

          @Override
          public void onCorrupt(SegmentCorruptException why) {
            mailbox.accept(() -> readAgain(segment, why));
          }
        });
  }

  /** Ends this consumer: its successor refuses the file and reads its rows from the stream. */
  private void readAgain(ConsumedSegment segment, SegmentCorruptException why) {
    if (!isOver) {
      throw new IllegalStateException(
          "sealed file of %s is corrupt before its upload: its rows are read again"
              .formatted(segment.name()),
          why);
    }
  }

  /** By the upload's thread: there may be many values. Nothing waits for what cannot be found. */
  private static Map<String, PartitionsSeen> partitionsOf(
      ConsumedSegment.LocalFile file, Map<String, PartitionFunction> functions) {
    if (functions.isEmpty()) {
      return Map.of();
    }
    try {
      Optional<SegmentLease> lease = file.holding().lease();
      if (lease.isEmpty()) {
        return Map.of();
      }
      try (SegmentLease _ = lease.get()) {
        return SeenPartitions.of(file.segment(), functions);
      }
    } catch (SegmentCorruptException | LeaseRegistry.TooManyLeasesException e) {
      LOG.warn("partitions of {} are not known", file.segment(), e);
      return Map.of();
    }
  }

  // Which segment is fed

  private void openSurvivingFile(SegmentMetadata segment) {
    Path path = services.local().file(serving.tableId(), segment.name());
    if (segments.containsKey(segment.name().sequence())
        || !services.local().exists(serving.tableId(), segment.name())) {
      return;
    }
    try {
      ImmutableSegment file = ImmutableSegment.open(path);
      if (!file.segmentName().equals(segment.name().toString())
          || !file.offsets().equals(segment.offsets())) {
        LOG.warn("file {} holds {}, not {}", path, file, segment.offsets());
        file.close();
        return;
      }
      verify(file);
      ConsumedSegment survivor =
          new ConsumedSegment(
              segment, SegmentProgress.ofFile(segment.endOffset().orElseThrow(), file.dataCrc()));
      survivor.setFile(hold(segment.name(), file));
      segments.put(segment.name().sequence(), survivor);
    } catch (SegmentCorruptException | IOException e) {
      LOG.warn("file {} cannot be used, its rows are read again", path, e);
    }
  }

  /** Every byte, before others are told its CRC; a file that is wrong is closed. */
  private static void verify(ImmutableSegment file) {
    try {
      file.verify();
    } catch (SegmentCorruptException wrong) {
      file.close();
      throw wrong;
    }
  }

  /** Where reading of a segment begins: its start, or behind what it is told to skip. */
  private long firstRead(ConsumedSegment feeding) {
    return Math.max(
        feeding.created().startOffset(), metadata.skipTo(feeding.name()).orElse(Long.MIN_VALUE));
  }

  /** Whoever resumed consumption may have said that it does not go on where it stood. */
  private void skipAsTold() {
    ConsumedSegment feeding = newest;
    if (feeding == null || !failure.isEmpty()) {
      return;
    }
    OptionalLong to = metadata.skipTo(feeding.name());
    long position = feeding.progress().position();
    if (to.isPresent() && position < to.getAsLong()) {
      OffsetRange skipped = new OffsetRange(position, to.getAsLong());
      LOG.warn("segment {} skips offsets {} by order", feeding.name(), skipped);
      miss(feeding, skipped);
      seek(to.getAsLong());
    }
  }

  private void feedIfNone() {
    if (newest == null && failure.isEmpty()) {
      feedNext(segments.isEmpty() ? -1 : segments.lastKey());
      if (newest != null) {
        seek(newest.progress().position());
      }
    }
  }

  private void feedNext(int afterSequence) {
    metadata.firstToFeed(afterSequence, segments.keySet()).ifPresent(this::create);
  }

  /** Makes a segment the one that is fed, at its start. */
  private ConsumedSegment create(SegmentMetadata next) {
    SegmentName name = next.name();
    BatchAssembler assembling =
        services.assemblers().create(metadata.schemaOf(next), metadata.configOf(next));
    MutableSegment rows =
        new MutableSegment(
            name.toString(),
            name.partition(),
            metadata.schemaOf(next),
            next.encoding(),
            next.startOffset());
    ConsumedSegment created =
        new ConsumedSegment(next, SegmentProgress.starting(next.startOffset()));
    created.setRows(
        new ConsumedSegment.Rows(
            rows,
            new OffsetLedger(next.startOffset()),
            services.leases().hold(name.toString(), rows::close)));
    assembler = assembling;
    segments.put(name.sequence(), created);
    newest = created;
    if (!failure.isEmpty()) {
      apply(created, new SegmentEvent.StreamBroken(failure));
    }
    return created;
  }

  /** Before the stream is open there is nothing to seek: it opens where {@link #prepare} says. */
  private void seek(long offset) {
    PartitionStream opened = stream;
    if (opened != null) {
      opened.seek(offset);
    }
  }

  private ConsumedSegment.LocalFile hold(SegmentName name, ImmutableSegment file) {
    return new ConsumedSegment.LocalFile(
        file, services.leases().hold(name.toString(), file::close));
  }

  // Thresholds, memory, copies

  private void checkThresholds() {
    ConsumedSegment feeding = newest;
    if (feeding == null || !feeding.isGrowing()) {
      return;
    }
    if (isToEndNow(feeding)) {
      end(feeding, new FlushPolicy.Stop(StopReason.ASKED, OptionalLong.empty()));
      return;
    }
    Instant now = services.clock().instant();
    Optional<FlushPolicy.Stop> due =
        memory.isToEnd(now)
            ? Optional.of(new FlushPolicy.Stop(StopReason.MEMORY_LIMIT, OptionalLong.empty()))
            : flush.due(
                metadata.configOf(feeding.created()).flush(),
                metadata.rowLimit(feeding.created()),
                feeding.sizeLimit(metadata),
                feeding.requireRows().segment().docCount(),
                feeding.memoryBytes(),
                Duration.between(feeding.created().createdAt(), now));
    due.ifPresent(stop -> end(feeding, stop));
  }

  /**
   * By order, because the table's rows are made in another way by now, or because nothing is to
   * stay uncommitted while consumption is paused.
   */
  private boolean isToEndNow(ConsumedSegment feeding) {
    if (metadata.tablePause().isPresent()) {
      return !isReadOnInPause(feeding);
    }
    return metadata.isAskedToEnd(feeding.name()) || metadata.isOutdated(feeding.created());
  }

  /**
   * Whether a segment that a pause is to end still reads: this replica has started after the pause
   * and has not yet again what it had.
   */
  private boolean isReadOnInPause(ConsumedSegment feeding) {
    TailGate asked = gate;
    boolean isThere =
        asked != null
            && asked.end().isPresent()
            && feeding.progress().position() >= asked.end().getAsLong();
    return metadata.isAskedToEnd(feeding.name()) && !serving.view().isTailReady() && !isThere;
  }

  /** Why nothing is read though it could be: by the table's pause. */
  private Optional<String> tablePause(ConsumedSegment feeding) {
    return isReadOnInPause(feeding) ? Optional.empty() : metadata.tablePause();
  }

  private boolean isHeldByTable(ConsumedSegment feeding) {
    return !freesMemoryByReading(feeding) && tablePause(feeding).isPresent();
  }

  private void end(ConsumedSegment feeding, FlushPolicy.Stop stop) {
    feeding.setFullAt(stop.rows());
    apply(feeding, new SegmentEvent.StopDue(stop.reason()));
  }

  private void checkCatchUp() {
    ConsumedSegment feeding = newest;
    if (feeding == null || feeding.progress().state() != ConsumingState.CONSUMING_TO_ONLINE) {
      return;
    }
    Instant now = services.clock().instant();
    Instant until = feeding.catchUpUntil();
    if (until == null) {
      feeding.setCatchUpUntil(now.plus(CATCH_UP_TIME));
    } else if (now.isAfter(until)) {
      apply(feeding, new SegmentEvent.CatchUpOver());
    }
  }

  /** Segments whose named copy hosting has put in their place are no longer in care. */
  private void checkCopies() {
    for (ConsumedSegment segment : List.copyOf(segments.values())) {
      if (segment.progress().state() == ConsumingState.DISCARDED
          && ShownSegments.isNamedCopyShown(serving.view(), segment)
          && (cover == null || cover.segment() != segment)) {
        apply(segment, new SegmentEvent.CopyServed());
        segment.rows().ifPresent(memory::retire);
        segment.file().ifPresent(file -> file.holding().retire());
        segments.remove(segment.name().sequence());
      }
    }
  }

  private void checkTail(StreamBatch batch) {
    ConsumedSegment feeding = newest;
    if (feeding == null) {
      return;
    }
    long position = feeding.progress().position();
    boolean isHeld = isHeldByTable(feeding);
    boolean hasUncommitted = position > firstRead(feeding);
    serving.noteHeldAt(
        isHeld && !hasUncommitted ? OptionalLong.of(position) : OptionalLong.empty());
    if (!serving.view().isTailReady()
        && (isHeld || tailGate().isOpenAt(position))
        && showsTailUpTo(position)) {
      serving.update(view -> view.withTailReady(true));
      services.onChange().run();
    }
    OptionalLong end = pause.reason().isEmpty() ? knownEnd() : OptionalLong.empty();
    if (end.isPresent() && position >= end.getAsLong()) {
      serving.noteFreshness(services.clock().millis());
    } else if (batch.size() > 0) {
      batch.moveTo(batch.size() - 1);
      serving.noteFreshness(batch.timestampMillis());
    }
    serving.advanced();
  }

  /**
   * Whether all from the first segment on that is not ONLINE is shown. ONLINE segments behind it
   * are a part of the tail; after a start they may not be loaded yet, or be here in part only.
   */
  private boolean showsTailUpTo(long position) {
    return metadata
        .firstNotOnline()
        .filter(first -> serving.view().tailEnd(first.startOffset()) >= position)
        .isPresent();
  }

  private TailGate tailGate() {
    TailGate now = gate;
    if (now == null) {
      now =
          new TailGate(
              () ->
                  services
                      .streams()
                      .endOffset(metadata.table().config().stream(), serving.partition()),
              services.clock());
      gate = now;
    }
    return now;
  }

  private void checkLimits() {
    ConsumedSegment feeding = newest;
    memory.note(
        segments.values(),
        feeding != null && feeding.isGrowing() ? feeding : null,
        services.clock().instant());
    pause.decide(
        stream,
        feeding == null ? Optional.empty() : tablePause(feeding),
        feeding != null && failure.isEmpty(),
        feeding != null && freesMemoryByReading(feeding));
  }

  /**
   * Up to a known end, and past the rows that stand in for these, reading on is bounded and the
   * only way to memory that is free again.
   */
  private boolean freesMemoryByReading(ConsumedSegment feeding) {
    return cover != null || feeding.progress().end().isPresent();
  }

  // What is shown

  private void uncover() {
    Cover covering = cover;
    ConsumedSegment feeding = newest;
    if (covering != null
        && feeding != null
        && feeding.progress().position() >= covering.position()) {
      cover = null;
    }
  }

  /** Shows all segments in care as they are now, in one step, and frees what is shown no more. */
  private void display() {
    shown.show(segments.values(), cover == null ? null : cover.segment(), metadata);
  }

  private void forgetFinished() {
    for (ConsumedSegment segment : List.copyOf(segments.values())) {
      boolean isShownSealed =
          segment.shown().filter(shown -> shown.dataCrc().isPresent()).isPresent();
      if (segment.progress().state().isFinal() && isShownSealed) {
        segments.remove(segment.name().sequence());
        services.onChange().run();
      }
    }
  }

  private SegmentStatus statusOf(ConsumedSegment segment) {
    SegmentProgress progress = segment.progress();
    boolean isBringing =
        progress.state() != ConsumingState.DISCARDED
            || (cover != null && cover.segment() == segment);
    Optional<ConsumedSegment.Rows> rows = segment.rows();
    String reason = reasonOf(segment);
    return new SegmentStatus(
        segment.name(),
        progress.state(),
        new CurrentSegment(servingState(segment), reason),
        isBringing,
        segment.created().startOffset(),
        progress.position(),
        rows.map(held -> held.segment().docCount())
            .or(() -> segment.file().map(file -> file.segment().docCount()))
            .orElse(0),
        segment.heldBytes(),
        rows.map(ConsumedSegment.Rows::ledger),
        reason.isEmpty() ? work.waitOf(segment) : reason,
        !reason.isEmpty() && reason.equals(pause.reason()));
  }

  private ServingState servingState(ConsumedSegment segment) {
    if (segment.progress().state() == ConsumingState.ERROR) {
      return ServingState.ERROR;
    }
    boolean answers = segment.shown().isPresent() && serving.view().isTailReady();
    return answers && segment.progress().state() != ConsumingState.DISCARDED
        ? ServingState.CONSUMING
        : ServingState.LOADING;
  }

  private String reasonOf(ConsumedSegment segment) {
    if (!segment.progress().reason().isEmpty()) {
      return segment.progress().reason();
    }
    if (!segment.workTrouble().isEmpty()) {
      return segment.workTrouble();
    }
    if (segment == newest) {
      String waitsFor = pause.reason();
      return !waitsFor.isEmpty() || stream == null ? waitsFor : stream.trouble();
    }
    return "";
  }
}
