package io.gamay.deepstore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;

/**
 * Against S3Mock, which looks whether a key is free before it writes and not while: it is asked one
 * thing at a time, so that of writers that meet one wins, as S3 promises.
 */
final class S3DeepStoreTest extends DeepStoreContract {

  private static final int MORE_THAN_TWO_PARTS = (10 << 20) + 3;

  private static S3MockProcess mock;
  private static FaultyProxy proxy;

  @TempDir Path directory;

  @BeforeAll
  static void startProxy() throws IOException {
    mock = S3MockProcess.shared();
    proxy = FaultyProxy.start(mock.endpoint());
  }

  @AfterAll
  static void stopProxy() {
    proxy.close();
  }

  @Override
  protected DeepStore openEmpty() throws IOException {
    return DeepStores.open(S3MockProcess.uri(mock.newPrefix(), proxy.endpoint(), ""));
  }

  @Test
  void aFileOfSeveralPartsIsOneObjectWithTheChecksumOfTheWhole() throws IOException {
    byte[] content = bytes(MORE_THAN_TWO_PARTS, 7);
    Path source = Files.write(directory.resolve("source"), content);
    S3Location location = S3MockProcess.location(mock.newPrefix(), proxy.endpoint());
    try (DeepStore store = S3DeepStore.open(location, S3Limits.DEFAULTS)) {
      store.put("t/s/1", source);
      store.fetch("t/s/1", directory.resolve("fetched"));

      assertThat(directory.resolve("fetched")).hasBinaryContent(content);
      assertThat(store.info("t/s/1").orElseThrow().sizeBytes()).isEqualTo(content.length);
      assertThat(store.info("t/s/1").orElseThrow().crc32c()).isEqualTo(crc32c(content));
      assertThatThrownBy(() -> store.put("t/s/1", source))
          .isInstanceOf(ObjectExistsException.class);
    }
    assertThat(incompleteUploads(location)).isZero();
  }

  @Test
  void aListingOfSeveralPagesIsWholeAndSorted() throws IOException {
    S3Location location = S3MockProcess.location(mock.newPrefix(), proxy.endpoint());
    S3Limits defaults = S3Limits.DEFAULTS;
    S3Limits smallPages =
        new S3Limits(
            defaults.connect(), defaults.silence(), defaults.attempt(), defaults.call(), 3);
    Path source = Files.write(directory.resolve("source"), bytes(1, 1));
    List<String> keys = IntStream.range(10, 20).mapToObj(number -> "t/s/" + number).toList();
    try (DeepStore store = S3DeepStore.open(location, smallPages)) {
      for (String key : keys.reversed()) {
        store.put(key, source);
      }

      assertThat(store.list("t/").stream().map(DeepStore.ObjectInfo::key).toList()).isEqualTo(keys);
    }
  }

  @Test
  void storesOfTwoPrefixesDoNotSeeEachOther() throws IOException {
    String prefix = mock.newPrefix();
    Path source = Files.write(directory.resolve("source"), bytes(1, 1));
    try (DeepStore store = DeepStores.open(S3MockProcess.uri(prefix, proxy.endpoint(), ""));
        DeepStore longer = DeepStores.open(S3MockProcess.uri(prefix + "x", proxy.endpoint(), ""))) {
      longer.put("t/s/1", source);

      assertThat(store.list("")).isEmpty();
      assertThat(store.info("t/s/1")).isEmpty();
    }
  }

  @Test
  void whatOthersPutUnderThePrefixIsFetchedIfItHasAKeyAndElseNotListed() throws IOException {
    S3Location location = S3MockProcess.location(mock.newPrefix(), proxy.endpoint());
    byte[] content = bytes(70_000, 5);
    try (S3Client s3 = S3Connection.open(location, S3Limits.DEFAULTS)) {
      for (String key : List.of("t/", "t/.hidden", "t/s/1")) {
        s3.putObject(
            request -> request.bucket(location.bucket()).key(location.keyInBucket(key)),
            RequestBody.fromBytes(content));
      }
    }
    try (DeepStore store = S3DeepStore.open(location, S3Limits.DEFAULTS)) {
      assertThat(store.list("").stream().map(DeepStore.ObjectInfo::key)).containsExactly("t/s/1");
      assertThat(store.info("t/s/1").orElseThrow().crc32c()).isEqualTo(crc32c(content));
      store.fetch("t/s/1", directory.resolve("fetched"));
      assertThat(directory.resolve("fetched")).hasBinaryContent(content);
    }
  }

  @Test
  void anAbsentBucketIsNoAbsentObject() throws IOException {
    Path source = Files.write(directory.resolve("source"), bytes(1, 1));
    URI uri = URI.create("s3://nowhere/p?endpoint=" + proxy.endpoint());
    try (DeepStore store = DeepStores.open(uri)) {
      assertThatThrownBy(() -> store.put("t/s/1", source)).hasMessageContaining("s3://nowhere/p");
      assertThatThrownBy(() -> store.info("t/s/1")).hasMessageContaining("s3://nowhere/p");
      assertThatThrownBy(() -> store.list("")).hasMessageContaining("s3://nowhere/p");
      assertThatThrownBy(() -> store.fetch("t/s/1", directory.resolve("fetched")))
          .isExactlyInstanceOf(IOException.class)
          .hasMessageContaining("s3://nowhere/p/t/s/1");
    }
  }

  private static int incompleteUploads(S3Location location) {
    try (S3Client s3 = S3Connection.open(location, S3Limits.DEFAULTS)) {
      return s3.listMultipartUploads(
              request -> request.bucket(location.bucket()).prefix(location.prefix()))
          .uploads()
          .size();
    }
  }
}
