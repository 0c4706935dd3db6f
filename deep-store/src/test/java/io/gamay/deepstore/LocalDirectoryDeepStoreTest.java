package io.gamay.deepstore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class LocalDirectoryDeepStoreTest extends DeepStoreContract {

  @TempDir Path directory;

  @Override
  protected DeepStore openEmpty() throws IOException {
    return DeepStores.open(directory.resolve("deep/store").toUri());
  }

  @Test
  void objectsOutliveTheStoreThatWroteThem() throws IOException {
    Path source = Files.write(directory.resolve("source"), bytes(10, 1));
    try (DeepStore writer = openEmpty()) {
      writer.put("t/s/1", source);
    }
    try (DeepStore reader = openEmpty()) {
      assertThat(reader.info("t/s/1")).isPresent();
    }
  }

  @Test
  void onlyIncomingFilesOlderThanADayAreRemovedOnOpen() throws IOException {
    Path incoming = directory.resolve("deep/store/.incoming");
    Path old = Files.write(incoming.resolve("old"), bytes(5, 1));
    Path young = Files.write(incoming.resolve("young"), bytes(5, 1));
    Instant written = Files.getLastModifiedTime(young).toInstant();
    Files.setLastModifiedTime(old, FileTime.from(written.minus(Duration.ofHours(25))));
    Files.setLastModifiedTime(young, FileTime.from(written.minus(Duration.ofHours(23))));

    openEmpty().close();

    assertThat(old).doesNotExist();
    assertThat(young).exists();
  }

  @Test
  void storeThatIsAwayWhenItIsOpenedWorksOnceItIsThere() throws IOException {
    Path source = Files.write(directory.resolve("source"), bytes(10, 1));
    Path inTheWay = Files.write(directory.resolve("mount"), bytes(1, 1));
    try (DeepStore store = DeepStores.open(inTheWay.resolve("store").toUri())) {
      assertThatIOException().isThrownBy(() -> store.put("t/s/1", source));
      assertThatIOException().isThrownBy(() -> store.list(""));
      Files.delete(inTheWay);
      Files.createDirectory(inTheWay);
      store.put("t/s/1", source);
      assertThat(store.info("t/s/1")).isPresent();
    }
  }

  /** What vanishes later is a mount that is away: nothing may be written in its place. */
  @Test
  void storeThatVanishesIsNotMadeAnew() throws IOException {
    Path source = Files.write(directory.resolve("source"), bytes(10, 1));
    Path root = directory.resolve("mounted");
    try (DeepStore store = DeepStores.open(root.toUri())) {
      store.put("t/s/1", source);
      Files.move(root, directory.resolve("away"));
      assertThatIOException().isThrownBy(() -> store.put("t/s/2", source));
      assertThat(root).doesNotExist();
      assertThatIOException().isThrownBy(() -> store.info("t/s/1")).withMessageContaining("away");
      Files.write(root, bytes(1, 1));
      assertThatIOException().isThrownBy(() -> store.info("t/s/1")).withMessageContaining("away");
      assertThatIOException().isThrownBy(() -> store.list("t/")).withMessageContaining("away");
      assertThatIOException().isThrownBy(() -> store.delete("t/s/1")).withMessageContaining("away");
      assertThatIOException()
          .isThrownBy(() -> store.fetch("t/s/1", directory.resolve("target")))
          .withMessageContaining("away");
      Files.delete(root);
      Files.move(directory.resolve("away"), root);
      assertThat(store.info("t/s/1")).isPresent();
    }
  }

  @Test
  void nothingIsLeftInIncomingAfterAPut() throws IOException {
    Path source = Files.write(directory.resolve("source"), bytes(10, 1));
    try (DeepStore store = openEmpty()) {
      store.put("t/s/1", source);
    }
    try (Stream<Path> entries = Files.list(directory.resolve("deep/store/.incoming"))) {
      assertThat(entries.toList()).isEqualTo(List.of());
    }
  }

  @Test
  void anUnknownSchemeIsRefusedWithTheKnownOnes() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> DeepStores.open(URI.create("ftp://host/x")))
        .withMessageContaining("ftp")
        .withMessageContaining("known: file");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> DeepStores.open(URI.create("some/directory")))
        .withMessageContaining("no scheme");
  }
}
