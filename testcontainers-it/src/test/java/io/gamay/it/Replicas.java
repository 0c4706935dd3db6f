package io.gamay.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.gamay.cluster.assignment.CurrentSegment.ServingState;
import io.gamay.cluster.segment.SegmentState;
import io.gamay.cluster.store.CuratorMetadataStore;
import io.gamay.cluster.view.ClusterView;
import io.gamay.cluster.view.ClusterView.SegmentView;
import io.gamay.cluster.view.ClusterView.TableView;
import io.gamay.cluster.view.ClusterViewWatcher;
import io.gamay.it.cluster.GamayCluster;
import io.gamay.quickstart.Component;
import io.gamay.segment.immutable.ImmutableSegment;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * What metadata says of a table's segments, read from ZooKeeper itself, against the files that lie
 * in the servers' directories and in the deep store.
 */
final class Replicas {
  private static final Duration SESSION = Duration.ofSeconds(10);
  private static final Duration PATIENCE = Duration.ofMinutes(5);

  private final GamayCluster cluster;
  private final Map<String, Path> serverDirectories = new TreeMap<>();

  Replicas(GamayCluster cluster, int servers) {
    this.cluster = cluster;
    IntStream.range(0, servers)
        .forEach(
            index ->
                serverDirectories.put(
                    cluster.instanceId(Component.SERVER, index),
                    cluster.directory(Component.SERVER, index)));
  }

  /**
   * Waits until nothing is being committed and every replica serves what it is to serve; then fails
   * unless each sealed segment has as many replicas as the table wants, all bytes of each are whole
   * and its data CRC is the one that metadata names, as is that of the object in the deep store.
   *
   * @return how many files of replicas were compared
   */
  int requireEqual(String table, int replication) {
    try (var store =
            CuratorMetadataStore.connect(
                cluster.address(Component.ZOOKEEPER, 0), "gamay", SESSION);
        var watcher = new ClusterViewWatcher(store)) {
      await("replicas serve what they are to serve")
          .atMost(PATIENCE)
          .pollInterval(Duration.ofMillis(200))
          .untilAsserted(
              () -> assertThat(unsettled(watcher.current(), table, replication)).isEmpty());
      TableView settled = table(watcher.current(), table);
      return segments(settled)
          .filter(segment -> segment.metadata().state() == SegmentState.ONLINE)
          .mapToInt(segment -> compare(settled.tableId(), segment))
          .sum();
    }
  }

  /** What is not yet as it must become; for people. */
  private static List<String> unsettled(ClusterView view, String table, int replication) {
    var unsettled = new ArrayList<String>();
    if (!view.tables().containsKey(table)) {
      return List.of("no table " + table);
    }
    segments(table(view, table))
        .forEach(
            segment -> {
              SegmentState state = segment.metadata().state();
              ServingState wanted =
                  state == SegmentState.ONLINE ? ServingState.ONLINE : ServingState.CONSUMING;
              long serving =
                  segment.assignment().wanted().keySet().stream()
                      .filter(server -> segment.current().get(server) != null)
                      .filter(
                          server ->
                              Objects.requireNonNull(segment.current().get(server)).state()
                                  == wanted)
                      .count();
              boolean isAsWanted =
                  state != SegmentState.COMMITTING
                      && segment.assignment().wanted().size() == replication
                      && serving == replication;
              if (!isAsWanted) {
                unsettled.add(
                    "%s is %s, wanted %s, leaving %s, served %s"
                        .formatted(
                            segment.metadata().name(),
                            state,
                            segment.assignment().wanted(),
                            segment.assignment().leaving(),
                            segment.current()));
              }
            });
    return unsettled;
  }

  private static TableView table(ClusterView view, String table) {
    return Objects.requireNonNull(view.tables().get(table));
  }

  private static Stream<SegmentView> segments(TableView table) {
    return table.partitions().values().stream()
        .flatMap(partition -> partition.segments().values().stream());
  }

  private int compare(String tableId, SegmentView segment) {
    String name = segment.metadata().name().toString();
    int namedCrc = segment.metadata().stored().orElseThrow().dataCrc();
    int compared = 0;
    for (String server : segment.assignment().wanted().keySet()) {
      Path file =
          Objects.requireNonNull(serverDirectories.get(server))
              .resolve("segments")
              .resolve(tableId)
              .resolve(name)
              .resolve("segment.gamay");
      assertThat(dataCrc(file)).as("data CRC of %s on %s", name, server).isEqualTo(namedCrc);
      compared++;
    }
    Path object =
        cluster.deepStore().objects().resolve(segment.metadata().stored().get().objectKey());
    assertThat(Files.isRegularFile(object)).as("object %s", object).isTrue();
    assertThat(dataCrc(object)).as("data CRC of %s", object).isEqualTo(namedCrc);
    return compared;
  }

  /** Reads every byte. */
  private static int dataCrc(Path file) {
    try (ImmutableSegment opened = ImmutableSegment.open(file)) {
      opened.verify();
      return opened.dataCrc();
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }
}
