package io.gamay.simulation;

import io.gamay.cluster.table.StreamConfig;
import io.gamay.cluster.table.StreamConfig.StartOffset;
import io.gamay.controller.stream.StreamCatalog;
import io.gamay.controller.stream.StreamUnavailableException;
import io.gamay.ingest.stream.PartitionStream;
import io.gamay.ingest.stream.StreamConnector;
import io.gamay.ingest.stream.StreamListener;
import java.io.IOException;
import java.net.ConnectException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.function.ToLongFunction;
import java.util.random.RandomGenerator;

/** The topic, as servers read it and controllers ask about it. */
final class SimulatedTopic {

  private static final Duration QUESTION_TIMEOUT = Duration.ofSeconds(5);

  private final List<PartitionLog> partitions = new ArrayList<>();
  private final Network network;
  private final RandomGenerator random;
  private final NodeThreads.Failures failures;

  SimulatedTopic(
      int partitionCount, Network network, RandomGenerator random, NodeThreads.Failures failures) {
    this.network = network;
    this.random = random;
    this.failures = failures;
    for (int partition = 0; partition < partitionCount; partition++) {
      partitions.add(new PartitionLog(partition));
    }
  }

  int size() {
    return partitions.size();
  }

  PartitionLog partition(int partition) {
    return partitions.get(partition);
  }

  /** As a server sees it. */
  Connector connector(Node node) {
    return new Connector(node);
  }

  /** As a controller sees it. */
  StreamCatalog catalog(Node node) {
    return new Catalog(node);
  }

  /** Readers of one server. */
  final class Connector implements StreamConnector {

    private final Node node;
    private final List<LogReader> readers = new ArrayList<>();

    Connector(Node node) {
      this.node = node;
    }

    List<LogReader> readers() {
      readers.removeIf(reader -> !reader.isRunning());
      return readers;
    }

    @Override
    public PartitionStream open(
        StreamConfig config, int partition, long startOffset, StreamListener listener) {
      LogReader reader =
          new LogReader(
              node, partitions.get(partition), startOffset, network, random, listener, failures);
      readers.add(reader);
      return reader;
    }

    @Override
    public CompletableFuture<Long> endOffset(StreamConfig config, int partition) {
      return ask(partition, PartitionLog::end);
    }

    @Override
    public CompletableFuture<Long> startOffset(StreamConfig config, int partition) {
      return ask(partition, PartitionLog::start);
    }

    @Override
    public void close() {}

    private CompletableFuture<Long> ask(int partition, ToLongFunction<PartitionLog> question) {
      CompletableFuture<Long> answer = new CompletableFuture<>();
      boolean isReached = !network.isCut(node.id(), Network.STREAM);
      long now = question.applyAsLong(partitions.get(partition));
      node.timeline()
          .plan(
              node,
              isReached ? network.latency() : QUESTION_TIMEOUT,
              () -> {
                if (isReached) {
                  answer.complete(now);
                } else {
                  answer.completeExceptionally(new IOException("the stream does not answer"));
                }
              });
      return answer;
    }
  }

  private final class Catalog implements StreamCatalog {

    private final Node node;

    Catalog(Node node) {
      this.node = node;
    }

    @Override
    public int partitionCount(StreamConfig stream) {
      requireReached();
      return partitions.size();
    }

    @Override
    public Map<Integer, Long> startOffsets(
        StreamConfig stream, StartOffset start, Set<Integer> asked, Instant reference) {
      requireReached();
      Map<Integer, Long> offsets = new TreeMap<>();
      for (int partition : asked) {
        PartitionLog log = partitions.get(partition);
        offsets.put(partition, start instanceof StartOffset.Largest ? log.end() : log.start());
      }
      return offsets;
    }

    @Override
    public void close() {}

    private void requireReached() {
      if (network.isCut(node.id(), Network.STREAM)) {
        throw new StreamUnavailableException(
            "the stream does not answer", new ConnectException("cut off"));
      }
    }
  }
}
