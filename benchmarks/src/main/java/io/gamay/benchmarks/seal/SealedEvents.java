package io.gamay.benchmarks.seal;

import io.gamay.segment.format.SegmentFiles;
import io.gamay.segment.immutable.ImmutableSegment;
import io.gamay.segment.ledger.LedgerCounts;
import io.gamay.segment.mutable.MutableSegment;
import io.gamay.segment.seal.SealInputs;
import io.gamay.segment.seal.SealedSegment;
import io.gamay.segment.seal.SegmentSealer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Sealed files of {@link EventRows}. */
public final class SealedEvents {

  private static final long SEED = 42;

  private SealedEvents() {}

  /**
   * Opens a segment of so many events, in a file of the folder that the system property {@code
   * segments} names: written if it is not there, so that one file serves many forks. Without the
   * property it is a new folder in the system's one for temporary files.
   */
  public static ImmutableSegment open(int rows) throws IOException {
    Path file = folder().resolve("events-%d.segment".formatted(rows));
    if (!Files.exists(file)) {
      try (MutableSegment segment = EventRows.segment(rows, SEED)) {
        seal(segment, new SegmentSealer(SegmentFiles.local(), new Random(1)), file);
      }
    }
    return ImmutableSegment.open(file);
  }

  private static Path folder() throws IOException {
    String named = System.getProperty("segments", "");
    return named.isEmpty()
        ? Files.createTempDirectory("sealed")
        : Files.createDirectories(Path.of(named));
  }

  static SealedSegment seal(MutableSegment segment, SegmentSealer sealer, Path file)
      throws IOException {
    SealInputs inputs =
        new SealInputs(
            "events",
            EventRows.ENCODINGS,
            new LedgerCounts(segment.snapshot().docCount(), 0, 0, 0, 0),
            List.of(),
            List.of(),
            Map.of());
    return sealer.seal(segment.snapshot(), inputs, file);
  }
}
