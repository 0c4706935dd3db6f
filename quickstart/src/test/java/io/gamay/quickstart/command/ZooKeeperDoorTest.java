package io.gamay.quickstart.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gamay.quickstart.console.Failure;
import io.gamay.quickstart.console.Misuse;
import io.gamay.quickstart.console.Terminal;
import io.gamay.testkit.process.FreePorts;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ZooKeeperDoorTest {
  private final ByteArrayOutputStream printed = new ByteArrayOutputStream();
  private final PrintStream stream = new PrintStream(printed, true, StandardCharsets.UTF_8);
  private final Terminal terminal = new Terminal(stream, stream, false);

  @Test
  void whereNothingListensItSaysThatItWaitsAndThenWhatToDo() {
    String address = "127.0.0.1:" + FreePorts.next();
    assertThatThrownBy(() -> await(address))
        .isInstanceOf(Failure.class)
        .hasMessage(
            "no connection to ZooKeeper at %s within 1 s; start it with 'gamay start zookeeper', or pass --zookeeper",
            address);
    assertThat(text()).isEqualTo("waiting for ZooKeeper at " + address + " ...\n");
  }

  @Test
  void oneOfSeveralAddressesIsEnough() throws IOException {
    try (var open = new ServerSocket(0, 50, InetAddress.getByAddress(new byte[] {127, 0, 0, 1}))) {
      await("127.0.0.1:" + FreePorts.next() + ",127.0.0.1:" + open.getLocalPort() + "/path");
    }
    assertThat(text()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a:b", "a:1,", ":1", "a:70000"})
  void whatIsNoAddressIsRefused(String address) {
    assertThatThrownBy(() -> new ZooKeeperDoor(address)).isInstanceOf(Misuse.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"a", "a:1", "a:1,b:2/c/d", "[::1]:1", "[::1]"})
  void everyFormOfConnectStringIsTaken(String address) {
    assertThatCode(() -> new ZooKeeperDoor(address)).doesNotThrowAnyException();
  }

  private void await(String address) {
    new ZooKeeperDoor(address).await(Duration.ofSeconds(1), terminal, InstantSource.system());
  }

  private String text() {
    return printed.toString(StandardCharsets.UTF_8);
  }
}
