package io.gamay.segment.seal;

import static org.assertj.core.api.Assertions.assertThat;

import io.gamay.segment.format.SegmentFiles;
import io.gamay.segment.immutable.ImmutableSegment;
import io.gamay.segment.ledger.OffsetRange;
import io.gamay.segment.mutable.MutableSegment;
import io.gamay.segment.row.ColumnBuffer;
import io.gamay.segment.row.RowBatch;
import io.gamay.segment.schema.Value;
import io.gamay.testkit.random.SeededRandom;
import io.gamay.testkit.random.Seeds;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What comes back from a sealed file is what a naive model of the rows says. */
class SealRoundTripPropertyTest {

  /** None, one, and around the ends of packed blocks, zones and docId blocks. */
  private static final List<Integer> ROW_COUNTS =
      List.of(0, 1, 2, 63, 300, 1023, 1024, 1025, 2049, 4096, 4097);

  @TempDir private Path directory;

  @Test
  void everyReadOfASealedSegmentEqualsTheRows() {
    Seeds.forEach(ROW_COUNTS.size(), this::checkRoundTrip);
  }

  private void checkRoundTrip(SeededRandom random) throws IOException {
    RandomRows expected = RandomRows.of(random, random.oneOf(ROW_COUNTS));
    Path file = directory.resolve("segment");

    SealedSegment sealed =
        new SegmentSealer(SegmentFiles.local(), random)
            .seal(expected.view(), expected.inputs(), file);

    try (ImmutableSegment segment = ImmutableSegment.open(file)) {
      segment.verify();
      new SegmentExpectation(expected).assertEqualTo(segment, random);
      assertThat(sealed.sizeBytes()).isEqualTo(Files.size(file)).isEqualTo(segment.sizeBytes());
      assertThat(sealed.dataCrc()).isEqualTo(segment.dataCrc());
      assertThat(sealed.docCount()).isEqualTo(segment.docCount());
      assertThat(sealed.offsets()).isEqualTo(segment.offsets());
      assertThat(sealed.ledger()).isEqualTo(segment.ledger());
      expected
          .schema()
          .columns()
          .forEach(
              column ->
                  assertThat(sealed.statistics().get(column.name()))
                      .isEqualTo(segment.columnStatistics(column.name())));
    }
  }

  @Test
  void sameRowsGiveTheSameFileWhateverTheView() {
    Seeds.forEach(6, this::checkIdentity);
  }

  private void checkIdentity(SeededRandom random) throws IOException {
    RandomRows expected = RandomRows.of(random, random.oneOf(ROW_COUNTS));
    SegmentSealer sealer = new SegmentSealer(SegmentFiles.local(), random);
    Path file = directory.resolve("in-order");
    Path other = directory.resolve("other");
    SealedSegment sealed = sealer.seal(expected.view(), expected.inputs(), file);

    SealedSegment shuffled = sealer.seal(expected.shuffledView(random), expected.inputs(), other);
    assertThat(shuffled.dataCrc()).isEqualTo(sealed.dataCrc());
    assertThat(other).hasSameBinaryContentAs(file);

    try (ImmutableSegment segment = ImmutableSegment.open(file)) {
      sealer.seal(segment, expected.inputs(), other);
      assertThat(other).hasSameBinaryContentAs(file);
    }

    try (MutableSegment segment = mutable(expected, random)) {
      sealer.seal(segment.snapshotBelow(expected.offsets().end()), expected.inputs(), other);
      assertThat(other).hasSameBinaryContentAs(file);
    }
  }

  /** A mutable segment that took the rows in batches of any size, and went on to take others. */
  private static MutableSegment mutable(RandomRows expected, SeededRandom random) {
    OffsetRange offsets = expected.offsets();
    MutableSegment segment =
        new MutableSegment(
            RandomRows.SEGMENT_NAME, 3, expected.schema(), expected.encodings(), offsets.start());
    RowBatch batch = new RowBatch(expected.schema());
    int batchRows = random.between(1, 2000);
    for (TestRow row : expected.rows()) {
      append(row, row.offset(), batch);
      if (batch.rowCount() == batchRows) {
        segment.append(batch);
        batch.clear();
        segment.publish(row.offset() + 1);
      }
    }
    RandomRows later = RandomRows.of(random, 100, expected.schema(), false);
    for (TestRow row : later.rows()) {
      append(row, row.offset() - later.offsets().start() + offsets.end(), batch);
    }
    segment.append(batch);
    segment.publish(offsets.end() + later.offsets().size());
    return segment;
  }

  private static void append(TestRow row, long offset, RowBatch batch) {
    for (int column = 0; column < row.cells().size(); column++) {
      ColumnBuffer buffer = batch.column(column);
      TestRow.Cell cell = row.cells().get(column);
      if (cell.isNull()) {
        buffer.appendNull();
        continue;
      }
      for (Value value : cell.values()) {
        buffer.append(value);
      }
      if (!buffer.spec().singleValue()) {
        buffer.endRow();
      }
    }
    batch.endRow(offset);
  }
}
