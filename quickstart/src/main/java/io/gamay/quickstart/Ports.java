package io.gamay.quickstart;

import io.gamay.quickstart.console.Failure;
import io.gamay.quickstart.console.Misuse;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;

/**
 * Where the components of one cluster on this machine listen: the default ports, all shifted alike.
 */
public record Ports(int offset) {
  /** Every shifted port is a port. */
  public static final int MAX_OFFSET = 65_535 - 9_092;

  /** Everything listens here; nothing is reachable from other machines. */
  public static final String HOST = "127.0.0.1";

  public Ports {
    if (offset < 0 || offset > MAX_OFFSET) {
      throw new Misuse("--port-offset is a number from 0 to " + MAX_OFFSET + ", not " + offset);
    }
  }

  public int of(Component component) {
    return component.defaultPort() + offset;
  }

  /** {@code host:port}. */
  public String address(Component component) {
    return HOST + ":" + of(component);
  }

  /** Fails with the first port that something else listens on. */
  public void requireFree() {
    for (Component component : Component.values()) {
      requireFree(
          component,
          HOST,
          of(component),
          "stop what listens there, or shift all ports with --port-offset");
    }
  }

  /**
   * Fails if something listens on the port, or it is none.
   *
   * @param remedy what the person may do about it
   */
  public static void requireFree(Component component, String host, int port, String remedy) {
    if (port < 1 || port > 65_535) {
      throw new Misuse("a port is a number from 1 to 65535, not " + port);
    }
    var address = new InetSocketAddress(host, port);
    if (address.isUnresolved()) {
      throw new Misuse("the host " + host + " is not known");
    }
    try (var socket = new ServerSocket()) {
      socket.setReuseAddress(true);
      socket.bind(address);
    } catch (IOException taken) {
      throw new Failure(
          "port %d of the %s is not free on %s (%s); %s"
              .formatted(port, component.title(), host, taken.getMessage(), remedy),
          taken);
    }
  }
}
