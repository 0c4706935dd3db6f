package io.gamay.quickstart.kafka;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.storage.Formatter;
import org.apache.kafka.server.common.MetadataVersion;

/**
 * One Kafka broker with its own KRaft controller, inside this JVM.
 *
 * <p>Everything it knows is in its directory, so it goes on where it stopped after a clean stop and
 * after a kill alike; the address it advertises is taken from its settings at each start, so the
 * directory may come back under another port. Nothing expires: a record stays until its topic is
 * deleted. Topics are created by name only, never by a mistyped produce.
 *
 * <p>The KRaft controller listens on a port that is free at start; only this broker knows it.
 */
public final class EmbeddedKafka implements AutoCloseable {
  /** A record of 10 MB and its headers fit. */
  public static final int MAX_RECORD_BYTES = 16 << 20;

  private static final int NODE_ID = 1;

  private final KafkaRaftServer server;
  private final String bootstrapAddress;

  private EmbeddedKafka(KafkaRaftServer server, String bootstrapAddress) {
    this.server = server;
    this.bootstrapAddress = bootstrapAddress;
  }

  /**
   * Starts a broker and returns when it accepts clients.
   *
   * @param host address to listen on
   * @param advertised the {@code host:port} that clients are told
   * @param directory where its logs and its cluster id live; created and formatted when new
   */
  public static EmbeddedKafka start(String host, int port, String advertised, Path directory)
      throws Exception {
    Files.createDirectories(directory);
    if (!Files.exists(directory.resolve("meta.properties"))) {
      format(directory);
    }
    var server =
        new KafkaRaftServer(
            new KafkaConfig(settings(host + ":" + port, advertised, directory), false),
            Time.SYSTEM);
    try {
      server.startup();
    } catch (Throwable failure) {
      server.shutdown();
      throw failure;
    }
    return new EmbeddedKafka(server, advertised);
  }

  /** The {@code host:port} that clients start from. */
  public String bootstrapAddress() {
    return bootstrapAddress;
  }

  /** Flushes and closes the logs, so that the next start need not recover them. */
  @Override
  public void close() {
    server.shutdown();
    server.awaitShutdown();
  }

  /** Gives a new directory its cluster id; {@code meta.properties} is what makes it formatted. */
  private static void format(Path directory) throws Exception {
    try (var silence =
        new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8)) {
      new Formatter()
          .setPrintStream(silence)
          .setNodeId(NODE_ID)
          .setClusterId(Uuid.randomUuid().toString())
          .setControllerListenerName("CONTROLLER")
          .setMetadataLogDirectory(directory.toString())
          .addDirectory(directory.toString())
          .setReleaseVersion(MetadataVersion.LATEST_PRODUCTION)
          .run();
    }
  }

  private static Map<String, Object> settings(String listen, String advertised, Path directory)
      throws IOException {
    String controller = "127.0.0.1:" + freePort();
    var settings = new HashMap<String, Object>();
    settings.put("process.roles", "broker,controller");
    settings.put("node.id", NODE_ID);
    settings.put("controller.quorum.voters", NODE_ID + "@" + controller);
    settings.put("controller.listener.names", "CONTROLLER");
    settings.put("listeners", "PLAINTEXT://" + listen + ",CONTROLLER://" + controller);
    settings.put("advertised.listeners", "PLAINTEXT://" + advertised);
    settings.put("listener.security.protocol.map", "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT");
    settings.put("log.dirs", directory.toString());
    settings.put("auto.create.topics.enable", false);
    settings.put("log.retention.ms", -1);
    settings.put("log.retention.bytes", -1);
    settings.put("log.segment.bytes", 128 << 20);
    settings.put("message.max.bytes", MAX_RECORD_BYTES);
    settings.put("replica.fetch.max.bytes", MAX_RECORD_BYTES);
    settings.put("offsets.topic.replication.factor", (short) 1);
    settings.put("offsets.topic.num.partitions", 4);
    settings.put("transaction.state.log.replication.factor", (short) 1);
    settings.put("transaction.state.log.min.isr", 1);
    settings.put("transaction.state.log.num.partitions", 4);
    settings.put("share.coordinator.state.topic.replication.factor", (short) 1);
    settings.put("share.coordinator.state.topic.min.isr", (short) 1);
    settings.put("group.initial.rebalance.delay.ms", 0);
    settings.put("num.network.threads", 2);
    settings.put("num.io.threads", 4);
    settings.put("background.threads", 4);
    settings.put("log.cleaner.dedupe.buffer.size", 4L << 20);
    return settings;
  }

  private static int freePort() throws IOException {
    try (var socket = new ServerSocket(0, 1, InetAddress.getByAddress(new byte[] {127, 0, 0, 1}))) {
      return socket.getLocalPort();
    }
  }
}
