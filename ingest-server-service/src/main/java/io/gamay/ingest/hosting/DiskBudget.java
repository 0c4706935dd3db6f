package io.gamay.ingest.hosting;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.OptionalLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How much disk this server's segment files may take, and how much of the disk they leave to
 * others. Consumption pauses when one of both is reached and goes on when there is a part of it
 * again. Thread-safe; what it says is as old as the last {@link #refresh}.
 */
public final class DiskBudget {

  private static final Logger LOG = LoggerFactory.getLogger(DiskBudget.class);
  private static final Duration LEAST_INTERVAL = Duration.ofSeconds(1);

  /** Left free when nobody says: the lesser of both. */
  private static final long DEFAULT_FREE_BYTES = 1L << 30;

  private static final int DEFAULT_FREE_PERCENT = 2;

  /** Of a limit, before consumption goes on. */
  private static final double HYSTERESIS = 0.05;

  private final Disk disk;
  private final OptionalLong maxBytes;
  private final OptionalLong leastFreeBytes;
  private final InstantSource clock;

  private Instant nextReading = Instant.MIN;
  private volatile Usage usage = new Usage(0, Long.MAX_VALUE, Long.MAX_VALUE);
  private volatile String shortage = "";

  /** Where the files lie. */
  public interface Disk {
    Usage read() throws IOException;
  }

  /**
   * @param segmentBytes of all files of segments, whole or being written
   * @param freeBytes of the disk, for this process
   * @param totalBytes of the disk
   */
  public record Usage(long segmentBytes, long freeBytes, long totalBytes) {}

  /**
   * @param maxBytes that segment files may take; empty: what the disk has
   * @param leastFreeBytes to be left; empty: 1 GB, or 2 % of a disk where that is less
   */
  public DiskBudget(
      Disk disk, OptionalLong maxBytes, OptionalLong leastFreeBytes, InstantSource clock) {
    this.disk = disk;
    this.maxBytes = maxBytes;
    this.leastFreeBytes = leastFreeBytes;
    this.clock = clock;
  }

  /**
   * What is left free of a disk when nobody says, in bytes.
   *
   * @param totalBytes of the disk
   */
  public static long defaultLeastFree(long totalBytes) {
    return Math.min(DEFAULT_FREE_BYTES, totalBytes / 100 * DEFAULT_FREE_PERCENT);
  }

  /** Looks at the disk, unless somebody did within the last second. Blocks on it. */
  public void refresh() {
    if (isDue()) {
      try {
        Usage read = disk.read();
        shortage = shortageOf(read, !shortage.isEmpty());
        usage = read;
      } catch (IOException e) {
        LOG.warn("the size of the segments on the disk is not known now", e);
      }
    }
  }

  /** Why consumption has to wait; empty when it need not. */
  public String shortage() {
    return shortage;
  }

  public Usage usage() {
    return usage;
  }

  private synchronized boolean isDue() {
    Instant now = clock.instant();
    if (now.isBefore(nextReading)) {
      return false;
    }
    nextReading = now.plus(LEAST_INTERVAL);
    return true;
  }

  private String shortageOf(Usage now, boolean wasShort) {
    if (maxBytes.isPresent()) {
      long max = maxBytes.getAsLong();
      long limit = wasShort ? Math.round(max * (1 - HYSTERESIS)) : max;
      if (now.segmentBytes() >= limit) {
        return "segments on the disk have reached the budget of %d bytes (gamay.disk.segments-max)"
            .formatted(max);
      }
    }
    long floor = leastFreeBytes.orElseGet(() -> defaultLeastFree(now.totalBytes()));
    long limit = wasShort ? Math.round(floor * (1 + HYSTERESIS)) : floor;
    return now.freeBytes() < limit
        ? "less than %d bytes of the disk are free (gamay.disk.free-min)".formatted(floor)
        : "";
  }
}
