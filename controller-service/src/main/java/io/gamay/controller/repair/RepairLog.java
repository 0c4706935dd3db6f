package io.gamay.controller.repair;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What is being repaired, what was lately, and how often. Thread-safe. */
public final class RepairLog {

  private static final Logger LOG = LoggerFactory.getLogger(RepairLog.class);
  private static final Duration LATELY = Duration.ofMinutes(5);
  private static final int MAX_NOTES = 10_000;

  private final InstantSource clock;
  private final Map<RepairKind, LongAdder> counts = new EnumMap<>(RepairKind.class);
  private final LinkedHashMap<Place, Note> notes = new LinkedHashMap<>();

  private record Place(String tableId, int partition, Optional<String> segment) {}

  private record Note(String text, Instant at) {}

  public RepairLog(InstantSource clock) {
    this.clock = clock;
    for (RepairKind kind : RepairKind.values()) {
      counts.put(kind, new LongAdder());
    }
  }

  /** A repair has been made. */
  void done(RepairKind kind, String tableId, int partition, Optional<String> segment, String what) {
    LOG.warn("repair {}: {}", kind, what);
    counter(kind).increment();
    note(tableId, partition, segment, what);
  }

  /** A repair is under way, or why it is not. */
  synchronized void note(String tableId, int partition, Optional<String> segment, String what) {
    Place place = new Place(tableId, partition, segment);
    notes.remove(place);
    notes.put(place, new Note(what, clock.instant()));
    if (notes.size() > MAX_NOTES) {
      notes.pollFirstEntry();
    }
  }

  /** What was said last of a segment or partition, within some minutes. */
  public synchronized Optional<String> lately(
      String tableId, int partition, Optional<String> segment) {
    return Optional.ofNullable(notes.get(new Place(tableId, partition, segment)))
        .filter(note -> note.at().plus(LATELY).isAfter(clock.instant()))
        .map(Note::text);
  }

  /** Repairs of this process so far. */
  public long count(RepairKind kind) {
    return counter(kind).sum();
  }

  private LongAdder counter(RepairKind kind) {
    LongAdder count = counts.get(kind);
    if (count == null) {
      throw new IllegalStateException("nothing counts " + kind);
    }
    return count;
  }
}
