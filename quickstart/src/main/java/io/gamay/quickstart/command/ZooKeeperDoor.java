package io.gamay.quickstart.command;

import io.gamay.quickstart.console.Failure;
import io.gamay.quickstart.console.Misuse;
import io.gamay.quickstart.console.Terminal;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/**
 * Whether something listens where ZooKeeper should be, asked before a service starts: its clients
 * would try for long and in silence.
 *
 * @param connectString {@code host:port,...}, perhaps with a path at the end
 */
record ZooKeeperDoor(String connectString) {
  private static final int DEFAULT_PORT = 2181;
  private static final int CONNECT_MILLIS = 2_000;
  private static final Duration BETWEEN_ATTEMPTS = Duration.ofMillis(100);

  ZooKeeperDoor {
    addresses(connectString);
  }

  /** Returns when one of the addresses accepts; tells at once that it waits, if it must. */
  void await(Duration patience, Terminal terminal, InstantSource clock) {
    if (isOpen()) {
      return;
    }
    terminal.note("waiting for ZooKeeper at " + connectString + " ...");
    Instant giveUp = clock.instant().plus(patience);
    while (!isOpen()) {
      if (!clock.instant().isBefore(giveUp)) {
        throw new Failure(StartFailure.noZooKeeper(connectString, patience.toSeconds()));
      }
      LockSupport.parkNanos(BETWEEN_ATTEMPTS.toNanos());
    }
  }

  private boolean isOpen() {
    return addresses(connectString).stream().anyMatch(ZooKeeperDoor::accepts);
  }

  private static boolean accepts(InetSocketAddress address) {
    try (var socket = new Socket()) {
      socket.connect(
          new InetSocketAddress(address.getHostString(), address.getPort()), CONNECT_MILLIS);
      return true;
    } catch (IOException closed) {
      return false;
    }
  }

  private static List<InetSocketAddress> addresses(String connectString) {
    var addresses = new ArrayList<InetSocketAddress>();
    for (String address : connectString.split("/", 2)[0].split(",", -1)) {
      int colon = address.lastIndexOf(':');
      boolean hasPort = colon > address.lastIndexOf(']');
      String host = hasPort ? address.substring(0, colon) : address;
      try {
        int port = hasPort ? Integer.parseInt(address.substring(colon + 1)) : DEFAULT_PORT;
        addresses.add(InetSocketAddress.createUnresolved(host.strip(), port));
      } catch (IllegalArgumentException noPort) {
        throw wrong(connectString);
      }
      if (host.isBlank()) {
        throw wrong(connectString);
      }
    }
    return addresses;
  }

  private static Misuse wrong(String connectString) {
    return new Misuse(
        "--zookeeper is HOST:PORT, or several with commas, not '" + connectString + "'");
  }
}
