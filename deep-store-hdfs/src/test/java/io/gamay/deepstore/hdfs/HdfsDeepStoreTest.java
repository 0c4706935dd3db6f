package io.gamay.deepstore.hdfs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gamay.deepstore.DeepStore;
import io.gamay.deepstore.DeepStoreContract;
import io.gamay.deepstore.DeepStores;
import io.gamay.deepstore.ObjectExistsException;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.hdfs.DFSTestUtil;
import org.apache.hadoop.hdfs.protocol.ExtendedBlock;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Against a real NameNode and real DataNodes. */
final class HdfsDeepStoreTest extends DeepStoreContract {

  private static final int SEVERAL_BLOCKS = (3 << 20) + 17;

  private static SmallHdfs hdfs;

  @TempDir Path directory;

  @BeforeAll
  static void startHdfs() throws IOException {
    hdfs = SmallHdfs.shared();
  }

  @Override
  protected DeepStore openEmpty() throws IOException {
    return open(hdfs.newDirectory());
  }

  private static DeepStore open(URI uri) throws IOException {
    return HdfsDeepStore.open(uri, SmallHdfs.settings());
  }

  @Test
  void aUriOfItsSchemeOpensItByTheClassPath() throws IOException {
    Path source = Files.write(directory.resolve("source"), bytes(10, 1));
    try (DeepStore store = DeepStores.open(hdfs.newDirectory())) {
      store.put("t/s/1", source);
      assertThat(store.info("t/s/1").orElseThrow().crc32c()).isEqualTo(crc32c(bytes(10, 1)));
    }
  }

  @Test
  void anObjectOfSeveralBlocksHasTheChecksumOfItsBytes() throws IOException {
    byte[] content = bytes(SEVERAL_BLOCKS, 7);
    Path source = Files.write(directory.resolve("source"), content);
    URI uri = hdfs.newDirectory();
    try (DeepStore store = open(uri)) {
      store.put("t/s/1", source);

      assertThat(store.info("t/s/1").orElseThrow().crc32c()).isEqualTo(crc32c(content));
      store.fetch("t/s/1", directory.resolve("fetched"));
      assertThat(directory.resolve("fetched")).hasBinaryContent(content);
      assertThat(incoming(uri)).isEmpty();
    }
    try (DeepStore again = open(uri)) {
      assertThat(again.info("t/s/1")).isPresent();
    }
  }

  /** Written by somebody whose files have checksums of another kind. */
  @Test
  void checksumOfAnotherKindIsNotTakenForOurs() throws IOException {
    byte[] content = bytes(SEVERAL_BLOCKS, 3);
    URI uri = hdfs.newDirectory();
    try (DeepStore store = open(uri)) {
      var settings = SmallHdfs.settings();
      settings.set("dfs.checksum.type", "CRC32");
      settings.setBoolean("fs.hdfs.impl.disable.cache", true);
      try (FileSystem other = FileSystem.get(uri, settings);
          var out = other.create(new org.apache.hadoop.fs.Path(uri.getPath() + "/t/s/1"))) {
        out.write(content);
      }

      assertThat(store.info("t/s/1").orElseThrow().crc32c()).isEqualTo(crc32c(content));
      store.fetch("t/s/1", directory.resolve("fetched"));
      assertThat(directory.resolve("fetched")).hasBinaryContent(content);
    }
  }

  @Test
  void aBlockThatAllDataNodesHaveDamagedIsNotFetched() throws Exception {
    byte[] content = bytes(SEVERAL_BLOCKS, 5);
    Path source = Files.write(directory.resolve("source"), content);
    URI uri = hdfs.newDirectory();
    try (DeepStore store = open(uri)) {
      store.put("t/s/1", source);
      ExtendedBlock block =
          DFSTestUtil.getFirstBlock(
              hdfs.cluster().getFileSystem(),
              new org.apache.hadoop.fs.Path(uri.getPath() + "/t/s/1"));
      assertThat(hdfs.cluster().corruptBlockOnDataNodes(block)).isEqualTo(2);

      assertThatIOException().isThrownBy(() -> store.fetch("t/s/1", directory.resolve("fetched")));
      assertThat(Objects.requireNonNull(directory.toFile().list())).containsExactly("source");
    }
  }

  @Test
  void whatAKilledWriterLeftIsRemovedADayLater() throws IOException {
    URI uri = hdfs.newDirectory();
    open(uri).close();
    FileSystem files = hdfs.cluster().getFileSystem();
    var old = new org.apache.hadoop.fs.Path(uri.getPath() + "/.incoming/old");
    var young = new org.apache.hadoop.fs.Path(uri.getPath() + "/.incoming/young");
    files.create(old).close();
    files.create(young).close();
    long written = files.getFileStatus(young).getModificationTime();
    files.setTimes(old, written - Duration.ofHours(25).toMillis(), -1);
    files.setTimes(young, written - Duration.ofHours(23).toMillis(), -1);

    open(uri).close();

    assertThat(files.exists(old)).isFalse();
    assertThat(files.exists(young)).isTrue();
  }

  /** Nothing is absent from a store that is not there, and nothing is made in its place. */
  @Test
  void directoryThatVanishesIsAwayAndNotEmpty() throws IOException {
    Path source = Files.write(directory.resolve("source"), bytes(10, 1));
    URI uri = hdfs.newDirectory();
    FileSystem files = hdfs.cluster().getFileSystem();
    var root = new org.apache.hadoop.fs.Path(uri.getPath());
    var aside = new org.apache.hadoop.fs.Path(uri.getPath() + "-aside");
    try (DeepStore store = open(uri)) {
      store.put("t/s/1", source);
      assertThat(files.rename(root, aside)).isTrue();

      assertThatIOException().isThrownBy(() -> store.info("t/s/1")).withMessageContaining("away");
      assertThatIOException().isThrownBy(() -> store.list("t/")).withMessageContaining("away");
      assertThatIOException().isThrownBy(() -> store.delete("t/s/1")).withMessageContaining("away");
      assertThatIOException()
          .isThrownBy(() -> store.fetch("t/s/1", directory.resolve("target")))
          .withMessageContaining("away");
      assertThatIOException().isThrownBy(() -> store.put("t/s/2", source));

      files.delete(root, true);
      assertThat(files.rename(aside, root)).isTrue();
      assertThat(store.info("t/s/1")).isPresent();
    }
  }

  @Test
  void withoutANameNodeCallsFailSoonAndWorkOnceItIsBack() throws Exception {
    Path source = Files.write(directory.resolve("source"), bytes(SEVERAL_BLOCKS, 1));
    URI uri = hdfs.newDirectory();
    try (DeepStore store = open(uri)) {
      store.put("t/s/1", source);
      hdfs.cluster().shutdownNameNode(0);
      try {
        assertThatIOException().isThrownBy(() -> store.put("t/s/2", source));
        assertThatIOException().isThrownBy(() -> store.info("t/s/1"));
        assertThatIOException().isThrownBy(() -> store.list(""));
        open(uri).close();
      } finally {
        hdfs.cluster().restartNameNode(0, true);
      }

      assertThat(store.info("t/s/2")).isEmpty();
      store.put("t/s/2", source);
      assertThatThrownBy(() -> store.put("t/s/1", source))
          .isInstanceOf(ObjectExistsException.class);
      store.fetch("t/s/2", directory.resolve("fetched"));
      assertThat(directory.resolve("fetched")).hasBinaryContent(bytes(SEVERAL_BLOCKS, 1));
    }
  }

  @Test
  void anUnderstoodUriNamesANameNodeAndADirectoryAndNothingElse() {
    for (String uri : List.of("hdfs:///directory", "hdfs://me@host/x", "hdfs://host:1/x?y=z")) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> open(URI.create(uri)))
          .withMessageContaining("hdfs://namenode:port/directory");
    }
  }

  private static List<String> incoming(URI uri) throws IOException {
    FileStatus[] left =
        hdfs.cluster()
            .getFileSystem()
            .listStatus(new org.apache.hadoop.fs.Path(uri.getPath() + "/.incoming"));
    return List.of(left).stream().map(file -> file.getPath().getName()).toList();
  }
}
