package io.gamay.quickstart.load;

import io.gamay.quickstart.console.ProgressBar;
import io.gamay.quickstart.kafka.RecordSender;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One file sent into one topic. With a key field, records of one key keep their order in one
 * partition; without, record n goes to partition n modulo the partition count.
 *
 * @param keyField top-level field whose text is the Kafka key
 * @param rowsPerSecond 0 for as fast as it goes
 */
public record FileLoad(
    Path file,
    RecordFormat format,
    String bootstrapAddress,
    String topic,
    int partitionCount,
    Optional<String> keyField,
    double rowsPerSecond) {

  /**
   * What a load came to.
   *
   * @param readCount records read from the file
   * @param acknowledgedCount records that Kafka holds for certain
   * @param keylessCount records that went without the key that was asked for
   * @param failure why it ended early, if it did
   */
  public record Report(
      long readCount, long acknowledgedCount, long keylessCount, Optional<String> failure) {}

  /** Sends the file's records until its end or the first failure. */
  public Report run(ProgressBar progress, InstantSource clock) throws IOException {
    try (var bytes = new CountingStream(Files.newInputStream(file));
        var sender = new RecordSender(bootstrapAddress, topic)) {
      return send(bytes, sender, progress, clock);
    } finally {
      progress.finish();
    }
  }

  private Report send(
      CountingStream bytes, RecordSender sender, ProgressBar progress, InstantSource clock)
      throws IOException {
    double size = Math.max(1, Files.size(file));
    var pacer = new Pacer(rowsPerSecond, clock);
    var key = keyField.map(KeyField::new);
    long readCount = 0;
    long keylessCount = 0;
    Optional<String> failure = Optional.empty();
    try (RecordReader reader = format.reader(bytes)) {
      byte @Nullable [] value = reader.next();
      while (value != null && !sender.hasFailed()) {
        pacer.awaitTurn();
        byte[] record = value;
        Optional<byte[]> keyBytes = key.flatMap(field -> field.keyOf(record));
        if (keyBytes.isPresent()) {
          sender.sendKeyed(keyBytes.get(), record);
        } else {
          sender.send((int) (readCount % partitionCount), record);
          keylessCount++;
        }
        readCount++;
        progress.show(sender.acknowledgedCount(), bytes.count / size);
        value = reader.next();
      }
    } catch (MalformedFileException malformed) {
      failure = Optional.ofNullable(malformed.getMessage());
    }
    sender.flush();
    return new Report(
        readCount,
        sender.acknowledgedCount(),
        keyField.isPresent() ? keylessCount : 0,
        failure.or(sender::failure));
  }

  /** Counts what was read, for the progress bar. */
  private static final class CountingStream extends FilterInputStream {
    private long count;

    CountingStream(InputStream input) {
      super(input);
    }

    @Override
    public int read() throws IOException {
      int value = super.read();
      count += value < 0 ? 0 : 1;
      return value;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
      int read = super.read(target, offset, length);
      count += Math.max(0, read);
      return read;
    }
  }
}
