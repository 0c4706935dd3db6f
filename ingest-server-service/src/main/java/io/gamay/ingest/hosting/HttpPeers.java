package io.gamay.ingest.hosting;

import io.gamay.cluster.assignment.CurrentSegment;
import io.gamay.cluster.assignment.CurrentSegment.ServingState;
import io.gamay.cluster.instance.InstanceConfig;
import io.gamay.cluster.segment.SegmentMetadata;
import io.gamay.cluster.segment.StoredCopy;
import io.gamay.cluster.view.ClusterView;
import io.gamay.cluster.view.ClusterView.InstanceView;
import io.gamay.cluster.view.ClusterView.PartitionView;
import io.gamay.cluster.view.ClusterView.SegmentView;
import io.gamay.cluster.view.ClusterView.TableView;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks the live servers that the cluster's view names for a segment, one after the other, in
 * another order each time, so that servers that all lack it do not all ask the same one.
 */
public final class HttpPeers implements PeerSegments {

  private static final Logger LOG = LoggerFactory.getLogger(HttpPeers.class);

  /** A peer is given this time, and more for a large file: what it sends is at least so fast. */
  private static final Duration LEAST_TIME = Duration.ofSeconds(30);

  private static final long LEAST_BYTES_PER_SECOND = 1 << 20;

  private final HttpClient http;
  private final Supplier<ClusterView> view;
  private final String ownId;
  private final RandomGenerator random;

  /**
   * @param ownId of this server, which is not asked
   */
  public HttpPeers(
      HttpClient http, Supplier<ClusterView> view, String ownId, RandomGenerator random) {
    this.http = http;
    this.view = view;
    this.ownId = ownId;
    this.random = random;
  }

  @Override
  public void fetch(String tableId, SegmentMetadata metadata, Path target) throws IOException {
    List<InstanceConfig> peers = peersOf(tableId, metadata);
    List<String> refusals = new ArrayList<>();
    for (InstanceConfig peer : peers) {
      Optional<String> refusal = fetchFrom(peer, tableId, metadata, target);
      if (refusal.isEmpty()) {
        LOG.info("segment {} comes from {}", metadata.name(), peer.id());
        return;
      }
      refusals.add(peer.id() + ": " + refusal.get());
      Files.deleteIfExists(target);
    }
    throw new IOException(
        refusals.isEmpty()
            ? "no other live server serves it"
            : "no other server gives it: " + String.join("; ", refusals));
  }

  private List<InstanceConfig> peersOf(String tableId, SegmentMetadata metadata) {
    ClusterView seen = view.get();
    List<InstanceConfig> peers = new ArrayList<>();
    for (Map.Entry<String, CurrentSegment> current :
        currentOf(seen, tableId, metadata).entrySet()) {
      InstanceView instance = seen.instances().get(current.getKey());
      if (current.getValue().state() == ServingState.ONLINE
          && instance != null
          && instance.isLive()
          && !instance.config().id().equals(ownId)) {
        peers.add(instance.config());
      }
    }
    Collections.shuffle(peers, random);
    return peers;
  }

  private static Map<String, CurrentSegment> currentOf(
      ClusterView seen, String tableId, SegmentMetadata metadata) {
    for (TableView table : seen.tables().values()) {
      PartitionView partition = table.partitions().get(metadata.name().partition());
      if (table.tableId().equals(tableId) && partition != null) {
        SegmentView segment = partition.segments().get(metadata.name().sequence());
        return segment == null ? Map.of() : segment.current();
      }
    }
    return Map.of();
  }

  /** Why it does not come from there; empty if it came. */
  private Optional<String> fetchFrom(
      InstanceConfig peer, String tableId, SegmentMetadata metadata, Path target)
      throws InterruptedIOException {
    StoredCopy copy = metadata.stored().orElseThrow();
    HttpRequest request;
    try {
      request =
          HttpRequest.newBuilder(
                  URI.create(
                      "%s/internal/tables/%s/segments/%s/file?crc=%s"
                          .formatted(
                              peer.baseUrl(),
                              tableId,
                              metadata.name(),
                              HexFormat.of().toHexDigits(copy.dataCrc()))))
              .timeout(LEAST_TIME)
              .build();
    } catch (IllegalArgumentException noAddress) {
      return Optional.of(String.valueOf(noAddress.getMessage()));
    }
    Duration time = LEAST_TIME.plusSeconds(copy.sizeBytes() / LEAST_BYTES_PER_SECOND);
    CompletableFuture<HttpResponse<Path>> response =
        http.sendAsync(
            request,
            head ->
                head.statusCode() == 200
                    ? BodyHandlers.ofFile(
                            target, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)
                        .apply(head)
                    : HttpResponse.BodySubscribers.replacing(target));
    try {
      int status = response.get(time.toMillis(), TimeUnit.MILLISECONDS).statusCode();
      return status == 200 ? Optional.empty() : Optional.of("status " + status);
    } catch (InterruptedException e) {
      response.cancel(true);
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while " + peer.id() + " sends a segment");
    } catch (TimeoutException slow) {
      response.cancel(true);
      return Optional.of("not sent within %d s".formatted(time.toSeconds()));
    } catch (ExecutionException failed) {
      return Optional.of(String.valueOf(failed.getCause()));
    }
  }
}
