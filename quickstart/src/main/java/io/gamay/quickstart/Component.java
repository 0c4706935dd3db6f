package io.gamay.quickstart;

import java.util.Locale;

/** The processes of a cluster, with the ports that Pinot, Kafka and ZooKeeper use by default. */
public enum Component {
  ZOOKEEPER("ZooKeeper", 2181),
  KAFKA("Kafka", 9092),
  CONTROLLER("controller", 9000),
  SERVER("server", 8098),
  BROKER("broker", 8099),
  GATEWAY("gateway", 8080);

  private final String title;
  private final int defaultPort;

  Component(String title, int defaultPort) {
    this.title = title;
    this.defaultPort = defaultPort;
  }

  /** What people call it. */
  public String title() {
    return title;
  }

  public int defaultPort() {
    return defaultPort;
  }

  /** {@code Role_suffix}, the form of instance ids: {@code Server_127.0.0.1_8098}. */
  public String instanceId(String suffix) {
    return title.substring(0, 1).toUpperCase(Locale.ROOT) + title.substring(1) + "_" + suffix;
  }
}
