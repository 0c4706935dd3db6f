package io.gamay.it.cluster;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * What lies between the members of a cluster on this machine: each is reached by the others through
 * a {@link ForwardingProxy}, so that who connects to whom is known, and some can be cut off from
 * others. One cut is in force at a time. Thread-safe.
 */
final class Network implements AutoCloseable {
  private final Map<String, Long> pids = new ConcurrentHashMap<>();
  private final List<ForwardingProxy> proxies = new ArrayList<>();
  private final Set<ForwardedConnection> connections = new HashSet<>();
  private @Nullable Cut cut;
  private long heldBackCount;
  private long connectionCount;
  private long unknownOwnerCount;
  private boolean isClosed;

  /** Makes the member reachable through a port that stays the same over its lives. */
  synchronized int open(String member, int port) {
    ForwardingProxy proxy = ForwardingProxy.open(this, member, port);
    proxies.add(proxy);
    return proxy.port();
  }

  /** Says by which process the member lives now. */
  void runs(String member, long pid) {
    pids.put(member, pid);
  }

  Map<String, Long> pids() {
    return Map.copyOf(pids);
  }

  /** From now on nothing passes between those that the cut names. */
  synchronized void cut(Cut wanted) {
    if (cut != null) {
      throw new IllegalStateException("in force already: " + cut);
    }
    cut = wanted;
    heldBackCount = 0;
  }

  /**
   * Everybody hears everybody again.
   *
   * @return how often the cut held something back: a connection that was refused or not answered,
   *     or a piece of what was sent; 0 if there was none
   */
  synchronized long mend() {
    Cut was = cut;
    cut = null;
    if (was != null && was.isBreaking()) {
      List.copyOf(connections).stream()
          .filter(connection -> was.separates(connection.from(), connection.to()))
          .forEach(ForwardedConnection::reset);
    }
    notifyAll();
    return was == null ? 0 : heldBackCount;
  }

  /**
   * Takes note of who has made a connection. One of {@link ConnectionOwner#SOMEBODY_ELSE} is told
   * on the terminal: no cut holds it back.
   */
  synchronized void made(String from, String to) {
    connectionCount++;
    if (from.equals(ConnectionOwner.SOMEBODY_ELSE)) {
      unknownOwnerCount++;
      Loud.say("nobody knows who has connected to %s: no cut holds it back".formatted(to));
    }
  }

  /** How many connections were made. */
  synchronized long connectionCount() {
    return connectionCount;
  }

  /** How many of them nobody knows the owner of. */
  synchronized long unknownOwnerCount() {
    return unknownOwnerCount;
  }

  synchronized boolean refuses(String from, String to) {
    boolean refuses = cut != null && cut.isRefusing() && cut.separates(from, to);
    if (refuses) {
      heldBackCount++;
    }
    return refuses;
  }

  /** Returns when something may pass between them. */
  synchronized void awaitPassage(String from, String to) {
    if (cut != null && cut.separates(from, to)) {
      heldBackCount++;
    }
    while (cut != null && cut.separates(from, to)) {
      try {
        wait();
      } catch (InterruptedException interrupted) {
        throw new IllegalStateException("nobody interrupts this thread", interrupted);
      }
    }
  }

  /** Takes note of a connection; says no if there shall be no more. */
  synchronized boolean add(ForwardedConnection connection) {
    return !isClosed && connections.add(connection);
  }

  synchronized void remove(ForwardedConnection connection) {
    connections.remove(connection);
  }

  @Override
  public void close() {
    mend();
    List<ForwardedConnection> left;
    synchronized (this) {
      isClosed = true;
      left = List.copyOf(connections);
    }
    proxies.forEach(ForwardingProxy::close);
    left.forEach(ForwardedConnection::reset);
  }
}
