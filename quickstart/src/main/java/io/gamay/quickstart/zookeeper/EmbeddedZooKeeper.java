package io.gamay.quickstart.zookeeper;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Properties;
import org.apache.zookeeper.server.embedded.ExitHandler;
import org.apache.zookeeper.server.embedded.ZooKeeperServerEmbedded;

/**
 * One standalone ZooKeeper inside this JVM. Its transaction log and snapshots are in its directory,
 * synced at every write, so nothing that a client saw confirmed is lost by a kill.
 */
public final class EmbeddedZooKeeper implements AutoCloseable {
  private static final Duration START_PATIENCE = Duration.ofSeconds(30);

  private final ZooKeeperServerEmbedded server;
  private final String connectString;

  private EmbeddedZooKeeper(ZooKeeperServerEmbedded server, String connectString) {
    this.server = server;
    this.connectString = connectString;
  }

  /** Starts a server and returns when it accepts clients. */
  public static EmbeddedZooKeeper start(String host, int port, Path directory) throws Exception {
    Files.createDirectories(directory);
    removeOldConfigurations(directory);
    var server =
        ZooKeeperServerEmbedded.builder()
            .baseDir(directory)
            .configuration(settings(host, port))
            .exitHandler(ExitHandler.LOG_ONLY)
            .build();
    try {
      server.start(START_PATIENCE.toMillis());
    } catch (Exception failure) {
      server.close();
      throw failure;
    }
    return new EmbeddedZooKeeper(server, host + ":" + port);
  }

  /** The {@code host:port} that clients connect to. */
  public String connectString() {
    return connectString;
  }

  @Override
  public void close() {
    server.close();
  }

  /** Each start leaves the file it was configured by; the last one is enough. */
  private static void removeOldConfigurations(Path directory) throws IOException {
    try (var files = Files.newDirectoryStream(directory, "zookeeper.configuration*.properties")) {
      for (Path file : files) {
        Files.delete(file);
      }
    }
  }

  private static Properties settings(String host, int port) {
    var settings = new Properties();
    settings.setProperty("clientPortAddress", host);
    settings.setProperty("clientPort", Integer.toString(port));
    settings.setProperty("tickTime", "500");
    settings.setProperty("minSessionTimeout", "1000");
    settings.setProperty("maxSessionTimeout", "60000");
    settings.setProperty("maxClientCnxns", "0");
    settings.setProperty("admin.enableServer", "false");
    settings.setProperty("autopurge.snapRetainCount", "3");
    settings.setProperty("autopurge.purgeInterval", "1");
    settings.setProperty("4lw.commands.whitelist", "ruok,srvr");
    return settings;
  }
}
