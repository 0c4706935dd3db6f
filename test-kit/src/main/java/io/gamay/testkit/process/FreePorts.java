package io.gamay.testkit.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Ports of 127.0.0.1 on which nothing listens at the moment of asking. They lie below those that
 * systems give to the clients' ends of connections: a process that is killed finds its port free
 * when it comes back, however many connections were made meanwhile.
 */
public final class FreePorts {
  private static final int LOWEST = 12_000;
  private static final int BEHIND_HIGHEST = 32_000;
  private static final int MAX_DRAWS = 10_000;

  private FreePorts() {}

  /** One free port. */
  public static int next() {
    return next(1).getFirst();
  }

  /** That many free ports, all different. */
  public static List<Integer> next(int count) {
    var sockets = new ArrayList<ServerSocket>();
    try {
      for (int draw = 0; sockets.size() < count; draw++) {
        if (draw == MAX_DRAWS) {
          throw new IllegalStateException("no " + count + " free ports found");
        }
        int port = ThreadLocalRandom.current().nextInt(LOWEST, BEHIND_HIGHEST);
        bound(port).ifPresent(sockets::add);
      }
      return sockets.stream().map(ServerSocket::getLocalPort).toList();
    } finally {
      sockets.forEach(FreePorts::close);
    }
  }

  /**
   * An offset by which all these ports may be shifted at once and are free.
   *
   * @param ports unshifted ports
   */
  public static int offsetFor(int... ports) {
    for (int attempt = 0; attempt < 100; attempt++) {
      int offset = next() / 2;
      if (areFree(ports, offset)) {
        return offset;
      }
    }
    throw new IllegalStateException("no offset found under which all ports are free");
  }

  private static boolean areFree(int[] ports, int offset) {
    for (int port : ports) {
      if (port + offset > 65_535 || !isFree(port + offset)) {
        return false;
      }
    }
    return true;
  }

  private static boolean isFree(int port) {
    Optional<ServerSocket> socket = bound(port);
    socket.ifPresent(FreePorts::close);
    return socket.isPresent();
  }

  private static Optional<ServerSocket> bound(int port) {
    try {
      return Optional.of(
          new ServerSocket(port, 1, InetAddress.getByAddress(new byte[] {127, 0, 0, 1})));
    } catch (IOException taken) {
      return Optional.empty();
    }
  }

  private static void close(ServerSocket socket) {
    try {
      socket.close();
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }
}
