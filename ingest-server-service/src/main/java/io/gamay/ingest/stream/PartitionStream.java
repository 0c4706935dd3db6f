package io.gamay.ingest.stream;

import java.util.OptionalLong;

/**
 * The open flow of one partition. It reads on until it is closed, through every fault that may
 * heal; what cannot heal it tells its {@link StreamListener}.
 */
public interface PartitionStream extends AutoCloseable {

  /** Delivers no records from the next poll on; polls go on. From the partition's thread only. */
  void pause();

  /** Delivers records again. From the partition's thread only. */
  void resume();

  /** The next poll starts at this offset. From the partition's thread only. */
  void seek(long offset);

  /**
   * The end offset of the partition as the last poll saw it, while paused too, at the table's
   * isolation level; empty when it is not known. From the partition's thread only.
   */
  OptionalLong knownEnd();

  /** Whether its thread goes on; false also when a fault ended it. Any thread. */
  boolean isRunning();

  /** What hinders reading at the moment, for a person; empty when nothing does. Any thread. */
  String trouble();

  /** Ends the thread after the batch in work. From any thread but the partition's. */
  @Override
  void close();
}
