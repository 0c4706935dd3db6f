package io.gamay.it.cluster;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;

/**
 * A connection from one member to another, of which the proxy holds both halves. While both are cut
 * off from each other it stays open, and what one sends, its end and its failure included, reaches
 * the other later.
 */
final class ForwardedConnection {
  private static final int PIECE_BYTES = 16 << 10;

  private final Network network;
  private final String from;
  private final String to;
  private final Socket near;
  private final Socket far;

  ForwardedConnection(Network network, String from, String to, Socket near, Socket far) {
    this.network = network;
    this.from = from;
    this.to = to;
    this.near = near;
    this.far = far;
  }

  /** Who made it. */
  String from() {
    return from;
  }

  String to() {
    return to;
  }

  /** Forwards in both directions until both have ended, or one has failed. */
  void run() {
    if (!network.add(this)) {
      reset();
      return;
    }
    Thread back = Thread.ofVirtual().name(to + "-to-" + from).start(() -> forward(far, near));
    forward(near, far);
    try {
      back.join();
    } catch (InterruptedException interrupted) {
      throw new IllegalStateException("nobody interrupts this thread", interrupted);
    } finally {
      network.remove(this);
      reset();
    }
  }

  private void forward(Socket source, Socket sink) {
    try {
      InputStream in = source.getInputStream();
      OutputStream out = sink.getOutputStream();
      byte[] piece = new byte[PIECE_BYTES];
      for (int count = in.read(piece); count >= 0; count = in.read(piece)) {
        network.awaitPassage(from, to);
        out.write(piece, 0, count);
      }
      network.awaitPassage(from, to);
      sink.shutdownOutput();
    } catch (IOException broken) {
      network.awaitPassage(from, to);
      reset();
    }
  }

  /** Both ends learn at once that it is over, if they have not ended it themselves. */
  void reset() {
    reset(near);
    reset(far);
  }

  static void reset(Socket socket) {
    try (socket) {
      if (!socket.isClosed() && !(socket.isInputShutdown() && socket.isOutputShutdown())) {
        socket.setSoLinger(true, 0);
      }
    } catch (IOException gone) {
      // It is closed in any case.
    }
  }
}
