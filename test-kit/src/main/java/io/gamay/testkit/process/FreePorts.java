package io.gamay.testkit.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;

/** Ports of 127.0.0.1 on which nothing listens at the moment of asking. */
public final class FreePorts {
  private FreePorts() {}

  /** One free port. */
  public static int next() {
    return next(1).getFirst();
  }

  /** That many free ports, all different. */
  public static List<Integer> next(int count) {
    var sockets = new ArrayList<ServerSocket>();
    try {
      for (int i = 0; i < count; i++) {
        sockets.add(new ServerSocket(0, 1, InetAddress.getByAddress(new byte[] {127, 0, 0, 1})));
      }
      return sockets.stream().map(ServerSocket::getLocalPort).toList();
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
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
    try (var _ = new ServerSocket(port, 1, InetAddress.getByAddress(new byte[] {127, 0, 0, 1}))) {
      return true;
    } catch (IOException taken) {
      return false;
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
