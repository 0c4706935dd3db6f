package io.gamay.quickstart.load;

import io.gamay.quickstart.console.ProgressBar;
import io.gamay.quickstart.kafka.RecordSender;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * One file sent into one topic. With a key field, records of one key keep their order in one
 * partition; without, record n goes to partition n modulo the partition count.
 *
 * @param keyField top-level field whose text is the Kafka key
 * @param rowsPerSecond 0 for as fast as it goes
 * @param skipCount rows at the file's begin that are not sent, readable or not
 */
public record FileLoad(
    Path file,
    RecordFormat format,
    String bootstrapAddress,
    String topic,
    int partitionCount,
    Optional<String> keyField,
    double rowsPerSecond,
    long skipCount) {
  private static final int MAX_SAMPLES = 10;

  /**
   * What a load came to.
   *
   * @param rowCount rows of the file up to where it ended, with those that were skipped
   * @param sentCount records that were sent
   * @param acknowledgedCount records that Kafka holds for certain
   * @param keylessCount records that went without the key that was asked for
   * @param unreadable rows that could not be sent
   * @param malformed where the file can be read no further, if it cannot
   * @param failure why Kafka did not take a record, if it did not
   */
  public record Report(
      long rowCount,
      long sentCount,
      long acknowledgedCount,
      long keylessCount,
      Unreadable unreadable,
      Optional<String> malformed,
      Optional<String> failure) {}

  /**
   * Rows that could not be read.
   *
   * @param samples the first of them, with line and reason
   */
  public record Unreadable(long count, List<String> samples) {
    public Unreadable {
      samples = List.copyOf(samples);
    }
  }

  /** Sends the file's records until its end, or to where it or Kafka fails. */
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
    var samples = new ArrayList<String>();
    long unreadableCount = 0;
    long rowCount = 0;
    long sentCount = 0;
    long keylessCount = 0;
    Optional<String> malformed = Optional.empty();
    try (RecordReader reader = format.reader(bytes)) {
      Row row = reader.next();
      while (row != null && !sender.hasFailed()) {
        rowCount++;
        if (rowCount > skipCount) {
          switch (row) {
            case Row.Sendable(byte[] json) -> {
              pacer.awaitTurn();
              keylessCount += send(json, key, sentCount, sender) ? 0 : 1;
              sentCount++;
            }
            case Row.Unreadable(long line, String reason) -> {
              unreadableCount++;
              if (samples.size() < MAX_SAMPLES) {
                samples.add("line " + line + ": " + reason);
              }
            }
          }
        }
        progress.show(sender.acknowledgedCount(), bytes.count / size);
        row = reader.next();
      }
    } catch (MalformedFileException failed) {
      malformed = Optional.of(String.valueOf(failed.getMessage()));
    }
    sender.flush();
    return new Report(
        rowCount,
        sentCount,
        sender.acknowledgedCount(),
        keyField.isPresent() ? keylessCount : 0,
        new Unreadable(unreadableCount, samples),
        malformed,
        sender.failure());
  }

  /** Returns whether the record went with a key. */
  private boolean send(byte[] json, Optional<KeyField> key, long sentCount, RecordSender sender) {
    Optional<byte[]> keyBytes = key.flatMap(field -> field.keyOf(json));
    if (keyBytes.isPresent()) {
      sender.sendKeyed(keyBytes.get(), json);
    } else {
      sender.send((int) (sentCount % partitionCount), json);
    }
    return keyBytes.isPresent();
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
