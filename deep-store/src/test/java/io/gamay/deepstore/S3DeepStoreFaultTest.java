package io.gamay.deepstore;

import static io.gamay.deepstore.DeepStoreContract.bytes;
import static io.gamay.deepstore.DeepStoreContract.crc32c;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gamay.deepstore.FaultyProxy.Fault;
import io.gamay.testkit.process.FreePorts;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import software.amazon.awssdk.services.s3.S3Client;

/** Loses, refuses, cuts and alters requests to S3Mock and its answers. */
final class S3DeepStoreFaultTest {

  private static final int TWO_PARTS = (5 << 20) + 3;
  private static final S3Limits LIMITS =
      new S3Limits(
          Duration.ofSeconds(1),
          Duration.ofSeconds(20),
          Duration.ofSeconds(20),
          Duration.ofSeconds(40),
          1000);

  private static S3MockProcess mock;

  @TempDir Path directory;
  private FaultyProxy proxy;
  private S3Location location;
  private DeepStore store;

  @BeforeAll
  static void startMock() throws IOException {
    mock = S3MockProcess.shared();
  }

  @BeforeEach
  void open() throws IOException {
    proxy = FaultyProxy.start(mock.endpoint());
    location = S3MockProcess.location(mock.newPrefix(), proxy.endpoint());
    store = S3DeepStore.open(location, LIMITS);
  }

  @AfterEach
  void close() {
    store.close();
    proxy.close();
  }

  @Test
  void twoRefusalsInARowAreRepeated() throws IOException {
    byte[] content = bytes(1000, 1);
    Path source = Files.write(directory.resolve("source"), content);
    proxy.plan((number, _) -> number == 2 || number == 3 ? Fault.REFUSED : Fault.NONE);

    store.put("t/s/1", source);

    assertThat(proxy.faultCount()).isEqualTo(2);
    assertThat(store.info("t/s/1").orElseThrow().crc32c()).isEqualTo(crc32c(content));
    proxy.plan((number, _) -> number <= 2 ? Fault.REFUSED : Fault.NONE);
    store.fetch("t/s/1", directory.resolve("fetched"));
    assertThat(directory.resolve("fetched")).hasBinaryContent(content);
  }

  @ParameterizedTest
  @EnumSource(names = {"REFUSED", "ANSWER_LOST"})
  void whicheverRequestOfAPutMeetsAFaultOnceThePutSucceeds(Fault fault) throws IOException {
    byte[] content = bytes(TWO_PARTS, 3);
    Path source = Files.write(directory.resolve("source"), content);
    for (int call = 1; ; call++) {
      int failing = call;
      String key = "t/s/" + call;
      proxy.plan((number, _) -> number == failing ? fault : Fault.NONE);
      store.put(key, source);
      boolean done = proxy.faultCount() == 0;
      proxy.plan((_, _) -> Fault.NONE);
      assertThat(store.info(key).orElseThrow().crc32c()).isEqualTo(crc32c(content));
      if (done) {
        assertThat(call).isEqualTo(6);
        return;
      }
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"LOST", "ANSWER_LOST"})
  void whicheverRequestOfAPutIsTheLastThatWorksTheObjectIsWholeOrAbsent(Fault fault)
      throws IOException {
    byte[] content = bytes(TWO_PARTS, 3);
    Path source = Files.write(directory.resolve("source"), content);
    int requestsOfAPut = 5;
    int whole = 0;
    for (int call = 1; call <= requestsOfAPut; call++) {
      int firstFailing = call;
      String key = "t/s/" + call;
      proxy.plan((number, _) -> number >= firstFailing ? fault : Fault.NONE);
      assertThatThrownBy(() -> store.put(key, source))
          .isInstanceOf(IOException.class)
          .hasMessageContaining(location.describe(key));
      proxy.plan((_, _) -> Fault.NONE);
      Optional<DeepStore.ObjectInfo> info = store.info(key);
      if (info.isPresent()) {
        assertThat(info.get().crc32c()).isEqualTo(crc32c(content));
        whole++;
      } else {
        store.put(key, source);
      }
    }
    assertThat(whole).isEqualTo(fault == Fault.ANSWER_LOST ? 1 : 0);
  }

  @Test
  void aWriterWhoseAnswersWereAllLostKnowsItsObject() throws IOException {
    byte[] content = bytes(1000, 1);
    Path source = Files.write(directory.resolve("source"), content);
    proxy.plan((_, method) -> method.equals("PUT") ? Fault.ANSWER_LOST : Fault.NONE);

    store.put("t/s/1", source);

    assertThat(proxy.faultCount()).isPositive();
    assertThat(store.info("t/s/1").orElseThrow().crc32c()).isEqualTo(crc32c(content));
  }

  @Test
  void partsThatCannotBeSentAreGivenUp() throws IOException {
    Path source = Files.write(directory.resolve("source"), bytes(TWO_PARTS, 3));
    proxy.plan((_, method) -> method.equals("PUT") ? Fault.REFUSED : Fault.NONE);

    assertThatThrownBy(() -> store.put("t/s/1", source)).isInstanceOf(IOException.class);

    proxy.plan((_, _) -> Fault.NONE);
    assertThat(store.info("t/s/1")).isEmpty();
    try (S3Client s3 = S3Connection.open(location, LIMITS)) {
      assertThat(
              s3.listMultipartUploads(
                      request -> request.bucket(location.bucket()).prefix(location.prefix()))
                  .uploads())
          .isEmpty();
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"CONTENT_CUT", "CONTENT_ALTERED"})
  void contentThatIsNotWhatWasWrittenDoesNotAppear(Fault fault) throws IOException {
    Path source = Files.write(directory.resolve("source"), bytes(700_000, 3));
    store.put("t/s/1", source);
    Path place = Files.createDirectory(directory.resolve("place"));
    proxy.plan((_, method) -> method.equals("GET") ? fault : Fault.NONE);

    assertThatThrownBy(() -> store.fetch("t/s/1", place.resolve("fetched")))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("fetch of " + location.describe("t/s/1"));

    assertThat(proxy.faultCount()).isPositive();
    try (Stream<Path> entries = Files.list(place)) {
      assertThat(entries).isEmpty();
    }
    proxy.plan((_, _) -> Fault.NONE);
    store.fetch("t/s/1", place.resolve("fetched"));
    assertThat(place.resolve("fetched")).hasBinaryContent(bytes(700_000, 3));
  }

  @Test
  void aStoreThatIsAwayIsNamed() throws IOException {
    Path source = Files.write(directory.resolve("source"), bytes(10, 3));
    URI nobody = URI.create("http://127.0.0.1:" + FreePorts.next());
    S3Location away = S3MockProcess.location("p", nobody);
    try (DeepStore absent = S3DeepStore.open(away, LIMITS)) {
      assertThatThrownBy(() -> absent.put("t/s/1", source))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("s3://segments/p/t/s/1 at " + nobody);
      assertThatThrownBy(() -> absent.fetch("t/s/1", directory.resolve("fetched")))
          .isInstanceOf(IOException.class);
      assertThatThrownBy(() -> absent.info("t/s/1")).isInstanceOf(IOException.class);
      assertThatThrownBy(() -> absent.list("")).isInstanceOf(IOException.class);
      assertThatThrownBy(() -> absent.delete("t/s/1")).isInstanceOf(IOException.class);
    }
  }

  @Test
  void aStoreThatNeverAnswersIsGivenUp() throws IOException {
    S3Limits impatient =
        new S3Limits(
            Duration.ofMillis(500),
            Duration.ofMillis(200),
            Duration.ofSeconds(2),
            Duration.ofSeconds(5),
            1000);
    InetAddress loopback = InetAddress.getByAddress(new byte[] {127, 0, 0, 1});
    try (ServerSocket silent = new ServerSocket(0, 50, loopback)) {
      URI endpoint = URI.create("http://127.0.0.1:" + silent.getLocalPort());
      try (DeepStore mute = S3DeepStore.open(S3MockProcess.location("p", endpoint), impatient)) {
        assertThatThrownBy(() -> mute.info("t/s/1"))
            .isInstanceOf(IOException.class)
            .hasMessageContaining(endpoint.toString());
      }
    }
  }
}
