package io.gamay.quickstart.command;

import io.gamay.cluster.store.MetadataException;
import io.gamay.quickstart.console.Failure;
import io.gamay.quickstart.console.Misuse;
import java.nio.file.FileSystemException;
import java.util.ArrayList;
import java.util.List;
import org.springframework.boot.web.server.PortInUseException;

/** Why a service did not start, out of the many exceptions that were wrapped around it. */
final class StartFailure {
  private static final String ZOOKEEPER_REMEDY =
      "start it with 'gamay start zookeeper', or pass --zookeeper";

  private StartFailure() {}

  /** The reason as one line, with what may be done about it where that is known. */
  static String reason(Throwable failure) {
    List<Throwable> chain = chain(failure);
    Throwable reason =
        chain.stream().filter(cause -> !isWrapper(cause)).findFirst().orElseGet(chain::getLast);
    return switch (reason) {
      case Failure sentence -> message(sentence);
      case Misuse sentence -> message(sentence);
      case MetadataException metadata -> metadataReason(metadata);
      case PortInUseException taken ->
          "port " + taken.getPort() + " is taken; stop what listens there, or pass another --port";
      default -> withRoot(reason, chain.getLast());
    };
  }

  private static List<Throwable> chain(Throwable failure) {
    var chain = new ArrayList<Throwable>();
    for (Throwable at = failure; at != null && !chain.contains(at); at = at.getCause()) {
      chain.add(at);
    }
    return chain;
  }

  /** Spring tells which bean it was that failed; the cause tells why. */
  private static boolean isWrapper(Throwable failure) {
    return failure.getClass().getName().startsWith("org.springframework.")
        && !(failure instanceof PortInUseException);
  }

  private static String metadataReason(MetadataException failure) {
    String message = message(failure).replaceAll("\\bPT([0-9]+)S\\b", "$1 s");
    return message.startsWith("no connection to ZooKeeper")
        ? message + "; " + ZOOKEEPER_REMEDY
        : withRoot(failure, chain(failure).getLast());
  }

  private static String withRoot(Throwable reason, Throwable root) {
    String text = message(reason);
    String rootText = message(root);
    return text.contains(rootText) ? text : text + " (" + rootText + ")";
  }

  private static String message(Throwable failure) {
    String message = failure.getMessage();
    if (message == null || message.isBlank() || failure instanceof FileSystemException) {
      // A file system's exception has the file as its message and the trouble as its name.
      String name = failure.getClass().getSimpleName();
      return message == null || message.isBlank() ? name : name + ": " + onOneLine(message);
    }
    return onOneLine(message);
  }

  private static String onOneLine(String message) {
    return message.strip().replaceAll("\\s*\\R\\s*", " ");
  }

  /** The sentence where nothing answers at ZooKeeper's address. */
  static String noZooKeeper(String address, long seconds) {
    return "no connection to ZooKeeper at %s within %d s; %s"
        .formatted(address, seconds, ZOOKEEPER_REMEDY);
  }
}
