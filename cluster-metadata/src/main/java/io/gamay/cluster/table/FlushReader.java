package io.gamay.cluster.table;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;
import java.util.stream.Stream;

/** Reads from a map of stream settings when a segment is full; old names count as well. */
final class FlushReader {

  private static final String FLUSH = "realtime.segment.flush.threshold.";
  private static final String ROWS = FLUSH + "rows";
  private static final String OLD_ROWS = FLUSH + "size";
  private static final String SEGMENT_ROWS = FLUSH + "segment.rows";
  private static final String SEGMENT_SIZE = FLUSH + "segment.size";
  private static final String OLD_SEGMENT_SIZE = "realtime.segment.flush.desired.size";
  private static final String OLDER_SEGMENT_SIZE = FLUSH + "desired.size";
  private static final String TIME = FLUSH + "time";
  private static final String INITIAL_ROWS = "realtime.segment.flush.autotune.initialRows";

  private static final long DEFAULT_SERVER_ROWS = 5_000_000;
  private static final long DEFAULT_SEGMENT_SIZE_BYTES = 200L << 20;
  private static final Duration DEFAULT_TIME = Duration.ofHours(6);

  private final ConfigObject map;

  FlushReader(ConfigObject map) {
    this.map = map;
  }

  /** What is wrong goes to the findings, and the default stands for it. */
  FlushThresholds read() {
    OptionalLong rows = oneOf(ROWS, OLD_ROWS, this::readRows);
    OptionalLong segmentRows = positive(readRows(SEGMENT_ROWS));
    OptionalLong size =
        oneOf(SEGMENT_SIZE, oneWritten(OLD_SEGMENT_SIZE, OLDER_SEGMENT_SIZE), this::readSize);
    long limits =
        Stream.of(positive(rows), segmentRows, size).filter(OptionalLong::isPresent).count();
    if (limits > 1) {
      map.problem(
          SEGMENT_SIZE,
          "only one of rows, segment.rows and segment.size may be set",
          "leave out the others, or write 0 rows");
    }
    map.withoutEffect(
        "segments of a table end at the same size",
        FLUSH + "variance.fraction",
        "realtime.segment.flush.threshold.variance.percentage");
    boolean isByDefault = rows.isEmpty() && segmentRows.isEmpty() && size.isEmpty();
    return new FlushThresholds(
        segmentRows,
        isByDefault ? OptionalLong.of(DEFAULT_SERVER_ROWS) : positive(rows),
        size.orElse(DEFAULT_SEGMENT_SIZE_BYTES),
        map.period(TIME).orElse(DEFAULT_TIME),
        positive(map.whole(INITIAL_ROWS, Integer.MIN_VALUE, Integer.MAX_VALUE))
            .orElse(FlushThresholds.DEFAULT_INITIAL_ROWS));
  }

  private String oneWritten(String key, String otherKey) {
    return map.has(otherKey) && !map.has(key) ? otherKey : key;
  }

  /** The value under either name; a problem if both have one and they differ. */
  private OptionalLong oneOf(String key, String oldKey, Function<String, OptionalLong> read) {
    OptionalLong value = read.apply(key);
    OptionalLong old = read.apply(oldKey);
    if (value.isPresent() && old.isPresent() && value.getAsLong() != old.getAsLong()) {
      map.problem(oldKey, "an old name of " + key + ", which says otherwise", "leave it out");
    }
    return value.isPresent() ? value : old;
  }

  private OptionalLong readRows(String key) {
    return map.whole(key, 0, Integer.MAX_VALUE);
  }

  private OptionalLong readSize(String key) {
    Optional<String> text = map.text(key).filter(written -> !written.isEmpty());
    if (text.isEmpty()) {
      return OptionalLong.empty();
    }
    OptionalLong size = positive(SizeText.parse(text.get()));
    if (size.isEmpty()) {
      map.problem(key, "'" + text.get() + "' is not a size", SizeText.FORMS);
    }
    return size;
  }

  private static OptionalLong positive(OptionalLong number) {
    return number.isPresent() && number.getAsLong() > 0 ? number : OptionalLong.empty();
  }
}
