package io.gamay.ingest.consume;

import io.gamay.cluster.assignment.CurrentSegment;
import io.gamay.cluster.report.ConsumingReport;
import io.gamay.cluster.segment.SegmentName;
import io.gamay.cluster.view.ClusterView;
import io.gamay.ingest.hosting.PartitionFeed;
import io.gamay.ingest.hosting.PartitionServing;
import io.gamay.ingest.stream.PartitionStream;
import io.gamay.ingest.stream.StreamBatch;
import io.gamay.ingest.stream.StreamException;
import io.gamay.ingest.stream.StreamFailure;
import io.gamay.ingest.stream.StreamListener;
import io.gamay.segment.ledger.LedgerCounts;
import io.gamay.segment.ledger.LedgerView;
import io.gamay.segment.ledger.OffsetLedger;
import io.gamay.segment.ledger.OffsetRange;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The door to one partition's thread: metadata and messages go in, states come out as snapshots.
 * Until the stream is open, the caller of {@link #onMetadata} stands in for that thread.
 *
 * <p>The mailbox has no bound of its own: each message is the end of one of the few works that a
 * segment may have under way.
 */
public final class PartitionConsumer implements PartitionFeed, StreamListener {

  private static final Logger LOG = LoggerFactory.getLogger(PartitionConsumer.class);

  private final ConsumerServices services;
  private final PartitionServing serving;
  private final ConcurrentLinkedQueue<Runnable> mailbox = new ConcurrentLinkedQueue<>();
  private final CompletableFuture<PartitionStream> opened = new CompletableFuture<>();

  private volatile @Nullable PartitionMetadata metadata;
  private volatile List<SegmentStatus> status = List.of();
  private volatile String openFailure = "";
  private volatile long knownEnd = -1;
  private volatile long lastRowsMillis;
  private volatile boolean isClosed;
  private volatile boolean hasFailed;

  /** Built before the stream opens, then the partition's thread's own. */
  private @Nullable PartitionLoop loop;

  public PartitionConsumer(ConsumerServices services, PartitionServing serving) {
    this.services = services;
    this.serving = serving;
  }

  @Override
  public synchronized void onMetadata(
      ClusterView.TableView table, NavigableMap<Integer, ClusterView.SegmentView> segments) {
    PartitionMetadata now =
        PartitionMetadata.of(services.instanceId(), table, serving.partition(), segments);
    metadata = now;
    if (!opened.isDone() && !isClosed) {
      open(now);
    }
  }

  @Override
  public Map<SegmentName, CurrentSegment> states() {
    Map<SegmentName, CurrentSegment> states = new HashMap<>();
    for (SegmentStatus segment : status) {
      states.put(
          segment.name(),
          openFailure.isEmpty()
              ? segment.current()
              : new CurrentSegment(CurrentSegment.ServingState.ERROR, openFailure));
    }
    return states;
  }

  @Override
  public Set<SegmentName> paused() {
    return openFailure.isEmpty()
        ? status.stream()
            .filter(SegmentStatus::isPaused)
            .map(SegmentStatus::name)
            .collect(Collectors.toSet())
        : Set.of();
  }

  @Override
  public boolean isBringing(SegmentName segment) {
    return status.stream()
        .anyMatch(candidate -> candidate.name().equals(segment) && candidate.isBringing());
  }

  /** A fault of the stream itself is not mended by reading it again. */
  @Override
  public boolean isBroken() {
    return hasFailed || (!isClosed && opened.isDone() && !opened.join().isRunning());
  }

  @Override
  public List<ConsumingReport> reports() {
    return status.stream().map(this::reportOf).toList();
  }

  @Override
  public Map<SegmentName, LedgerView> ledgers() {
    Map<SegmentName, LedgerView> ledgers = new HashMap<>();
    for (SegmentStatus segment : status) {
      segment.ledger().ifPresent(ledger -> ledgers.put(segment.name(), ledger.snapshot()));
    }
    return ledgers;
  }

  @Override
  public void close() {
    isClosed = true;
    if (opened.isDone()) {
      opened.join().close();
    }
    PartitionLoop ended = loop;
    if (ended != null) {
      ended.stopWork();
      drainWhatIsLeft();
      ended.release();
    }
  }

  @Override
  public void onBatch(StreamBatch batch) {
    PartitionLoop working = loopOnItsThread();
    working.onBatch(batch);
    if (batch.size() > 0) {
      lastRowsMillis = services.clock().millis();
    }
    publish(working);
  }

  @Override
  public void onOffsetsGone(OffsetRange gone) {
    PartitionLoop working = loopOnItsThread();
    working.onOffsetsGone(gone);
    publish(working);
  }

  @Override
  public void onFailure(StreamFailure failure) {
    hasFailed |= failure.kind() == StreamFailure.Kind.LISTENER_FAILED;
    PartitionLoop working = loopOnItsThread();
    working.onFailure(failure);
    publish(working);
  }

  private void open(PartitionMetadata now) {
    PartitionLoop preparing = loop;
    if (preparing == null) {
      preparing = new PartitionLoop(services, serving, mailbox::add, now);
      loop = preparing;
    }
    OptionalLong start = preparing.prepare(now);
    publish(preparing);
    if (start.isEmpty()) {
      return;
    }
    try {
      opened.complete(
          services
              .streams()
              .open(now.table().config().stream(), serving.partition(), start.getAsLong(), this));
      openFailure = "";
    } catch (StreamException e) {
      LOG.warn("partition {} cannot be read now", serving.partition(), e);
      openFailure = String.valueOf(e.getMessage());
    }
  }

  private PartitionLoop loopOnItsThread() {
    PartitionLoop working = loop;
    PartitionMetadata now = metadata;
    if (working == null || now == null) {
      throw new IllegalStateException("stream is open without a loop");
    }
    working.attach(opened.join());
    working.setMetadata(now);
    drain();
    return working;
  }

  private void drain() {
    Runnable message = mailbox.poll();
    while (message != null) {
      message.run();
      message = mailbox.poll();
    }
  }

  /** Files that came late are taken, to be freed; a broken loop may not do even that. */
  private void drainWhatIsLeft() {
    try {
      drain();
    } catch (RuntimeException e) {
      LOG.warn("partition {} ends with messages unread", serving.partition(), e);
    }
  }

  private void publish(PartitionLoop working) {
    status = working.status();
    knownEnd = working.knownEnd().orElse(knownEnd);
  }

  private ConsumingReport reportOf(SegmentStatus segment) {
    return new ConsumingReport(
        services.instanceId(),
        segment.name().toString(),
        serving.partition(),
        segment.state().name(),
        segment.startOffset(),
        segment.position(),
        knownEnd,
        lastRowsMillis,
        segment.docCount(),
        ledgerOf(segment),
        segment.memoryBytes(),
        openFailure.isEmpty() ? segment.reason() : openFailure);
  }

  private static LedgerCounts ledgerOf(SegmentStatus segment) {
    Optional<OffsetLedger> ledger = segment.ledger();
    return ledger.map(told -> told.snapshot().counts()).orElse(LedgerCounts.ZERO);
  }
}
