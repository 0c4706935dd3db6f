package io.gamay.ingest.wiring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gamay.ingest.ServerApplication;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.util.unit.DataSize;

/** What a server that cannot keep its bound says at its start, before it asks anybody. */
@Timeout(120)
class EvictAboveSettingTest {

  @TempDir Path directory;

  @ParameterizedTest
  @ValueSource(strings = {"0", "-1GB"})
  void aBoundThatNoFileFitsIsRefusedWithWhatToSet(String evictAbove) {
    assertStartFails(
        Map.of("gamay.disk.evict-above", evictAbove),
        "gamay.disk.evict-above",
        "set at least the size of the largest sealed file",
        "leave it out");
  }

  @Test
  void aBoundAboveWhatTheDiskHasIsRefusedWithWhatToSet() throws IOException {
    long total = Files.getFileStore(directory).getTotalSpace();
    assertStartFails(
        Map.of("gamay.disk.evict-above", total + 1 + "B"),
        "gamay.disk.evict-above",
        directory.toString(),
        total + " bytes",
        "gamay.disk.free-min",
        "set at most");
  }

  @Test
  void aBoundNotBelowThatOfAllSegmentFilesIsRefused() {
    assertStartFails(
        Map.of("gamay.disk.evict-above", "2GB", "gamay.disk.segments-max", "2GB"),
        "gamay.disk.evict-above",
        "gamay.disk.segments-max",
        "set it lower");
  }

  @Test
  void whatIsToBeLeftFreeCounts() {
    ServerSettings.Disk disk =
        new ServerSettings.Disk(null, DataSize.ofBytes(300), DataSize.ofBytes(700));
    disk.requireFit(directory, 1000);
    assertThatThrownBy(() -> disk.requireFit(directory, 999))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("set at most 699 bytes");
    new ServerSettings.Disk(null, DataSize.ofBytes(300), null).requireFit(directory, 10);
    new ServerSettings.Disk(null, null, DataSize.ofBytes(980)).requireFit(directory, 1000);
    assertThatThrownBy(
            () ->
                new ServerSettings.Disk(null, null, DataSize.ofBytes(981))
                    .requireFit(directory, 1000))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private void assertStartFails(Map<String, Object> disk, String... facts) {
    Map<String, Object> settings = new HashMap<>(disk);
    settings.put("server.port", 0);
    settings.put("gamay.data-dir", directory);
    settings.put("gamay.deep-store.uri", directory.resolve("deepstore").toUri());
    assertThatThrownBy(() -> ServerApplication.start(settings).close())
        .rootCause()
        .isInstanceOf(IllegalArgumentException.class)
        .message()
        .contains(facts);
    assertThat(directory.resolve("deepstore")).doesNotExist();
  }
}
