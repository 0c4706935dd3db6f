package io.gamay.deepstore.hdfs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class HdfsSettingsTest {

  @TempDir Path directory;

  @Test
  void callsAreShortUnlessSomebodySaysOtherwise() throws IOException {
    Files.writeString(
        directory.resolve("core-site.xml"),
        """
        <configuration>
          <property><name>ipc.client.connect.timeout</name><value>1234</value></property>
          <property><name>dfs.checksum.combine.mode</name><value>MD5MD5CRC</value></property>
        </configuration>
        """);

    Configuration plain = HdfsSettings.ofEnvironment(Map.of());
    Configuration said =
        HdfsSettings.ofEnvironment(Map.of("HADOOP_CONF_DIR", directory.toString()));

    assertThat(plain.get("ipc.client.connect.timeout")).isEqualTo("5000");
    assertThat(plain.get("ipc.client.connect.max.retries.on.timeouts")).isEqualTo("2");
    assertThat(said.get("ipc.client.connect.timeout")).isEqualTo("1234");
    assertThat(said.get("ipc.client.connect.max.retries.on.timeouts")).isEqualTo("2");
    assertThat(said.get("dfs.checksum.combine.mode")).isEqualTo("COMPOSITE_CRC");
  }

  @Test
  void directoryOfSettingsThatIsNoneIsNamed() {
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                HdfsSettings.ofEnvironment(
                    Map.of("HADOOP_CONF_DIR", directory.resolve("absent").toString())))
        .withMessageContaining("HADOOP_CONF_DIR")
        .withMessageContaining("absent");
  }
}
