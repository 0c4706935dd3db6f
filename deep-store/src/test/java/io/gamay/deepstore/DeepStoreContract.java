package io.gamay.deepstore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What every deep store does. Each kind of store has a subclass that passes all of it. */
public abstract class DeepStoreContract {

  @TempDir Path scratch;
  private DeepStore store;

  /** An empty store. */
  protected abstract DeepStore openEmpty() throws IOException;

  @BeforeEach
  void open() throws IOException {
    store = openEmpty();
  }

  @AfterEach
  void close() {
    store.close();
  }

  @Test
  void anObjectComesBackByteForByteWithItsSizeAndChecksum() throws IOException {
    byte[] content = bytes(700_001, 3);
    store.put("table1/segment/1", file("source", content));

    Path target = scratch.resolve("fetched");
    store.fetch("table1/segment/1", target);

    assertThat(target).hasBinaryContent(content);
    DeepStore.ObjectInfo info = store.info("table1/segment/1").orElseThrow();
    assertThat(info.key()).isEqualTo("table1/segment/1");
    assertThat(info.sizeBytes()).isEqualTo(content.length);
    assertThat(info.crc32c()).isEqualTo(crc32c(content));
    assertThat(info.modifiedMillis()).isPositive();
  }

  @Test
  void anEmptyObjectIsAnObject() throws IOException {
    store.put("t/s/1", file("empty", new byte[0]));

    assertThat(store.info("t/s/1").orElseThrow().sizeBytes()).isZero();
  }

  @Test
  void aKeyIsWrittenOnceAndItsFirstContentStays() throws IOException {
    byte[] first = bytes(100, 1);
    store.put("t/s/1", file("first", first));

    assertThatThrownBy(() -> store.put("t/s/1", file("second", bytes(90, 2))))
        .isInstanceOf(ObjectExistsException.class)
        .hasMessageContaining("t/s/1");
    assertThatThrownBy(() -> store.put("t/s/1", file("same", first)))
        .isInstanceOf(ObjectExistsException.class);

    assertThat(store.info("t/s/1").orElseThrow().crc32c()).isEqualTo(crc32c(first));
  }

  @Test
  void ofManyWritersOfOneKeyExactlyOneWins() throws Exception {
    int writers = 6;
    CyclicBarrier together = new CyclicBarrier(writers);
    try (ExecutorService pool = Executors.newFixedThreadPool(writers)) {
      List<Future<Boolean>> wins = new ArrayList<>();
      for (int writer = 0; writer < writers; writer++) {
        Path source = file("writer" + writer, bytes(50_000, writer));
        Callable<Boolean> race =
            () -> {
              together.await();
              try {
                store.put("t/s/1", source);
                return true;
              } catch (ObjectExistsException lost) {
                return false;
              }
            };
        wins.add(pool.submit(race));
      }
      int winner = -1;
      int winCount = 0;
      for (int writer = 0; writer < writers; writer++) {
        if (wins.get(writer).get()) {
          winner = writer;
          winCount++;
        }
      }
      assertThat(winCount).isEqualTo(1);
      assertThat(store.info("t/s/1").orElseThrow().crc32c())
          .isEqualTo(crc32c(bytes(50_000, winner)));
    }
  }

  @Test
  void anAbsentObjectIsNoErrorToAskOrDeleteButOneToFetch() throws IOException {
    assertThat(store.info("t/s/1")).isEmpty();
    store.delete("t/s/1");
    Path target = scratch.resolve("fetched");

    assertThatThrownBy(() -> store.fetch("t/s/1", target)).isInstanceOf(NoSuchFileException.class);
    assertThat(target).doesNotExist();
  }

  @Test
  void fetchNeverReplacesAFile() throws IOException {
    store.put("t/s/1", file("source", bytes(10, 1)));
    Path target = file("mine", bytes(5, 9));

    assertThatThrownBy(() -> store.fetch("t/s/1", target))
        .isInstanceOf(FileAlreadyExistsException.class);
    assertThat(target).hasBinaryContent(bytes(5, 9));
  }

  @Test
  void aDeletedObjectIsGoneAndItsNeighboursStay() throws IOException {
    store.put("t/s/1", file("a", bytes(10, 1)));
    store.put("t/s/2", file("b", bytes(10, 2)));

    store.delete("t/s/1");

    assertThat(store.info("t/s/1")).isEmpty();
    assertThat(keys("")).containsExactly("t/s/2");
    store.delete("t/s/2");
    assertThat(keys("")).isEmpty();
    store.put("t/s/3", file("c", bytes(10, 3)));
    assertThat(keys("t/")).containsExactly("t/s/3");
  }

  @Test
  void listNamesTheKeysThatStartWithAPrefixSorted() throws IOException {
    for (String key : List.of("t2/a/1", "t1/b/1", "t1/a/2", "t1/a/10", "t11/a/1")) {
      store.put(key, file(key.replace('/', '-'), bytes(7, 1)));
    }

    assertThat(keys("")).containsExactly("t1/a/10", "t1/a/2", "t1/b/1", "t11/a/1", "t2/a/1");
    assertThat(keys("t1/")).containsExactly("t1/a/10", "t1/a/2", "t1/b/1");
    assertThat(keys("t1")).containsExactly("t1/a/10", "t1/a/2", "t1/b/1", "t11/a/1");
    assertThat(keys("t1/a/1")).containsExactly("t1/a/10");
    assertThat(keys("none/")).isEmpty();
    assertThat(store.list("t1/a/2").getFirst().sizeBytes()).isEqualTo(7);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "/",
        "/a",
        "a/",
        "a//b",
        ".",
        "..",
        "../a",
        "a/../../b",
        "a/./b",
        ".hidden",
        "a/.b",
        "a\\b",
        "a\u0000b",
        "a\nb"
      })
  void aKeyThatCouldLeaveTheRootIsRefused(String key) throws IOException {
    Path source = file("source", bytes(1, 1));

    assertThatIllegalArgumentException().isThrownBy(() -> store.put(key, source));
    assertThatIllegalArgumentException().isThrownBy(() -> store.fetch(key, scratch.resolve("x")));
    assertThatIllegalArgumentException().isThrownBy(() -> store.info(key));
    assertThatIllegalArgumentException().isThrownBy(() -> store.delete(key));
  }

  @ParameterizedTest
  @ValueSource(strings = {"../", "..", "a/../", "/", "a//", "."})
  void aPrefixThatCouldLeaveTheRootIsRefused(String prefix) {
    assertThatIllegalArgumentException().isThrownBy(() -> store.list(prefix));
  }

  private List<String> keys(String prefix) throws IOException {
    return store.list(prefix).stream().map(DeepStore.ObjectInfo::key).toList();
  }

  private Path file(String name, byte[] content) throws IOException {
    return Files.write(scratch.resolve(name), content);
  }

  public static byte[] bytes(int length, int salt) {
    byte[] content = new byte[length];
    for (int index = 0; index < length; index++) {
      content[index] = (byte) (index * 31 + salt);
    }
    return content;
  }

  public static int crc32c(byte[] content) {
    CRC32C crc = new CRC32C();
    crc.update(content);
    return (int) crc.getValue();
  }
}
