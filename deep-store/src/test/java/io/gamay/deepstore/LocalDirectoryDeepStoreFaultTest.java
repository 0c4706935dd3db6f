package io.gamay.deepstore;

import static io.gamay.deepstore.DeepStoreContract.bytes;
import static io.gamay.deepstore.DeepStoreContract.crc32c;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Fails the n-th file system call for every n. */
final class LocalDirectoryDeepStoreFaultTest {

  @TempDir Path directory;

  @Test
  void whicheverCallOfAPutFailsTheObjectIsWholeOrAbsentAndItsNameIsNeverReused()
      throws IOException {
    byte[] content = bytes(300_000, 4);
    Path source = Files.write(directory.resolve("source"), content);
    int wholeAfterFailure = 0;
    int failedCalls = 0;
    for (int call = 1; ; call++) {
      FlakyFileAccess files = new FlakyFileAccess();
      try (DeepStore store = LocalDirectoryDeepStore.open(directory.resolve("put" + call), files)) {
        files.failCall(call);
        boolean reportedFailure = putFails(store, source);
        if (!files.hasFailed()) {
          break;
        }
        failedCalls++;
        Optional<DeepStore.ObjectInfo> info = store.info("t/s/1");
        if (!reportedFailure) {
          assertThat(info).as("put returned although call %d failed", call).isPresent();
        }
        if (info.isPresent()) {
          assertThat(info.get().crc32c()).isEqualTo(crc32c(content));
          assertThatThrownBy(() -> store.put("t/s/1", source))
              .isInstanceOf(ObjectExistsException.class);
          wholeAfterFailure++;
        } else {
          store.put("t/s/1", source);
          assertThat(store.info("t/s/1").orElseThrow().crc32c()).isEqualTo(crc32c(content));
        }
      }
    }
    assertThat(failedCalls).isGreaterThanOrEqualTo(8);
    assertThat(wholeAfterFailure).isBetween(1, failedCalls - 1);
  }

  @Test
  void aWriteThatTheDiskAlteredIsNotShownUnderTheKey() throws IOException {
    Path source = Files.write(directory.resolve("source"), bytes(1000, 4));
    FlakyFileAccess files = new FlakyFileAccess();
    try (DeepStore store = LocalDirectoryDeepStore.open(directory.resolve("store"), files)) {
      files.corruptNextCopy();

      assertThatThrownBy(() -> store.put("t/s/1", source))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("checksum mismatch");
      assertThat(store.info("t/s/1")).isEmpty();
    }
  }

  @Test
  void whicheverCallOfAFetchFailsTheTargetIsWholeOrAbsent() throws IOException {
    byte[] content = bytes(300_000, 4);
    Path source = Files.write(directory.resolve("source"), content);
    FlakyFileAccess files = new FlakyFileAccess();
    try (DeepStore store = LocalDirectoryDeepStore.open(directory.resolve("store"), files)) {
      store.put("t/s/1", source);
      int failedCalls = 0;
      for (int call = 1; ; call++) {
        Path target = directory.resolve("target" + call);
        files.failCall(call);
        try {
          store.fetch("t/s/1", target);
        } catch (FlakyFileAccess.InjectedException injected) {
          assertThat(files.hasFailed()).isTrue();
        }
        boolean done = !files.hasFailed();
        files.failCall(0);
        if (Files.exists(target)) {
          assertThat(target).hasBinaryContent(content);
        }
        if (done) {
          assertThat(target).exists();
          break;
        }
        failedCalls++;
      }
      assertThat(failedCalls).isGreaterThanOrEqualTo(5);
    }
  }

  @Test
  void aFailedDeleteCanBeRepeated() throws IOException {
    Path source = Files.write(directory.resolve("source"), bytes(10, 4));
    for (int call = 1; call <= 4; call++) {
      FlakyFileAccess files = new FlakyFileAccess();
      try (DeepStore store =
          LocalDirectoryDeepStore.open(directory.resolve("delete" + call), files)) {
        store.put("t/s/1", source);
        files.failCall(call);
        assertThatThrownBy(() -> store.delete("t/s/1"))
            .isInstanceOf(FlakyFileAccess.InjectedException.class);
        store.delete("t/s/1");
        assertThat(store.info("t/s/1")).isEmpty();
        assertThat(store.list("")).isEmpty();
      }
    }
  }

  private static boolean putFails(DeepStore store, Path source) throws IOException {
    try {
      store.put("t/s/1", source);
      return false;
    } catch (FlakyFileAccess.InjectedException injected) {
      return true;
    }
  }
}
