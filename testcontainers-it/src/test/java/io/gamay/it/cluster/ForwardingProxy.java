package io.gamay.it.cluster;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/**
 * The way to one member of a cluster: a port of 127.0.0.1 whose connections go on to the member's
 * own. What cannot be taken there is reset.
 */
final class ForwardingProxy implements AutoCloseable {
  private static final int BACKLOG = 200;
  private static final int CONNECT_PATIENCE_MILLIS = 60_000;
  private static final Duration BEFORE_ANOTHER_TRY = Duration.ofMillis(1);

  private final Network network;
  private final String member;
  private final InetSocketAddress target;
  private final ServerSocket listener;

  private ForwardingProxy(
      Network network, String member, InetSocketAddress target, ServerSocket listener) {
    this.network = network;
    this.member = member;
    this.target = target;
    this.listener = listener;
  }

  static ForwardingProxy open(Network network, String member, int targetPort) {
    try {
      InetAddress here = InetAddress.getByAddress(new byte[] {127, 0, 0, 1});
      var proxy =
          new ForwardingProxy(
              network,
              member,
              new InetSocketAddress(here, targetPort),
              new ServerSocket(0, BACKLOG, here));
      Thread.ofVirtual().name("way-to-" + member).start(proxy::accept);
      return proxy;
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  int port() {
    return listener.getLocalPort();
  }

  private void accept() {
    while (!listener.isClosed()) {
      try {
        Socket near = listener.accept();
        Thread.ofVirtual().name("to-" + member).start(() -> forward(near));
      } catch (IOException closedOrOutOfFiles) {
        LockSupport.parkNanos(BEFORE_ANOTHER_TRY.toNanos());
      }
    }
  }

  private void forward(Socket near) {
    String from = ConnectionOwner.nameOf(near, network.pids());
    network.made(from, member);
    if (network.refuses(from, member)) {
      ForwardedConnection.reset(near);
      return;
    }
    network.awaitPassage(from, member);
    var far = new Socket();
    try {
      far.connect(target, CONNECT_PATIENCE_MILLIS);
      near.setTcpNoDelay(true);
      far.setTcpNoDelay(true);
    } catch (IOException notThere) {
      ForwardedConnection.reset(near);
      ForwardedConnection.reset(far);
      return;
    }
    new ForwardedConnection(network, from, member, near, far).run();
  }

  @Override
  public void close() {
    try {
      listener.close();
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }
}
