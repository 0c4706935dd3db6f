package io.gamay.segment.seal;

import static org.assertj.core.api.Assertions.assertThat;

import io.gamay.segment.format.SegmentFiles;
import io.gamay.segment.immutable.ImmutableSegment;
import io.gamay.segment.ledger.OffsetRange;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Segments of the first format version, written by the release that knew no other: they are read,
 * and a segment whose metadata asks for that version is still written to the same bytes.
 */
class FormatVersion1Test {

  @TempDir private Path directory;

  @Test
  void anOldFileIsRead() throws IOException {
    Path old = directory.resolve("old");
    Files.write(old, storedFile());
    try (ImmutableSegment segment = ImmutableSegment.open(old)) {
      segment.verify();
      new SegmentExpectation(
              new RandomRows(
                  SmallSegment.SCHEMA,
                  SmallSegment.ENCODINGS,
                  SmallSegment.OFFSETS,
                  SmallSegment.ROWS,
                  asRead(SmallSegment.INPUTS)))
          .assertEqualTo(segment, new Random(7));
    }
  }

  @Test
  void theSameRowsStillGiveTheSameFile() throws IOException {
    Path now = directory.resolve("now");
    new SegmentSealer(SegmentFiles.local(), new Random(1))
        .seal(SmallSegment.view(), SmallSegment.INPUTS, now);
    assertThat(Files.readAllBytes(now)).isEqualTo(storedFile());
  }

  /** Ranges joined, samples by offset. */
  private static SealInputs asRead(SealInputs written) {
    return new SealInputs(
        written.tableName(),
        written.encodings(),
        written.ledger(),
        List.of(new OffsetRange(108, 110)),
        written.rejected().reversed(),
        written.rejectedByReason());
  }

  private static byte[] storedFile() throws IOException {
    try (InputStream file =
        FormatVersion1Test.class.getResourceAsStream("/format-1/small.segment")) {
      return Objects.requireNonNull(file).readAllBytes();
    }
  }
}
