package io.gamay.deepstore.hdfs;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.hdfs.MiniDFSCluster;
import org.jspecify.annotations.Nullable;

/** A NameNode and two DataNodes in this process, on free ports of 127.0.0.1. One for all tests. */
final class SmallHdfs {

  private static @Nullable SmallHdfs shared;

  private final MiniDFSCluster cluster;
  private final AtomicInteger directories = new AtomicInteger();

  private SmallHdfs(MiniDFSCluster cluster) {
    this.cluster = cluster;
  }

  static synchronized SmallHdfs shared() throws IOException {
    SmallHdfs present = shared;
    if (present == null) {
      Configuration settings = new Configuration();
      settings.set(
          "hdfs.minidfs.basedir",
          Files.createTempDirectory("gamay-hdfs").toAbsolutePath().toString());
      settings.set("dfs.blocksize", Integer.toString(1 << 20));
      settings.set("dfs.replication", "2");
      MiniDFSCluster cluster = new MiniDFSCluster.Builder(settings).numDataNodes(2).build();
      cluster.waitActive();
      Runtime.getRuntime().addShutdownHook(new Thread(() -> cluster.shutdown(true)));
      present = new SmallHdfs(cluster);
      shared = present;
    }
    return present;
  }

  MiniDFSCluster cluster() {
    return cluster;
  }

  /** Of a directory that does not exist yet. */
  URI newDirectory() {
    return URI.create(
        "hdfs://127.0.0.1:%d/stores/%d"
            .formatted(cluster.getNameNodePort(), directories.incrementAndGet()));
  }

  /** Of a client: small blocks, so that objects have several. */
  static Configuration settings() {
    Configuration settings = HdfsSettings.withDefaults(new Configuration());
    settings.set("dfs.blocksize", Integer.toString(1 << 20));
    settings.set("dfs.replication", "2");
    return settings;
  }
}
