package io.gamay.deepstore;

import io.gamay.testkit.process.FreePorts;
import io.gamay.testkit.process.JavaProcess;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * S3Mock in a process of its own, with one bucket, of which each store gets an empty corner.
 * Started for the first test that asks for it, and ended with the JVM of the tests.
 */
final class S3MockProcess {

  static final String BUCKET = "segments";

  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private static @Nullable S3MockProcess shared;

  private final URI endpoint;
  private final AtomicInteger corners = new AtomicInteger();

  private S3MockProcess(URI endpoint) {
    this.endpoint = endpoint;
  }

  static synchronized S3MockProcess shared() throws IOException {
    S3MockProcess running = shared;
    if (running == null) {
      running = start();
      shared = running;
    }
    return running;
  }

  private static S3MockProcess start() throws IOException {
    Path jar = Path.of(System.getProperty("gamay.s3mock.jar"));
    Path directory = Files.createTempDirectory(jar.resolveSibling("."), "run");
    List<Integer> ports = FreePorts.next(2);
    JavaProcess process =
        JavaProcess.ofJar(jar)
            .jvmOptions("-Xmx256m", "-XX:TieredStopAtLevel=1", "-Djava.io.tmpdir=" + directory)
            .environment("COM_ADOBE_TESTING_S3MOCK_STORE_INITIAL_BUCKETS", BUCKET)
            .arguments("--http.port=" + ports.get(0), "--server.port=" + ports.get(1))
            .start(directory.resolve("s3mock.log"));
    URI endpoint = URI.create("http://127.0.0.1:" + ports.get(0));
    try {
      process.awaitUrl(endpoint.resolve("/" + BUCKET), PATIENCE);
    } catch (AssertionError absent) {
      process.close();
      throw absent;
    }
    return new S3MockProcess(endpoint);
  }

  URI endpoint() {
    return endpoint;
  }

  /** A prefix that nobody uses. */
  String newPrefix() {
    return "corner" + corners.incrementAndGet();
  }

  /** The location of a store of this prefix, spoken to through this endpoint. */
  static S3Location location(String prefix, URI endpoint) {
    return S3Location.parse(uri(prefix, endpoint, "&partSizeBytes=5242880"));
  }

  static URI uri(String prefix, URI endpoint, String moreParameters) {
    return URI.create(
        "s3://%s/%s?endpoint=%s%s".formatted(BUCKET, prefix, endpoint, moreParameters));
  }
}
