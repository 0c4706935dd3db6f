package io.gamay.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.gamay.it.cluster.GamayCluster;
import io.gamay.it.cluster.GamayCluster.Shape;
import io.gamay.it.cluster.HdfsProcess;
import io.gamay.it.cluster.Loud;
import io.gamay.it.cluster.TableLedger;
import io.gamay.quickstart.Component;
import io.gamay.quickstart.client.QueryAnswer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** A cluster whose deep store is HDFS, by the module that is no part of the distribution. */
class HdfsIT {
  private static final String TABLE = "distant";
  private static final int PARTITION_COUNT = 2;
  private static final int SEGMENT_ROWS = 1_000;
  private static final int SEALED = 2 * PARTITION_COUNT;
  private static final long ROWS = SEALED * SEGMENT_ROWS + 700;
  private static final double ROWS_PER_SECOND = 5_000;
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private static HdfsProcess hdfs;
  private static GamayCluster cluster;

  @BeforeAll
  static void startAll() {
    hdfs = HdfsProcess.start("hdfs");
    cluster = GamayCluster.start("hdfs", Shape.ofServers(1), hdfs::awaitDeepStore);
  }

  @AfterAll
  static void stopAll() {
    if (cluster != null) {
      cluster.close();
    }
    if (hdfs != null) {
      hdfs.close();
    }
  }

  @Test
  void aServerThatHasLostItsDirectoryHasItsSealedSegmentsFromHdfs() throws IOException {
    Events.create(cluster, TABLE, PARTITION_COUNT, SEGMENT_ROWS);
    try (SequenceFeed feed =
        SequenceFeed.start(cluster.kafka(), TABLE, PARTITION_COUNT, ROWS_PER_SECOND, ROWS)) {
      assertThat(feed.awaitEnd()).isEqualTo(ROWS);
    }
    awaitSealed().requireClosed(PARTITION_COUNT);
    awaitEveryRowOnce();
    assertThat(segmentFiles()).isEqualTo(SEALED);

    cluster.stop(Component.SERVER, 0);
    cluster.forget(Component.SERVER, 0);
    cluster.restart(Component.SERVER, 0);

    awaitEveryRowOnce();
    assertThat(segmentFiles()).isEqualTo(SEALED);
    awaitSealed().requireClosed(PARTITION_COUNT);
    assertThat(cluster.deepStore().objects())
        .as("the deep store that was not used")
        .isEmptyDirectory();
    Loud.say("%d rows, %d segments fetched from HDFS".formatted(ROWS, SEALED));
  }

  private static TableLedger awaitSealed() {
    return await("segments are sealed")
        .atMost(PATIENCE)
        .until(() -> cluster.ledger(TABLE), ledger -> ledger.onlineCount() == SEALED);
  }

  private static void awaitEveryRowOnce() {
    await("every row is there once")
        .atMost(PATIENCE)
        .until(
            () ->
                cluster.query(
                    "SELECT COUNT(*), COUNT(DISTINCT sequence), SUM(sequence) FROM " + TABLE),
            HdfsIT::hasEveryRowOnce);
  }

  private static boolean hasEveryRowOnce(QueryAnswer answer) {
    return !answer.isPartial()
        && answer.exceptions().isEmpty()
        && answer.rows().getFirst().stream()
            .map(JsonNode::asLong)
            .toList()
            .equals(List.of(ROWS, ROWS, ROWS * (ROWS - 1) / 2));
  }

  private static long segmentFiles() throws IOException {
    try (Stream<Path> files =
        Files.walk(cluster.directory(Component.SERVER, 0).resolve("segments"))) {
      return files.filter(file -> file.endsWith("segment.gamay")).count();
    }
  }
}
