package io.gamay.quickstart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gamay.cluster.instance.AdvertisedAddress;
import io.gamay.quickstart.console.Failure;
import io.gamay.quickstart.console.Misuse;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataDirectoryTest {
  @TempDir private Path directory = Path.of("");

  @Test
  void aSecondTakerIsRefusedWithTheDirectoryAndTheProcessThatHasIt() {
    try (var first = DataDirectory.take(directory)) {
      assertThatThrownBy(() -> DataDirectory.take(directory))
          .isInstanceOf(Failure.class)
          .hasMessageContaining(first.path().toString())
          .hasMessageContaining("process " + ProcessHandle.current().pid())
          .hasMessageContaining("--data-dir");
    }
    DataDirectory.take(directory).close();
  }

  @Test
  void aDirectoryThatCannotBeOneIsAClearRefusal() throws IOException {
    Path file = Files.createFile(directory.resolve("file"));
    assertThatThrownBy(() -> DataDirectory.take(file))
        .isInstanceOf(Failure.class)
        .hasMessageContaining(file.toString());
  }

  @Test
  void aTakenPortIsNamedWithItsServiceAndTheOption() throws IOException {
    try (var socket = new ServerSocket(0, 1, InetAddress.getByAddress(new byte[] {127, 0, 0, 1}))) {
      int offset = socket.getLocalPort() - Component.BROKER.defaultPort();
      assertThatThrownBy(() -> new Ports(offset).requireFree())
          .isInstanceOf(Failure.class)
          .hasMessageContaining("port " + socket.getLocalPort() + " of the broker")
          .hasMessageContaining("--port-offset");
    }
  }

  @Test
  void offsetsThatLeaveTheRangeOfPortsAreRefused() {
    assertThat(new Ports(Ports.MAX_OFFSET).of(Component.KAFKA)).isEqualTo(65_535);
    assertThatThrownBy(() -> new Ports(Ports.MAX_OFFSET + 1)).isInstanceOf(Misuse.class);
    assertThatThrownBy(() -> new Ports(-1)).isInstanceOf(Misuse.class);
  }

  @Test
  void everyServiceIsToldWhereItIsAndOnlyThoseThatStoreWhereTheDeepStoreIs() {
    var settings = settings(Component.SERVER).asMap();
    assertThat(settings)
        .containsEntry("server.port", 8098)
        .containsEntry("server.address", "127.0.0.1")
        .containsEntry("gamay.instance-id", "Server_quickstart")
        .containsEntry("gamay.zookeeper", "127.0.0.1:2181")
        .containsEntry("gamay.kafka.builtin", "127.0.0.1:9092")
        .containsEntry("gamay.deep-store.uri", URI.create("file:/d/deepstore"))
        .containsEntry("spring.main.register-shutdown-hook", false);
    assertThat(settings(Component.BROKER).asMap())
        .doesNotContainKeys("gamay.kafka.builtin", "gamay.deep-store.uri");
  }

  @Test
  void whereAServiceIsReachedIsToldToItIfItIsNotWhereItListens() {
    for (Component service :
        List.of(Component.CONTROLLER, Component.SERVER, Component.BROKER, Component.GATEWAY)) {
      assertThat(settings(service).asMap())
          .doesNotContainKeys("gamay.advertised-host", "gamay.advertised-port");
      assertThat(settings(service, new AdvertisedAddress("nat.example.org", 31_000)).asMap())
          .containsEntry("gamay.advertised-host", "nat.example.org")
          .containsEntry("gamay.advertised-port", 31_000)
          .containsEntry("server.port", service.defaultPort());
    }
  }

  private static ServiceSettings settings(Component component) {
    return settings(component, AdvertisedAddress.NONE);
  }

  private static ServiceSettings settings(Component component, AdvertisedAddress advertised) {
    return new ServiceSettings(
        component,
        "127.0.0.1",
        component.defaultPort(),
        advertised,
        "gamay",
        "127.0.0.1:2181",
        component.instanceId("quickstart"),
        Path.of("/d/x"),
        "127.0.0.1:9092",
        URI.create("file:/d/deepstore"));
  }
}
