package io.gamay.simulation;

import io.gamay.ingest.stream.PartitionStream;
import io.gamay.ingest.stream.StreamFailure;
import io.gamay.ingest.stream.StreamListener;
import io.gamay.segment.ledger.OffsetRange;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.random.RandomGenerator;

/** One consumer of a partition: polls as long as its process lives, through outages. */
final class LogReader implements PartitionStream {

  private static final int MOST_OFFSETS = 12;

  private final Node node;
  private final PartitionLog log;
  private final Network network;
  private final RandomGenerator random;
  private final StreamListener listener;
  private final NodeThreads.Failures failures;
  private long position;
  private long knownEnd = -1;
  private boolean isPaused;
  private boolean hasFailed;
  private boolean isDead;
  private boolean isClosed;

  LogReader(
      Node node,
      PartitionLog log,
      long position,
      Network network,
      RandomGenerator random,
      StreamListener listener,
      NodeThreads.Failures failures) {
    this.node = node;
    this.log = log;
    this.position = position;
    this.network = network;
    this.random = random;
    this.listener = listener;
    this.failures = failures;
    planPoll(Duration.ofMillis(random.nextInt(20, 300)));
  }

  /** As when a fault of ours ended it: no more records, idle polls go on. */
  void breakDown() {
    fail("broken on purpose");
  }

  /** The thread ends without a word. */
  void dieSilently() {
    isDead = true;
  }

  @Override
  public void pause() {
    isPaused = true;
  }

  @Override
  public void resume() {
    isPaused = false;
  }

  @Override
  public void seek(long offset) {
    position = offset;
  }

  @Override
  public OptionalLong knownEnd() {
    return knownEnd < 0 ? OptionalLong.empty() : OptionalLong.of(knownEnd);
  }

  @Override
  public boolean isRunning() {
    return !isClosed && !isDead;
  }

  @Override
  public String trouble() {
    return "";
  }

  @Override
  public void close() {
    isClosed = true;
  }

  private void planPoll(Duration delay) {
    node.timeline().plan(node, delay, this::poll);
  }

  private void poll() {
    if (!isRunning()) {
      return;
    }
    boolean reads = !isPaused && !hasFailed && !network.isCut(node.id(), Network.STREAM);
    int rows = 0;
    try {
      if (reads && position < log.start()) {
        OffsetRange gone = new OffsetRange(position, log.start());
        position = gone.end();
        listener.onOffsetsGone(gone);
      }
      LogBatch batch = new LogBatch(log, position, reads ? random.nextInt(1, MOST_OFFSETS) : 0);
      rows = batch.size();
      position = batch.nextOffset();
      if (reads) {
        knownEnd = log.end();
      }
      listener.onBatch(batch);
    } catch (RuntimeException | Error failed) {
      failures.onFailure(node, failed);
      fail("consuming failed: " + failed);
    }
    planPoll(Duration.ofMillis(rows > 0 ? random.nextInt(20, 200) : random.nextInt(300, 1200)));
  }

  private void fail(String message) {
    if (!hasFailed && isRunning()) {
      hasFailed = true;
      listener.onFailure(new StreamFailure(StreamFailure.Kind.LISTENER_FAILED, message));
    }
  }
}
