package io.gamay.deepstore.hdfs;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;

/** How Hadoop's client is set. */
final class HdfsSettings {

  private static final String CONF_DIR = "HADOOP_CONF_DIR";
  private static final List<String> FILES = List.of("core-site.xml", "hdfs-site.xml");

  /**
   * In the place of Hadoop's own defaults, by which a call waits a quarter of an hour for a
   * NameNode that is away. A call that has failed is repeated by whoever made it.
   */
  private static final Map<String, String> IMPATIENCE =
      Map.of(
          "ipc.client.connect.timeout", "5000",
          "ipc.client.connect.max.retries", "2",
          "ipc.client.connect.max.retries.on.timeouts", "2",
          "ipc.client.connect.retry.interval", "500",
          "ipc.client.rpc-timeout.ms", "60000",
          "dfs.client.socket-timeout", "30000",
          "dfs.client.block.write.locateFollowingBlock.retries", "3");

  /** The checksum of a file is then that of its bytes, however they are cut into blocks. */
  private static final Map<String, String> CHECKSUMS =
      Map.of("dfs.checksum.combine.mode", "COMPOSITE_CRC", "dfs.checksum.type", "CRC32C");

  private HdfsSettings() {}

  /**
   * What the files in {@code HADOOP_CONF_DIR} say, and for what they do not say our defaults.
   *
   * @throws IllegalArgumentException if there is such a variable and no such directory
   */
  static Configuration ofEnvironment(Map<String, String> environment) {
    Configuration settings = new Configuration();
    String directory = environment.get(CONF_DIR);
    if (directory != null) {
      if (!Files.isDirectory(Path.of(directory))) {
        throw new IllegalArgumentException(
            "%s is '%s', which is no directory".formatted(CONF_DIR, directory));
      }
      for (String name : FILES) {
        Path file = Path.of(directory, name);
        if (Files.isRegularFile(file)) {
          settings.addResource(new org.apache.hadoop.fs.Path(file.toUri()));
        }
      }
    }
    return withDefaults(settings);
  }

  static Configuration withDefaults(Configuration settings) {
    IMPATIENCE.forEach(
        (name, value) -> {
          if (!isSaid(settings, name)) {
            settings.set(name, value);
          }
        });
    CHECKSUMS.forEach(settings::set);
    return settings;
  }

  /** By anybody but Hadoop itself. */
  private static boolean isSaid(Configuration settings, String name) {
    String[] sources = settings.getPropertySources(name);
    return sources != null && sources.length > 0 && !sources[0].endsWith("-default.xml");
  }
}
