package io.gamay.ingest.hosting;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import io.gamay.cluster.assignment.CurrentSegment;
import io.gamay.cluster.assignment.CurrentSegment.ServingState;
import io.gamay.cluster.assignment.SegmentAssignment;
import io.gamay.cluster.instance.InstanceConfig;
import io.gamay.cluster.instance.InstanceRole;
import io.gamay.cluster.segment.CommitAttempt;
import io.gamay.cluster.segment.SegmentMetadata;
import io.gamay.cluster.segment.SegmentName;
import io.gamay.cluster.segment.StoredCopy;
import io.gamay.cluster.table.FlushThresholds;
import io.gamay.cluster.table.StreamConfig;
import io.gamay.cluster.table.TableConfig;
import io.gamay.cluster.view.ClusterView;
import io.gamay.cluster.view.ClusterView.InstanceView;
import io.gamay.cluster.view.ClusterView.PartitionView;
import io.gamay.cluster.view.ClusterView.SegmentView;
import io.gamay.cluster.view.ClusterView.TableView;
import io.gamay.segment.ledger.LedgerCounts;
import io.gamay.segment.schema.ColumnSpec;
import io.gamay.segment.schema.DataType;
import io.gamay.segment.schema.EncodingDecisions;
import io.gamay.segment.schema.TableSchema;
import io.gamay.testkit.random.SeededRandom;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.http.HttpClient;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class HttpPeersTest {

  private static final byte[] BYTES = {1, 2, 3, 4, 5};
  private static final SegmentName NAME = SegmentName.create("trips", 2, 7, Instant.EPOCH);
  private static final SegmentMetadata SEGMENT =
      SegmentMetadata.consuming(NAME, 0, 1, 1, EncodingDecisions.DEFAULT, Instant.EPOCH)
          .committing(9, new CommitAttempt(1, "A", Instant.EPOCH))
          .online(
              new StoredCopy(
                  "k", 0xCAFE, 5, 9, new LedgerCounts(9, 0, 0, 0, 0), List.of(), Map.of()));

  @TempDir Path directory;

  private final List<HttpServer> started = new ArrayList<>();
  private final List<String> asked = new CopyOnWriteArrayList<>();
  private final Map<String, InstanceView> instances = new HashMap<>();
  private final Map<String, CurrentSegment> current = new HashMap<>();
  private final HttpClient http = HttpClient.newHttpClient();

  @AfterEach
  void stop() {
    started.forEach(server -> server.stop(0));
    http.close();
  }

  @Test
  void theFileComesFromAServerThatServesTheNamedCopy() throws Exception {
    peer("B", true, ServingState.ONLINE, 200);
    Path target = directory.resolve("file");

    peers().fetch("trips-1", SEGMENT, target);

    assertThat(target).hasBinaryContent(BYTES);
    assertThat(asked)
        .containsExactly("B /internal/tables/trips-1/segments/" + NAME + "/file?crc=0000cafe");
  }

  @Test
  void whoeverRefusesIsPassedOver() throws Exception {
    peer("B", true, ServingState.ONLINE, 404);
    peer("C", true, ServingState.ONLINE, 429);
    peer("D", true, ServingState.ONLINE, 200);
    Path target = directory.resolve("file");

    peers().fetch("trips-1", SEGMENT, target);

    assertThat(target).hasBinaryContent(BYTES);
  }

  @Test
  void oneselfTheDeadAndThoseWithoutACopyAreNotAsked() throws Exception {
    peer("me", true, ServingState.ONLINE, 200);
    peer("dead", false, ServingState.ONLINE, 200);
    peer("loading", true, ServingState.LOADING, 200);

    assertThatThrownBy(() -> peers().fetch("trips-1", SEGMENT, directory.resolve("file")))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("no other live server serves it");
    assertThat(asked).isEmpty();
  }

  @Test
  void whatEachOfThemAnsweredIsTold() throws Exception {
    peer("B", true, ServingState.ONLINE, 404);
    instances.put(
        "C",
        new InstanceView(
            new InstanceConfig("C", InstanceRole.SERVER, "127.0.0.1", 1, List.of()), true));
    current.put("C", new CurrentSegment(ServingState.ONLINE, ""));
    Path target = directory.resolve("file");

    assertThatThrownBy(() -> peers().fetch("trips-1", SEGMENT, target))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("B: status 404")
        .hasMessageContaining("C: ");
    assertThat(target).doesNotExist();
  }

  private HttpPeers peers() {
    return new HttpPeers(http, this::view, "me", new SeededRandom(1));
  }

  private void peer(String id, boolean isLive, ServingState state, int status) throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    started.add(server);
    server.createContext(
        "/",
        exchange -> {
          asked.add(id + " " + exchange.getRequestURI());
          exchange.sendResponseHeaders(status, status == 200 ? BYTES.length : -1);
          if (status == 200) {
            exchange.getResponseBody().write(BYTES);
          }
          exchange.close();
        });
    server.start();
    instances.put(
        id,
        new InstanceView(
            new InstanceConfig(
                id, InstanceRole.SERVER, "127.0.0.1", server.getAddress().getPort(), List.of()),
            isLive));
    current.put(id, new CurrentSegment(state, ""));
  }

  private ClusterView view() {
    SegmentView segment =
        new SegmentView(SEGMENT, new SegmentAssignment(Map.of(), List.of()), current);
    TableView table =
        new TableView(
            "trips-1",
            config(),
            new TableSchema("trips", 1, List.of(ColumnSpec.dimension("city", DataType.STRING))),
            Map.of(),
            Map.of(),
            new TreeMap<>(Map.of(2, new PartitionView(2, new TreeMap<>(Map.of(7, segment))))));
    return new ClusterView(1, Optional.empty(), 1, instances, Map.of("trips", table));
  }

  private static TableConfig config() {
    return new TableConfig(
        "trips",
        1,
        "{}",
        Optional.empty(),
        1,
        Optional.empty(),
        "DefaultTenant",
        "DefaultTenant",
        false,
        Set.of(),
        Set.of(),
        List.of(),
        new StreamConfig(
            "trips",
            "unused:1",
            new StreamConfig.StartOffset.Smallest(),
            StreamConfig.Decoder.JSON,
            true,
            Map.of(),
            Duration.ofMillis(100)),
        new FlushThresholds(OptionalLong.of(5), OptionalLong.empty(), 1 << 20, Duration.ofDays(1)),
        Optional.empty());
  }
}
