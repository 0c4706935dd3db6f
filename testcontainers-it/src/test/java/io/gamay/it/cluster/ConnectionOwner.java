package io.gamay.it.cluster;

import java.io.IOException;
import java.net.Socket;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Which process is at the other end of a connection on this machine, by what Linux tells below
 * {@code /proc}.
 */
final class ConnectionOwner {
  /** A process that is none of those that are known. */
  static final String SOMEBODY_ELSE = "somebody-else";

  /** Who has closed it before it could be asked for: nothing more comes from there. */
  static final String NOBODY = "nobody";

  private static final List<Path> TABLES =
      List.of(Path.of("/proc/net/tcp"), Path.of("/proc/net/tcp6"));
  private static final int LOCAL_ADDRESS = 1;
  private static final int REMOTE_ADDRESS = 2;
  private static final int INODE = 9;

  private ConnectionOwner() {}

  /** Whether this system can be asked. */
  static boolean canTell() {
    return TABLES.stream().allMatch(Files::isReadable);
  }

  /**
   * @param accepted the near half of it
   * @param pids processes by their names
   */
  static String nameOf(Socket accepted, Map<String, Long> pids) {
    try {
      Optional<String> inode = inode(accepted);
      if (inode.isEmpty()) {
        return NOBODY;
      }
      for (Map.Entry<String, Long> process : pids.entrySet()) {
        if (holds(process.getValue(), "socket:[" + inode.get() + "]")) {
          return process.getKey();
        }
      }
      return inode(accepted).isEmpty() ? NOBODY : SOMEBODY_ELSE;
    } catch (IOException unreadable) {
      return SOMEBODY_ELSE;
    }
  }

  /** Of the far half, as long as a process has it open. */
  private static Optional<String> inode(Socket accepted) throws IOException {
    return inode(accepted.getPort(), accepted.getLocalPort()).filter(inode -> !inode.equals("0"));
  }

  private static Optional<String> inode(int localPort, int remotePort) throws IOException {
    String local = ":%04X".formatted(localPort);
    String remote = ":%04X".formatted(remotePort);
    for (Path table : TABLES) {
      for (String line : Files.readAllLines(table)) {
        String[] fields = line.strip().split("\\s+", -1);
        if (fields.length > INODE
            && fields[LOCAL_ADDRESS].endsWith(local)
            && fields[REMOTE_ADDRESS].endsWith(remote)) {
          return Optional.of(fields[INODE]);
        }
      }
    }
    return Optional.empty();
  }

  private static boolean holds(long pid, String socket) {
    try (DirectoryStream<Path> files = Files.newDirectoryStream(Path.of("/proc/" + pid + "/fd"))) {
      for (Path file : files) {
        if (isLinkTo(file, socket)) {
          return true;
        }
      }
      return false;
    } catch (IOException gone) {
      return false;
    }
  }

  private static boolean isLinkTo(Path file, String socket) {
    try {
      return Files.readSymbolicLink(file).toString().equals(socket);
    } catch (IOException closedMeanwhile) {
      return false;
    }
  }
}
